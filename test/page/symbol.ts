import { expect, test } from "vitest";
// @ts-expect-error a script without types
import { tellLadders } from "../../scripts/page-book.mjs";
import { exactTexts, fitsIn, isAccessible, isLive, saysExactly, type PageKit } from "./kit.ts";

/** One symbol: held, price with fills, ladder, history. */
export function symbolTests(kit: PageKit): void {
  test("shows what is held and every fill as the service says it, and draws the price with fills on it", async () => {
    const page = await kit.open(kit.full, "#/symbol/BTC%2FUSD?account=default");
    const net = page.locator(".panel", { hasText: "Position" }).locator("tbody tr").first();
    const { positions } = await kit.full.get<{ positions: { quantity: string; realizedPnl: string; venues: object[] }[] }>("positions?symbol=BTC/USD&account=default");
    await saysExactly(net.locator(".column-quantity .figure"), positions[0]!.quantity);
    await saysExactly(net.locator(".column-realized .figure"), positions[0]!.realizedPnl);
    expect(await page.locator(".symbol > .panel tbody tr").count()).toBe(1 + positions[0]!.venues.length);
    const { history } = await kit.full.get<{ history: { price: string; positionAfter: { quantity: string } }[] }>("history?symbol=BTC/USD&account=default&newest=true&limit=1");
    const first = page.locator(".fills tbody tr:not(.spacer)").first();
    await saysExactly(first.locator(".column-price .figure"), history[0]!.price, 20_000);
    await saysExactly(first.locator(".column-after .figure"), history[0]!.positionAfter.quantity);
    expect(history[0]!.positionAfter.quantity).toBe(positions[0]!.quantity);
    await expect.poll(() => page.locator("figure.chart canvas").count(), { timeout: 20_000 }).toBeGreaterThanOrEqual(3); // price, held, realized
    await kit.close(page);
  });

  test("position and P&L through time are drawn over all accounts, too", async () => {
    const page = await kit.open(kit.full, "#/symbol/BTC%2FUSD");
    await page.locator(".panel", { hasText: "Net realized P&L" }).locator("canvas").waitFor({ timeout: 20_000 });
    expect(await page.locator(".symbol > .panel .aside").innerText()).toBe("money in USD");
    await kit.close(page, /404/); // no ladder, where it was not told
  });

  test("in local time the price is dated by the clock that is shown: a day that begins in UTC only has its time", async () => {
    const before = "localStorage.setItem('fillbook-zone', 'local'); globalThis.drawn = []; const draw = CanvasRenderingContext2D.prototype.fillText; CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { globalThis.drawn.push(text); return draw.call(this, text, ...rest); };";
    const page = await kit.open(kit.full, "#/symbol/BTC%2FUSD?account=default", { before });
    const ticks = () => page.evaluate<string[]>("globalThis.drawn.filter((text) => /^\\d\\d-\\d\\d/.test(text))");
    await expect.poll(ticks, { timeout: 20_000 }).not.toEqual([]);
    expect((await ticks()).filter((text) => !/^\d\d-\d\d (19|2[0-3]):\d\d$/.test(text))).toEqual([]); // New York is behind UTC
    await kit.close(page, /404/); // no ladder, where it was not told
  });

  test("has the ladder of all venues as one, and a venue that is silent does not count", async () => {
    const page = await kit.open(kit.full, "#/symbol/ETH%2FUSD");
    await expect.poll(async () => {
      await (tellLadders as (url: string) => Promise<void>)(kit.full.url);
      return page.locator(".levels tbody tr").count();
    }, { timeout: 20_000 }).toBe(8);
    const shown = await exactTexts(page.locator(".levels tbody tr").first().locator(".figure"));
    const { bids, asks } = await kit.full.get<{ bids: { price: string; quantity: string }[]; asks: { price: string; quantity: string }[] }>("liquidity/ETH/USD?levels=1");
    expect(shown).toEqual([bids[0]!.quantity, bids[0]!.price, asks[0]!.price, asks[0]!.quantity]);
    await kit.close(page);
  });

  test("a symbol of any name has its place, and keeps nobody from the book", async () => {
    for (const symbol of ["MARKET", "", "100%/USD", "a?b=c#d", "<i>x</i>"]) {
      const page = await kit.open(kit.full, `#/symbol/${encodeURIComponent(symbol)}`);
      await page.getByText(symbol === "" ? "Which symbol?" : `Nothing was traded in ${symbol}`).waitFor();
      await new Promise((done) => setTimeout(done, 300)); // what it follows is asked for
      await isLive(page);
      await kit.close(page, /404/);
    }
  });

  test("a symbol that nobody traded says what to do", async () => {
    const page = await kit.open(kit.full, "#/symbol/NOPE");
    await page.getByText("Nothing was traded in NOPE").waitFor();
    await kit.close(page);
  });

  test.each(["light", "dark"] as const)("is accessible, %s, and fits in narrow windows", async (scheme) => {
    const page = await kit.open(kit.full, "#/symbol/BTC%2FUSD", { scheme });
    await page.locator(".fills tbody tr").first().waitFor();
    await isAccessible(page);
    for (const width of [1280, 390]) await fitsIn(page, width);
    await isAccessible(page);
    await kit.close(page, /404/); // no ladder, where it was not told
  });
}
