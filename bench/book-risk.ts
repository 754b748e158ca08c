// `npm run book-risk -- FILE…`: a long and short book of 60 positions drawn from price files, its VaR by every method, and whether components add up.
import { risk } from "../src/index.ts";
import { readPrices } from "../src/venues/csv/index.ts";
import { Random } from "./random.ts";

const POSITIONS = 60;
const WITHIN = 1e-9; // of the VaR

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write("usage: npm run book-risk -- PRICES.csv…\n");
  process.exit(2);
}

let refused = 0;
const read = await Promise.all(files.map((file) => readPrices(file, () => (refused += 1))));
const series = read.flatMap((one) => one.series).map(({ symbol, days, closes }) => ({ symbol, days, closes: Float64Array.from(closes, Number) }));
const begun = performance.now();
const returns = risk.jointReturns(series);
const joined = performance.now() - begun;
const date = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
const lines = [
  `${series.length} symbols in ${files.length} files, ${refused} cells refused; ${returns.symbols.length} have ${returns.days.length} joint returns, ${returns.days.length === 0 ? "" : `${date(returns.days[0]!)} to ${date(returns.days.at(-1)!)}`} on ${returns.calendar.replace("_", " ")} (${joined.toFixed(0)} ms)`,
  ...[...returns.missing].map(([symbol, { count, reason }]) => `  ${symbol}: ${reason}, ${count}`),
];

const random = new Random(60);
const exposures = new Float64Array(returns.symbols.length);
for (let left = Math.min(POSITIONS, exposures.length); left > 0; ) {
  const at = random.below(exposures.length);
  if (exposures[at] !== 0) continue;
  exposures[at] = (random.chance(0.6) ? 1 : -1) * random.between(1_000, 100_000);
  left -= 1;
}
const hedge = Float64Array.from(exposures, (_, i) => (i === 0 ? 50_000 : 0));
const gross = exposures.reduce((total, exposure) => total + Math.abs(exposure), 0);
lines.push(`${exposures.filter((exposure) => exposure !== 0).length} positions, ${exposures.filter((exposure) => exposure < 0).length} of them short, gross ${Math.round(gross).toLocaleString("en-US")}`, "");

let failed = 0;
const asked: readonly Pick<risk.VarRequest, "method" | "volatility" | "quantile">[] = [
  ...risk.VAR_METHODS.map((method) => ({ method })), { method: "parametric", volatility: "zero_mean" }, { method: "parametric", volatility: "ewma" }, { method: "historical_simulation", quantile: "linear" },
];
for (const how of asked) {
  for (const [confidence, horizonDays] of [[0.95, 1], [0.99, 10]] as const) {
    const start = performance.now();
    const found = risk.portfolioVar({ ...how, exposures, returns, confidence, horizonDays });
    const ms = performance.now() - start;
    const off = Math.abs(found.component.reduce((total, one) => total + one, 0) - (found.var ?? Number.NaN)) / Math.abs(found.var ?? 1);
    const twin = { ...returns, symbols: [...returns.symbols, "TWIN"], columns: [...returns.columns, returns.columns[0]!] };
    const hedged = risk.portfolioVar({ ...how, exposures: [...hedge, -50_000], returns: twin, confidence, horizonDays }).var;
    const right = found.var !== undefined && off <= WITHIN && hedged !== undefined && Math.abs(hedged) < 1e-6;
    if (!right) failed += 1;
    const name = [how.method, how.volatility, how.quantile].filter(Boolean).join(" ");
    lines.push(`${name.padEnd(32)} ${confidence * 100} % ${`${horizonDays}`.padStart(2)} d  VaR ${shown(found.var)}  shortfall ${shown(found.expectedShortfall)}  components off by ${off.toExponential(0)}  hedge ${hedged ?? "–"}  ${ms.toFixed(0)} ms  ${right ? "" : `FAILED ${found.reason ?? ""}`}`.trimEnd());
  }
}
process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = failed === 0 ? 0 : 1;

function shown(value: number | undefined): string {
  return (value === undefined ? "unknown" : Math.round(value).toLocaleString("en-US")).padStart(9);
}
