import { expect, test } from "vitest";
import type { PairSummary, PairView } from "../../src/core/pairs/index.ts";
import { attributesOf, fitsIn, isAccessible, saysExactly, type PageKit } from "./kit.ts";

const usd = (cents: string) => `${cents.startsWith("-") ? "-" : ""}${cents.replace("-", "").padStart(3, "0").replace(/(\d\d)$/, ".$1")}`;

/** Locked against exposed, outcomes, status, return; what to do about one side alone. */
export function pairsTests(kit: PageKit): void {
  test("shows what is locked and exposed, every outcome, and what completing or unwinding makes sure, to the cent", async () => {
    const page = await kit.open(kit.full, "#/pairs?pair=rain-nyc");
    await page.locator(".pair-detail h2").waitFor();
    const { pairs } = await kit.full.get<{ pairs: PairView[] }>("pairs");
    const rain = pairs.find(({ pairId }) => pairId === "rain-nyc")!;
    expect(await page.locator(".pair-detail h2").innerText()).toBe("rain-nyc");
    const { yes, no, kalshiYesPolyNo, kalshiNoPolyYes } = rain.outcomes;
    expect(await attributesOf(page.locator(".outcomes tbody [data-exact]"), "data-exact")).toEqual([yes, no, kalshiYesPolyNo!, kalshiNoPolyYes!].map(usd));
    expect(await page.locator(".pair-list .locked-bar").nth(1).getAttribute("aria-label")).toMatch(/^80 hedged, 20 exposed: \d+ % of the cost$/);
    expect(Number(rain.guaranteedProfitCents)).toBeLessThan(0);
    expect(await page.locator(".pair-list .column-year .unknown").first().getAttribute("title")).toBe("Unknown: a loss is guaranteed, and it does not come again each year");
    const summary = await kit.full.get<PairSummary>("pairs/summary");
    await saysExactly(page.locator(".pairs .tiles .huge .figure").first(), usd(summary.guaranteedProfitCents));
    const { pairs: advised } = await kit.full.get<{ pairs: { pairId: string; advice: { better: string; complete: { guaranteedTotalCents: string } } }[] }>("pairs/advice");
    expect(advised.map(({ pairId }) => pairId)).toEqual(["rain-nyc", "senate"]);
    await page.locator(".one-advice").nth(1).waitFor();
    await saysExactly(page.locator(".one-advice").first().locator("dd .figure").first(), usd(advised[0]!.advice.complete.guaranteedTotalCents));
    expect(await page.locator(".one-advice").first().locator(".better").innerText()).toContain(advised[0]!.advice.better === "complete" ? "Complete: buy 20 NO" : "Unwind: sell 20 YES");
    await isAccessible(page);
    for (const width of [1280, 640, 390]) await fitsIn(page, width);
    await page.emulateMedia({ colorScheme: "dark" });
    await isAccessible(page);
    await kit.close(page);
  });

  test("a status and a pair have an address, and Enter on a row opens it", async () => {
    const page = await kit.open(kit.full, "#/pairs?status=closed");
    await page.locator(".pair-list tbody tr").first().waitFor();
    expect(await page.locator(".pair-list td.column-pair").allInnerTexts()).toEqual(["oscars"]);
    expect(await page.locator(".pair-detail h2").innerText()).toBe("oscars");
    await page.getByRole("button", { name: "All" }).click();
    await expect.poll(() => page.locator(".pair-list tbody tr").count()).toBe(5);
    await page.locator(".pair-list [role=group]").last().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toMatch(/status=all&pair=fed-cut/);
    await kit.close(page);
  });

  test("says what to do while there is no pair", async () => {
    const page = await kit.open(kit.empty, "#/pairs");
    await page.getByText("No pairs yet").waitFor();
    await isAccessible(page);
    await kit.close(page);
  });
}
