import { expect, test } from "vitest";
import { FILLS } from "./fills.ts";
import { fitsIn, isAccessible, STOPPED, type PageKit } from "./kit.ts";

/** Journal, refusals, tokens, the breaker. */
export function operationsTests(kit: PageKit): void {
  test("says how far the journal is, and lists what was refused, why, and as it came", async () => {
    const page = await kit.open(kit.full, "#/operations");
    const { seq } = await kit.full.get<{ seq: number }>("status");
    await page.locator(".journal").getByText(seq.toLocaleString("en-US"), { exact: true }).first().waitFor();
    const { refusals } = await kit.full.get<{ refusals: { why: string; raw: string; id: string }[] }>("refusals");
    expect(refusals.length).toBeGreaterThan(0);
    const row = page.locator(".refusals tbody tr.opens").first();
    await row.waitFor({ timeout: 20_000 });
    expect(await row.locator(".why").innerText()).toBe(refusals[0]!.why);
    await row.focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("dialog pre").innerText()).toBe(refusals[0]!.raw);
    await isAccessible(page);
    await kit.close(page);
  });

  test("the breaker asks once, says what will happen, and shows what was journaled", async () => {
    const service = await kit.service();
    await service.post("fills", FILLS);
    const page = await kit.open(service, "#/operations");
    await page.getByLabel("Why").fill("venue X answers no more");
    await page.getByText("Open the breaker …").click();
    await expect.poll(() => page.locator("dialog").innerText()).toMatch(/only orders pass that make a position smaller.*1 open positions/s);
    expect((await service.get<{ state: string }>("breaker")).state).toBe("closed");
    await page.getByText("Open it", { exact: true }).click();
    const done = page.locator(".breaker-panel .done");
    await done.waitFor();
    const { seq, state, reason } = await service.get<{ seq: number; state: string; reason: string }>("breaker");
    expect([state, reason]).toEqual(["open", "venue X answers no more"]);
    expect(await done.innerText()).toMatch(new RegExp(`^Journaled through entry ${seq}: the breaker is open`));
    await expect.poll(() => page.locator(".top-bar .breaker").innerText()).toBe("Breaker open");
    await page.getByLabel("Why").fill("it answers again");
    await page.getByText("Close the breaker …").click();
    await page.getByText("Close it", { exact: true }).click();
    await expect.poll(() => page.locator(".top-bar .breaker").innerText()).toBe("Breaker closed");
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test.each(["light", "dark"] as const)("is accessible, %s, and fits in narrow windows", async (scheme) => {
    const page = await kit.open(kit.full, "#/operations", { scheme });
    await page.locator(".refusals tbody tr").first().waitFor({ timeout: 20_000 });
    await isAccessible(page);
    for (const width of [1280, 390]) await fitsIn(page, width);
    await kit.close(page);
  });
}
