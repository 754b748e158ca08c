// A made-up book for pictures and tests of the page: that of demo-book.mjs moved so that its last day is today, with marks every five minutes of today, ladders of three
// venues, a small second account that keeps lots, and two fills that are refused. `seedPage(URL)` posts it to a service without tokens.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const DAY_MS = 86_400_000;
const LAST_DAY_MS = Date.UTC(2025, 0, 200);
const MARK_MS = 300_000;
const VENUES = ["kraken", "coinbase", "uniswap"];

/** Tells the ladders of all venues as of now: those of a while ago do not count. */
export async function tellLadders(url) {
  const marks = await Promise.all(["BTC/USD", "ETH/USD", "SOL/USD"].map(async (symbol) => [symbol, Number((await (await fetch(`${url}/v1/marks?limit=1&symbol=${encodeURIComponent(symbol)}`)).json()).series[0]?.marks[0]?.price)]));
  await fetch(`${url}/v1/books`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(laddersOf(new Map(marks), Date.now())) });
}

export async function seedPage(url) {
  const post = async (path, body) => {
    const response = await fetch(`${url}/v1/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.detail}`);
    return answer;
  };
  const folder = mkdtempSync(join(tmpdir(), "fillbook-page-book-"));
  try {
    execFileSync(process.execPath, [fileURLToPath(new URL("demo-book.mjs", import.meta.url)), folder], { stdio: "ignore" });
    const nowMs = Date.now();
    const shiftMs = Math.floor(nowMs / DAY_MS) * DAY_MS - LAST_DAY_MS;
    const rows = (name) => rowsOf(readFileSync(join(folder, `${name}.csv`), "utf8"), shiftMs).filter(({ timestamp, date }) => Date.parse(timestamp ?? date) <= nowMs);
    const last = new Map(rows("prices").map(({ symbol, close }) => [symbol, Number(close)]));
    await post("events", [...rows("events"), { type: "configure", account: "hedge", method: "fifo" }]);
    await post("prices", rows("prices").filter(({ date }) => Date.parse(date) < Math.floor(nowMs / DAY_MS) * DAY_MS));
    await post("fills", [...rows("fills"), ...hedgeFills(last, nowMs)]);
    await post("marks", [...rows("marks"), ...marksOfToday(last, nowMs)]);
    await tellLadders(url);
    const [first, second] = rows("fills");
    await post("fills", [{ ...first, quantity: "9999" }, { ...second, price: "1.00" }]).catch(() => undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(csv, shiftMs) {
  const [head, ...lines] = csv.trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const row = Object.fromEntries(line.split(",").map((value, i) => [names[i], value]).filter(([, value]) => value !== ""));
    if (row.timestamp !== undefined) row.timestamp = new Date(Date.parse(row.timestamp) + shiftMs).toISOString();
    if (row.date !== undefined) row.date = new Date(Date.parse(row.date) + shiftMs).toISOString().slice(0, 10);
    return row;
  });
}

/** Seeded, so that each run draws the same line. */
function randomOf(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function marksOfToday(last, nowMs) {
  const random = randomOf(7);
  const marks = [];
  const midnight = Math.floor(nowMs / DAY_MS) * DAY_MS;
  for (const [symbol, close] of last) {
    let price = close;
    for (let ms = midnight; ms <= nowMs; ms += MARK_MS) {
      price *= 1 + (random() - 0.49) * 0.004;
      marks.push({ symbol, price: price.toFixed(2), timestamp: new Date(ms).toISOString() });
    }
    last.set(symbol, price);
  }
  return marks;
}

/** Lots of an account that counts first in, first out. */
function hedgeFills(last, nowMs) {
  return [["BTC/USD", "-0.8", 6], ["BTC/USD", "-0.45", 4], ["ETH/USD", "-6", 5], ["SOL/USD", "120", 3]].map(([symbol, quantity, daysAgo], i) => ({
    id: `h${i}`, account: "hedge", venue: "kraken", venue_type: "cex", symbol, side: quantity.startsWith("-") ? "sell" : "buy", quantity: quantity.replace("-", ""), price: (last.get(symbol) * (1 + 0.01 * i)).toFixed(2), fee: "4.20", strategy: "hedge", timestamp: new Date(nowMs - daysAgo * DAY_MS).toISOString(),
  }));
}

function laddersOf(last, nowMs) {
  const random = randomOf(11);
  return [...last].flatMap(([symbol, mid]) => VENUES.map((venue, v) => {
    const side = (sign) => Array.from({ length: 25 }, (_, i) => [(mid * (1 + sign * (0.00008 * (v + 1) + 0.00011 * i))).toFixed(2), (((40 + random() * 160) / mid) * 100).toFixed(4)]);
    return { type: "snapshot", venue, symbol, timestamp: new Date(nowMs).toISOString(), bids: side(-1), asks: side(1) };
  }));
}
