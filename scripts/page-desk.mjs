// What the made-up book of page-book.mjs lacks for the views of risk, performance, opportunities and pairs: `seedDesk(URL)` sets limits of which some are kept, some near and one is
// breached, gives closes of an index to compare with, and books pairs in every state. `tellCrossing(URL)` tells ladders that cross: again and again, or they are stale; a service needs
// the taker fees of `DESK_CONFIG` to find what they earn.
import { tellLadders } from "./page-book.mjs";

const DAY_MS = 86_400_000;

export const DESK_CONFIG = "venues:\n  uniswap: {taker_fees: 0.003}\n  kraken: {taker_fees: 0.0004}\n  coinbase: {taker_fees: 0.0005}\n  hyperliquid: {taker_fees: 0.00025}\n";

/** The limits of the desk: set before a book is there, so that nothing of it breaches those that there were before. */
export async function setLimits(url) {
  const limits = { maxPositionValue: "130000", maxVar: "9000", maxPortfolioVar: "11000", maxDrawdownLimit: "0.35", concentrationLimit: "0.9", maxGrossExposure: "2000000", maxLeverage: "4", maxDailyLoss: "25000", maxCorrelationRisk: "0.8" };
  const response = await fetch(`${url}/v1/limits`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(limits) });
  if (response.status !== 200) throw new Error(`limits: ${response.status} ${await response.text()}`);
}

export async function seedDesk(url) {
  const send = async (method, path, body) => {
    const response = await fetch(`${url}/v1/${path}`, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  await send("POST", "prices", indexCloses());
  await setLimits(url);
  await bookPairs(send);
}

/** Closes of an index on each of the last 202 days. */
function indexCloses() {
  const today = Math.floor(Date.now() / DAY_MS);
  let close = 4_700;
  return Array.from({ length: 201 }, (_, i) => {
    close *= 1 + 0.0006 + 0.009 * Math.sin(i * 1.7) * Math.cos(i * 0.31);
    return { date: new Date((today - 201 + i) * DAY_MS).toISOString().slice(0, 10), symbol: "SP500", close: close.toFixed(2) };
  });
}

/** Tells the ladders of this moment: those of page-book.mjs, and a venue that bids more for bitcoin and ether than the others ask. */
export async function tellCrossing(url) {
  await tellLadders(url);
  const { positions } = await (await fetch(`${url}/v1/positions?status=open`)).json();
  const marks = new Map(positions.map(({ symbol, markPrice }) => [symbol, Number(markPrice)]));
  const timestamp = new Date().toISOString();
  marks.set("ETH/BTC", marks.get("ETH/USD") / marks.get("BTC/USD"));
  const rows = [["BTC/USD", 0.0014, 0.9, 2], ["ETH/USD", 0.0011, 14, 2], ["SOL/USD", 0, 210, 2], ["ETH/BTC", 0.0032, 3, 6]].map(([symbol, above, size, digits]) => {
    const side = (sign) => [0.4, 1.1, 2.2, 3.4].map((part, i) => [(marks.get(symbol) * (1 + above + sign * (0.0002 + 0.00007 * i))).toFixed(digits), (part * size).toFixed(3)]);
    return { type: "snapshot", venue: "hyperliquid", symbol, timestamp, bids: side(-1), asks: side(1) };
  });
  await fetch(`${url}/v1/books`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rows) });
}

async function bookPairs(send) {
  const ago = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const ahead = (days) => new Date(Date.now() + days * DAY_MS).toISOString();
  const defined = (pairId, days, hours) => ({
    type: "pair_defined", pairId, id: `${pairId}-d`, timestamp: ago(hours + 1), arbType: "poly_yes_kalshi_no",
    markets: JSON.stringify([["kalshi", `KX${pairId.toUpperCase()}`], ["polymarket", `0x${pairId}`]].map(([venue, market]) => ({ venue, market, orientation: "same", resolvesAt: ahead(days), ...(venue === "polymarket" ? { fees: { category: "politics" } } : {}) }))),
  });
  const row = (pairId, hours, [kalshi, kalshiCents], [poly, polyCents], kalshiSide = "no") => ({
    id: `${pairId}-1`, pairId, arbType: kalshiSide === "no" ? "poly_yes_kalshi_no" : "kalshi_yes_poly_no", kalshiMarket: `KX${pairId.toUpperCase()}`, kalshiSide, kalshiPriceCents: `${kalshiCents}`, kalshiQuantity: `${kalshi}`, kalshiFeesCents: `${Math.ceil(kalshi * 1.7)}`,
    polymarketMarket: `0x${pairId}`, polymarketSide: kalshiSide === "no" ? "yes" : "no", polymarketCategory: "politics", polymarketPriceCents: `${polyCents}`, polymarketQuantity: `${poly}`, polymarketFeesCents: "0", timestamp: ago(hours),
  });
  await send("POST", "pairs/fills", [
    defined("fed-cut", 24, 60), row("fed-cut", 60, [400, 46], [400, 49]), defined("rain-nyc", 6, 30), row("rain-nyc", 30, [80, 50], [100, 45]), defined("senate", 130, 200), row("senate", 200, [0, 0], [250, 38]),
    defined("gdp", 40, 90), row("gdp", 90, [150, 41], [150, 55]), row("oscars", 300, [60, 52], [60, 44], "yes"),
  ]);
  await send("POST", "marks", [["kalshi", "KXFED-CUT", "0.53"], ["polymarket", "0xfed-cut", "0.51"], ["kalshi", "KXRAIN-NYC", "0.47"], ["polymarket", "0xrain-nyc", "0.44"], ["kalshi", "KXSENATE", "0.40"], ["polymarket", "0xsenate", "0.41"]].map(([venue, symbol, price]) => ({ venue, symbol, price })));
  await send("POST", "pairs/gdp/close", { by: "Ada" });
  await send("POST", "pairs/oscars/settle", { result: "yes" });
}
