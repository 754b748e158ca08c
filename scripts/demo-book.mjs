// `node scripts/demo-book.mjs FOLDER`: writes fills.csv, marks.csv, prices.csv and events.csv of a made-up crypto book of 200 days on four venues, seeded: each run writes the same.
// Two strategies and four signals trade three symbols; fills say their arrival price, latency, fee and side of the book.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node scripts/demo-book.mjs FOLDER");
  process.exit(2);
}
let state = 20_260_101;
const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());

const venues = [["kraken", "cex", 2.2, 85, 10], ["coinbase", "cex", 3.1, 60, 14], ["uniswap", "dex", 7.5, 900, 30], ["hyperliquid", "dex", 1.6, 210, 4]]; // slippage bp, latency ms, taker fee bp
const symbols = new Map([["BTC/USD", [64_000, 0.022, 0.2, 3]], ["ETH/USD", [3_200, 0.03, 3, 2]], ["SOL/USD", [150, 0.042, 60, 1]]]); // price, daily deviation, size, decimals of size
const signals = [["momentum", "trend-4h"], ["momentum", "breakout"], ["carry", "basis"], ["carry", "funding"]];
const held = new Map();
const prices = ["date,symbol,close"];
const [fills, marks] = [["id,venue,venue_type,symbol,side,quantity,price,timestamp,fee,liquidity,strategy,signal_id,arrival_price,latency_ms"], ["venue,symbol,price,timestamp"]];
const begin = Date.UTC(2025, 0, 1);
const at = (ms) => new Date(ms).toISOString();

for (let day = 0; day < 200; day += 1) {
  for (const [symbol, of] of symbols) {
    const [price, spread, size, decimals] = of;
    const drift = normal() * spread + 0.0012;
    for (let trade = 0; trade < 4; trade += 1) {
      const [venue, type, slip, latency, feeBp] = venues[Math.floor(random() * venues.length)];
      const [strategy, signal] = signals[Math.floor(random() * (trade < 2 ? 4 : 3))];
      const open = held.get(symbol) ?? 0;
      const knows = strategy === "carry" ? 0.09 : 0.14; // how often a signal is right beyond chance
      const buys = random() < 0.5 + Math.sign(drift) * knows - 0.06 * Math.sign(open) * Math.min(1, Math.abs(open) / size / 6);
      const arrival = price * (1 + (drift * (trade + random())) / 5);
      const paid = (slip * (0.4 + 1.2 * random()) + normal() * 1.5) / 10_000;
      const isMaker = random() < 0.35;
      const at_ = arrival * (1 + (buys ? 1 : -1) * (isMaker ? -0.2 * Math.abs(paid) : paid));
      const quantity = Math.max(10 ** -decimals, size * (0.3 + random())).toFixed(decimals);
      const fee = (at_ * quantity * (isMaker ? feeBp * 0.4 : feeBp)) / 10_000;
      fills.push([`d${day}-${fills.length}`, venue, type, symbol, buys ? "buy" : "sell", quantity, at_.toFixed(2), at(begin + day * 86_400_000 + trade * 18_000_000 + Math.floor(random() * 17_000_000)), fee.toFixed(4), isMaker ? "maker" : "taker", random() < 0.04 ? "" : strategy, random() < 0.04 ? "" : signal, arrival.toFixed(2), (latency * Math.exp(normal() * 0.5)).toFixed(1)].join(","));
      held.set(symbol, open + (buys ? 1 : -1) * quantity);
    }
    of[0] = price * (1 + drift);
    prices.push(`${at(begin + day * 86_400_000).slice(0, 10)},${symbol},${of[0].toFixed(2)}`);
    marks.push(`,${symbol},${of[0].toFixed(2)},${at(begin + day * 86_400_000 + 86_340_000)}`);
  }
}
const events = ["type,timestamp,currency,amount", `deposit,${at(begin - 3_600_000)},USD,250000`, `deposit,${at(begin + 60 * 86_400_000)},USD,50000`, `withdrawal,${at(begin + 150 * 86_400_000)},USD,40000`];
mkdirSync(folder, { recursive: true });
for (const [name, lines] of [["fills.csv", fills], ["marks.csv", marks], ["prices.csv", prices], ["events.csv", events]]) writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
console.log(`${folder}: ${fills.length - 1} fills, ${marks.length - 1} marks`);
