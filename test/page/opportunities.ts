import { expect, test } from "vitest";
import type { LiquidityView } from "../../src/core/market/index.ts";
import type { VenuesView } from "../../src/core/performance/index.ts";
import { fitsIn, isAccessible, saysExactly, type PageKit } from "./kit.ts";

interface Found {
  readonly triangles: readonly { readonly symbol: string; readonly buyVenue: string; readonly netProfit: string; readonly quantity: string }[];
  readonly opportunities: readonly { readonly symbol: string; readonly buyVenue: string; readonly sellVenue: string; readonly netProfit: string; readonly quantity: string }[];
}

/** What lives, with life time and size; liquidity; venues ranked. */
export function opportunitiesTests(kit: PageKit): void {
  test("shows what lives with its exact profit and size, the ladder of a market, and venues by rank; what is over moves below", async () => {
    const stop = await kit.ladders();
    const page = await kit.open(kit.full, "#/opportunities");
    await page.locator(".live tbody tr").first().waitFor();
    const [best] = (await kit.full.get<Found>("opportunities")).opportunities;
    const row = page.locator(".live tbody tr").first();
    expect(await row.innerText()).toContain(`${best!.buyVenue} → ${best!.sellVenue}`);
    await saysExactly(row.locator(".column-net .figure"), best!.netProfit);
    await saysExactly(row.locator(".column-size .figure"), best!.quantity);
    expect(await row.locator(".column-life").innerText()).toMatch(/^\d+(\.\d)? (s|min)$/);
    const { venues } = await kit.full.get<VenuesView>("venues");
    await page.locator(".ranked tbody tr").first().waitFor({ timeout: 20_000 });
    expect(await page.locator(".ranked td.column-venue").allInnerTexts()).toEqual(venues.map(({ venue, venueType }) => `${venue} ${venueType}`));
    await isAccessible(page);
    for (const width of [1280, 640, 390]) await fitsIn(page, width);
    await page.emulateMedia({ colorScheme: "dark" });
    await isAccessible(page);
    stop();
    await expect.poll(() => page.locator(".ended tbody tr").count(), { timeout: 15_000 }).toBeGreaterThan(0);
    await page.getByText("Nothing crosses after fees now").waitFor();
    await expect.poll(() => page.locator(".sources").innerText(), { timeout: 10_000 }).toContain("silent for too long");
    await kit.close(page);
  });

  test("rounds of three trades within a venue stand beside, with what they earn after three fees", async () => {
    const stop = await kit.ladders();
    const page = await kit.open(kit.full, "#/opportunities");
    const row = page.getByRole("table", { name: "Rounds of three trades within a venue that earn now" }).locator("tbody tr").first();
    await row.waitFor();
    const [best] = (await kit.full.get<Found>("opportunities?kind=triangle")).triangles;
    expect(await row.innerText()).toContain(best!.symbol.replaceAll(">", " → "));
    expect(await row.locator(".column-venue").innerText()).toBe("hyperliquid");
    await saysExactly(row.locator(".column-net .figure"), best!.netProfit);
    await saysExactly(row.locator(".column-size .figure"), best!.quantity);
    await isAccessible(page);
    await fitsIn(page, 390);
    stop();
    await expect.poll(() => row.count(), { timeout: 15_000 }).toBe(0);
    await kit.close(page);
  });

  test("a market has an address, and rows lead to it by the keyboard", async () => {
    const stop = await kit.ladders();
    const page = await kit.open(kit.full, "#/opportunities?market=ETH%2FUSD");
    await page.locator(".ladder tbody tr").first().waitFor();
    const { best } = await kit.full.get<LiquidityView>("liquidity/ETH/USD");
    await saysExactly(page.locator(".ladder tr:has(.bid) .figure").first(), best.bid!.price);
    expect(await page.locator(".live td.column-market").allInnerTexts()).not.toContain("BTC/USD");
    await page.locator(".markets [role=group]").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("market=BTC%2FUSD");
    expect(await page.locator(".market select").inputValue()).toBe("BTC/USD");
    stop();
    await kit.close(page);
  });

  test("says what to do while there is no order book, and what it says works", async () => {
    const page = await kit.open(kit.empty, "#/opportunities");
    const curl = (await page.locator(".empty pre").textContent())!;
    await isAccessible(page);
    await kit.empty.post("books", JSON.parse(/-d '(.*)'/.exec(curl)![1]!));
    await page.locator(".markets tbody tr").waitFor();
    await kit.close(page);
  });
}
