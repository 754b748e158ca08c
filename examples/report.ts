/**
 * A month-end report out of everything that happened: what is traded, fills of two accounts, funding, a split, a bust,
 * and a P&L in euros.
 * Run it after `npm run build`: node dist/examples/report.js
 */
import { amount, Book, price, quantity, type Answer } from "fillbook";

const book = new Book({ now: () => "2026-01-31T23:59:59Z" });
const must = (answer: Answer): void => {
  if (answer.status === "refused") throw new Error(answer.reason);
};

must(book.define({ symbol: "BTC-PERP", kind: "perpetual", base: "BTC", quote: "USD", multiplier: "0.001", priceIncrement: "0.5", quantityIncrement: 1 }));
must(book.define({ symbol: "NVDA", kind: "equity", quote: "USD", priceIncrement: "0.0001" }));
must(book.event({ type: "configure", account: "family", method: "fifo" }));
must(book.event({ type: "deposit", account: "family", currency: "USD", amount: amount(50_000), timestamp: "2026-01-02" }));

const family = { account: "family", venue: "nyse", symbol: "NVDA" } as const;
must(book.apply({ ...family, id: "1", side: "buy", quantity: quantity(100), price: price("180.00"), fee: amount(1), timestamp: "2026-01-05T15:00:00Z" }));
must(book.apply({ ...family, id: "2", side: "buy", quantity: quantity(50), price: price("192.40"), fee: amount(1), timestamp: "2026-01-12T15:00:00Z" }));
must(book.event({ type: "split", symbol: "NVDA", ratio: "10", timestamp: "2026-01-15" }));
must(book.apply({ ...family, id: "3", side: "sell", quantity: quantity(1200), price: price("19.1"), fee: amount(2), timestamp: "2026-01-20T15:00:00Z" }));

const desk = { account: "desk", venue: "deribit", symbol: "BTC-PERP" } as const;
must(book.apply({ ...desk, id: "a", side: "sell", quantity: quantity(2000), price: price("91250.5"), fee: amount("45.62"), timestamp: "2026-01-07T09:30:00Z" }));
must(book.event({ type: "funding", ...desk, amount: amount("18.25"), timestamp: "2026-01-07T16:00:00Z" }));
must(book.apply({ ...desk, id: "b", side: "buy", quantity: quantity(500), price: price("9025"), fee: amount("1"), timestamp: "2026-01-09T10:00:00Z" }));
must(book.event({ type: "bust", ...desk, fill: "b" })); // a price with a digit lost: the venue took the trade back

const end = "2026-01-31T21:00:00Z";
must(book.mark({ symbol: "NVDA", price: price("18.75"), timestamp: end }));
must(book.mark({ symbol: "BTC-PERP", price: price("88400"), timestamp: end }));
must(book.mark({ symbol: "EUR/USD", price: price("1.0850"), timestamp: end }));

for (const { account, symbol, method, quantity: held, avgPrice, realizedPnl, unrealizedPnl, netTotalPnl, lots = [] } of book.positions()) {
  console.log(`${account}: ${held} ${symbol} at ${avgPrice ?? "–"} (${method})`);
  for (const lot of lots) console.log(`  lot of ${lot.openedAt.slice(0, 10)}: ${lot.quantity} at ${lot.price ?? "–"}`);
  console.log(`  realized ${realizedPnl}, unrealized ${unrealizedPnl ?? "–"}, net ${netTotalPnl ?? "–"} USD`);
}
const { total, currency } = book.pnl({ by: "account", currency: "EUR" });
console.log(`all accounts: net ${Number(total.net).toFixed(2)} ${currency}; ${book.history().length} fills stand`);
