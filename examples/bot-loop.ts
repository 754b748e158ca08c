/**
 * A bot that keeps its own book: it trades two venues, asks the book before every order, and prints what it hears.
 * Run it after `npm run build`: node dist/examples/bot-loop.js
 */
import { amount, Book, price, quantity, type Price } from "fillbook";

interface Tick {
  readonly time: string;
  readonly venue: string;
  readonly price: Price;
}

// What the venues would send; a real bot reads it from their sockets.
const ticks: readonly Tick[] = [
  { time: "2026-01-05T10:00:00Z", venue: "kraken", price: price("3100.00") },
  { time: "2026-01-05T10:01:00Z", venue: "coinbase", price: price("3096.50") },
  { time: "2026-01-05T10:02:00Z", venue: "kraken", price: price("3090.25") },
  { time: "2026-01-05T10:03:00Z", venue: "coinbase", price: price("3112.75") },
  { time: "2026-01-05T10:04:00Z", venue: "kraken", price: price("3125.00") },
];
const SYMBOL = "ETH/USD";
const LOT = quantity("0.5");
const LARGEST = 1; // ETH

let now = ticks[0]!.time;
const book = new Book({ now: () => now });
book.subscribe(({ seq, positions }) => {
  for (const { symbol, quantity: held, avgPrice, netTotalPnl } of positions) console.log(`  entry ${seq}: ${symbol} ${held} at ${avgPrice ?? "–"}, net P&L ${netTotalPnl ?? "–"}`);
});

let last: Tick | undefined;
for (const tick of ticks) {
  now = tick.time;
  book.setLive({ symbol: SYMBOL, price: tick.price, timestamp: tick.time });
  const held = Number(book.position("default", SYMBOL)?.quantity ?? "0"); // a float is good enough to decide with, never to count with
  const fell = last !== undefined && Number(tick.price) < Number(last.price);
  const rose = last !== undefined && Number(tick.price) > Number(last.price);
  last = tick;
  const side = fell && held < LARGEST ? "buy" : rose && held > 0 ? "sell" : undefined;
  if (side === undefined) continue;
  console.log(`${tick.time.slice(11, 16)} ${side} ${LOT} ETH on ${tick.venue} at ${tick.price}`);
  const answer = book.apply({ id: `${tick.venue}-${tick.time}`, venue: tick.venue, symbol: SYMBOL, side, quantity: LOT, price: tick.price, fee: amount("0.75"), timestamp: tick.time });
  if (answer.status === "refused") console.error(answer.reason);
}

// The venue sends its last fill once more: nothing is counted twice.
const again = book.apply({ id: `kraken-${now}`, venue: "kraken", symbol: SYMBOL, side: "sell", quantity: LOT, price: price("3125"), fee: amount("0.75"), timestamp: now });
console.log(`sent again: ${again.status} of entry ${again.seq}`);
