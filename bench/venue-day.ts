// `node dist/bench/venue-day.js FOLDER [--json]`: the opportunities in one day of one-minute bars of three venues, by three
// fee schedules. FOLDER holds the three files named below (columns ms_since_midnight, close, volume among others). Each
// minute's close is one level on both sides, its volume the size, both as old as the minute. `scripts/venue-day.py` computes
// the same in fractions, on its own; docs/markets.md has the counts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isProblem, readDecimal, type Decimal } from "../src/core/num/index.ts";
import { SymbolMap, TakerFees, type LadderMessage } from "../src/core/market/index.ts";
import { replayOpportunities, type OpportunityView } from "../src/core/opportunity/index.ts";

const MIDNIGHT_US = Date.UTC(2022, 11, 13) * 1_000;
const SINCE_EVER = Number.NEGATIVE_INFINITY;
const ONE = decimal("1");

const BARS = [
  { file: "lean_20221213_1m_binance_spot_btcbusd.csv", venue: "binance", symbol: "BTCBUSD" },
  { file: "lean_20221213_1m_bybit_spot_btcusdt.csv", venue: "bybit", symbol: "BTCUSDT" },
  { file: "lean_20221213_1m_bybit_perp_btcusdt.csv", venue: "bybit", symbol: "BTCUSDT.P" },
];

const rules = new SymbolMap([
  {
    version: "2022-12-13", fromUs: SINCE_EVER,
    symbols: [
      { venue: "binance", symbol: "BTCBUSD", base: "BTC", quote: "BUSD" },
      { venue: "bybit", symbol: "BTCUSDT", base: "BTC", quote: "USDT" },
      { venue: "bybit", symbol: "BTCUSDT.P", base: "BTC", quote: "USDT", kind: "perpetual" },
    ],
    conversions: [{ from: "BUSD", to: "USD", rate: ONE }, { from: "USDT", to: "USD", rate: ONE }],
  },
]);

/** Taker fees as shares: of Binance spot, Bybit spot and the Bybit perpetual. */
const SCHEDULES = { free: ["0", "0", "0"], desk: ["0.0001", "0.0002", "0.00015"], public: ["0.001", "0.001", "0.0006"] } as const;

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("venue-day: name the folder of the bars: node dist/bench/venue-day.js FOLDER [--json]\n");
  process.exit(2);
}

const messages = BARS.flatMap((bar) => barsOf(join(folder, bar.file), bar.venue, bar.symbol)).sort((a, b) => a.timeUs - b.timeUs);
const results = Object.entries(SCHEDULES).map(([name, rates]) => {
  const fees = new TakerFees(BARS.map(({ venue, symbol }, i) => ({ venue, symbol, fromUs: SINCE_EVER, rate: decimal(rates[i]!) })));
  const seen: (readonly [timeMs: number, one: OpportunityView])[] = [];
  const onMoment = (timeUs: number, live: readonly OpportunityView[]) => live.forEach((one) => seen.push([(timeUs - MIDNIGHT_US) / 1_000, one]));
  const { opportunities } = replayOpportunities(messages, { rules, fees, maxAgeUs: 59_999_999, onMoment });
  const of = (kind: OpportunityView["kind"]) => ({ minutes: seen.filter(([, one]) => one.kind === kind).length, opportunities: opportunities.filter((one) => one.kind === kind).length });
  return { name, cross: of("cross"), basis: of("basis"), seen: seen.map(([timeMs, one]) => lineOf(timeMs, one)).sort() };
});

if (flags.includes("--json")) process.stdout.write(`${JSON.stringify(results)}\n`);
else {
  process.stdout.write("schedule  cross minutes  cross opportunities  basis minutes  basis opportunities\n");
  for (const { name, cross, basis } of results) {
    const cells = [cross.minutes, cross.opportunities, basis.minutes, basis.opportunities].map((n, i) => `${n}`.padStart([13, 21, 15, 21][i]!));
    process.stdout.write(`${name.padEnd(10)}${cells.join("")}\n`);
  }
}

/** What identifies a sighting, exactly: both programs print these, and they must be the same lines. */
function lineOf(timeMs: number, one: OpportunityView): string {
  return [timeMs, one.kind, `${one.buyVenue}:${one.buySymbol}`, `${one.sellVenue}:${one.sellSymbol}`, one.quantity, one.grossProfit, one.fees, one.netProfit].join(" ");
}

function barsOf(path: string, venue: string, symbol: string): LadderMessage[] {
  const [header = "", ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const columns = header.split(",");
  const cell = (line: string, name: string) => line.split(",")[columns.indexOf(name)]!;
  return lines.map((line) => {
    const level = { price: decimal(cell(line, "close")), quantity: decimal(cell(line, "volume")) };
    return { type: "snapshot", venue, symbol, timeUs: MIDNIGHT_US + Number(cell(line, "ms_since_midnight")) * 1_000, bids: [level], asks: [level] };
  });
}

function decimal(text: string): Decimal {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Error(read.why);
  return read;
}
