// `node scripts/returns-check.mjs FOLDER [DATA]`: imports pyfolio's test transactions from FOLDER (pyfolio_test_txn.csv), with 100,000 of capital and the marks
// that pyfolio_test_pos.csv implies, and compares `fillbook performance` with pyfolio_test_returns.csv, day by day. Fails when one differs by more than 1e-9.
// The book is left in DATA, where that is given.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { root } from "./setup.mjs";

const [source, kept] = process.argv.slice(2);
if (source === undefined) {
  console.error("usage: node scripts/returns-check.mjs FOLDER [DATA]");
  process.exit(2);
}
const rows = (name) => readFileSync(join(source, name), "utf8").trim().split("\n").map((line) => line.split(","));
const folder = mkdtempSync(join(tmpdir(), "fillbook-returns-"));
const fillbook = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/src/bin/main.js"), ...args, "--data", kept === undefined ? join(folder, "data") : resolve(kept), "--database", "off"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`fillbook ${args[0]} ended with ${status}: ${stderr}${stdout.slice(0, 500)}`);
  return stdout;
};
const file = (name, lines) => {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  return name;
};

try {
  writeFileSync(join(folder, "map.yaml"), '{timestamp: "", symbol: symbol, quantity: amount, side: sign, price: price, id: auto, venue: =backtest}\n');
  console.log(fillbook("import", resolve(source, "pyfolio_test_txn.csv"), "--map", "map.yaml").trim());
  const [[, ...symbols], ...days] = rows("pyfolio_test_pos.csv");
  const first = days[0][0].slice(0, 10);
  fillbook("events", file("events.csv", ["type,timestamp,currency,amount", `deposit,${first}T00:00:00Z,USD,100000`]));
  fillbook("marks", file("marks.csv", ["venue,symbol,price,timestamp", ...impliedMarks(symbols.slice(0, -1), days)]));
  const { returns } = JSON.parse(fillbook("performance", "--json", "--series", "--to", `${days.at(-1)[0].slice(0, 10)}T23:59:59Z`));
  const found = new Map(returns.map((one) => [one.to.slice(0, 10), one]));
  const expected = new Map(rows("pyfolio_test_returns.csv").map(([at, value]) => [at.slice(0, 10), Number(value)]));
  let [worst, worstEquity, compared, missing] = [0, 0, 0, 0];
  for (const [at, ...values] of days) {
    const day = at.slice(0, 10);
    const one = found.get(day);
    if (one === undefined || !expected.has(day)) {
      missing += 1;
      continue;
    }
    compared += 1;
    worst = Math.max(worst, Math.abs(one.return - expected.get(day)));
    worstEquity = Math.max(worstEquity, Math.abs(Number(one.equity) - values.reduce((sum, value) => sum + Number(value), 0)));
  }
  console.log(`${compared} days compared, ${missing} missing; the returns differ by ${worst.toExponential(2)} at most, equity by ${worstEquity.toExponential(2)}`);
  process.exitCode = missing === 0 && worst <= 1e-9 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The price of each holding on each day: what it is worth ÷ how many shares the transactions left. */
function impliedMarks(symbols, days) {
  const [, ...trades] = rows("pyfolio_test_txn.csv");
  const held = new Map(symbols.map((symbol) => [symbol, 0n]));
  let next = 0;
  return days.flatMap(([at, ...values]) => {
    for (; next < trades.length && trades[next][0] <= at; next += 1) held.set(trades[next][4], held.get(trades[next][4]) + BigInt(trades[next][1]));
    return symbols.flatMap((symbol, i) => (held.get(symbol) === 0n ? [] : [`,${symbol},${quotient(values[i], held.get(symbol))},${at.slice(0, 10)}T00:00:01Z`]));
  });
}

/** Exact to 15 decimals. */
function quotient(text, under) {
  const [whole, fraction = ""] = text.split(".");
  const scaled = (BigInt(whole + fraction) * 10n ** BigInt(25 - fraction.length)) / under / 10n ** 10n;
  const digits = `${scaled < 0n ? -scaled : scaled}`.padStart(16, "0");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, -15)}.${digits.slice(-15)}`;
}
