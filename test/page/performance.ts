import { expect, test } from "vitest";
import type { Attribution, PerformanceView } from "../../src/core/performance/index.ts";
import { fitsIn, isAccessible, saysExactly, type PageKit } from "./kit.ts";

/** Equity against a benchmark, months, attribution, execution. */
export function performanceTests(kit: PageKit): void {
  test("shows what the service answers: P&L to the last digit, months, attribution, execution, beside a benchmark", async () => {
    const page = await kit.open(kit.full, "#/performance?benchmark=SP500");
    await page.locator(".curve canvas").waitFor({ timeout: 30_000 });
    const told = await kit.full.get<PerformanceView>("performance?benchmark=SP500");
    await saysExactly(page.locator(".performance .tiles .huge .figure").first(), told.totalPnl!, 20_000);
    expect(await page.locator(".performance .tiles").innerText()).toContain("Beta");
    expect(await page.locator(".curve h2").innerText()).toBe("Equity against SP500");
    expect(await page.locator(".months tbody td.gain, .months tbody td.loss").count()).toBe(told.months.length);
    for (const by of ["signal", "venue", "strategy"]) {
      const { groups, total } = await kit.full.get<Attribution>(`attribution?by=${by}`);
      const panel = page.locator(".attribution", { hasText: `By ${by}` });
      await saysExactly(panel.locator(".aside .figure"), total.totalPnl!);
      const best = Math.max(...groups.map(({ totalPnl }) => Number(totalPnl)));
      expect(Number(await panel.locator("tbody tr").first().locator("[data-exact]").first().getAttribute("data-exact"))).toBe(best);
    }
    expect(await page.locator(".execution tbody").first().locator("tr").count()).toBe(3);
    expect(await page.locator(".falls tbody tr").count()).toBeGreaterThan(0);
    await isAccessible(page);
    for (const width of [1280, 640, 390]) await fitsIn(page, width);
    await page.emulateMedia({ colorScheme: "dark" });
    await isAccessible(page);
    await kit.close(page);
  });

  test("a span and a benchmark are chosen on the page, and stand in the address", async () => {
    const page = await kit.open(kit.full, "#/performance?span=90");
    await page.locator(".curve canvas").waitFor({ timeout: 30_000 });
    expect(await page.locator('.curve [aria-pressed="true"]').innerText()).toBe("90 days");
    await page.getByRole("button", { name: "30 days" }).click();
    await page.getByLabel("Benchmark").fill("SP500");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toMatch(/span=30&benchmark=SP500|benchmark=SP500&span=30/);
    await expect.poll(() => page.locator(".curve .note").innerText(), { timeout: 20_000 }).toMatch(/Joined with SP500 on \d+ days/);
    await kit.close(page);
  });

  test("says what to do while nothing was traded", async () => {
    const page = await kit.open(kit.empty, "#/performance");
    await page.getByText("No performance yet: nothing was traded").waitFor({ timeout: 20_000 });
    await isAccessible(page);
    await kit.close(page);
  });
}
