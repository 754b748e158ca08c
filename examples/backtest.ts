/**
 * A backtest of a moving-average cross over a thousand days of made-up prices: the fills of all runs go into one book in
 * columns, each run in an account of its own, and the book says which run earned most after fees.
 * Run it after `npm run build`: node dist/examples/backtest.js
 */
import { amounts, Book, price, prices, quantities } from "fillbook";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2023, 0, 2);
const DAYS = 1000;
const closes = madeUpCloses(); // in cents

const book = new Book({ now: () => new Date(START_MS + DAYS * DAY_MS) });
for (const days of [10, 20, 50, 100]) {
  const fills = crosses(days);
  const { accepted, refused } = book.applyColumns({
    id: fills.map((_, i) => `${i}`),
    account: `average of ${days}`,
    venue: "backtest",
    symbol: "ACME",
    side: fills.map(({ buys }) => (buys ? "buy" : "sell")),
    quantity: quantities(Float64Array.from(fills, () => 100), 0),
    price: prices(Float64Array.from(fills, ({ day }) => closes[day]!), 2),
    fee: amounts(Float64Array.from(fills, () => 100), 2),
    timestamp: Float64Array.from(fills, ({ day }) => START_MS + day * DAY_MS),
  });
  if (refused > 0) throw new Error(`${refused} of ${accepted + refused} fills were refused`);
}
book.setLive({ symbol: "ACME", price: price((closes.at(-1)! / 100).toFixed(2)), timestamp: START_MS + DAYS * DAY_MS });

console.log("run             trades   realized  unrealized    fees        net");
for (const { key, realized, unrealized, fees, net } of book.pnl({ by: "account" }).groups) {
  const { numTrades } = book.position(key, "ACME")!;
  console.log(`${key.padEnd(15)} ${`${numTrades}`.padStart(6)} ${right(realized, 10)}  ${right(unrealized, 10)} ${right(fees, 7)} ${right(net, 10)}`);
}

function right(text: string | null, width: number): string {
  return (text ?? "–").padStart(width);
}

/** Days on which the close crosses its average over so many days: buys when it rises above, sells when it falls below. */
function crosses(days: number): { readonly day: number; readonly buys: boolean }[] {
  const found: { readonly day: number; readonly buys: boolean }[] = [];
  let holds = false;
  for (let day = days; day < DAYS; day += 1) {
    const sum = closes.slice(day - days, day).reduce((total, close) => total + close, 0);
    const isAbove = closes[day]! * days > sum;
    if (isAbove !== holds) found.push({ day, buys: isAbove });
    holds = isAbove;
  }
  return found;
}

/** A random walk with a slow wave, the same in every run: a linear congruential generator. */
function madeUpCloses(): number[] {
  let state = 7;
  let cents = 10_000;
  return Array.from({ length: DAYS }, (_, day) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    cents += Math.round((state / 2_147_483_648 - 0.5) * 300 + Math.sin(day / 60) * 25);
    return cents;
  });
}
