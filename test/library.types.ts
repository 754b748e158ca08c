import { amount, amounts, price, prices, quantities, quantity, type Amount, type Book, type NewEvent, type NewFill, type Price, type Quantity } from "fillbook";

/**
 * What the compiler must refuse, and what it must take. `npm run check` compiles this file: each `@ts-expect-error` that
 * meets no error is one. Nothing here is run.
 */
const [p, q, a] = [price("100.25"), quantity("2"), amount("0.1")];
const fill: NewFill = { id: "1", venue: "x", symbol: "ABC", side: "buy", quantity: q, price: p, fee: a, timestamp: "2024-03-01" };
const columns = { id: ["1"], venue: "x", symbol: "ABC", timestamp: ["2024-03-01"], quantity: quantities(["2"]), price: prices(["100.25"]), fee: amounts(["0.1"]) };
const route = { venue: "x", symbol: "ABC", timestamp: "2024-03-01" } as const;

export const refused = [
  // @ts-expect-error a price is no quantity
  { ...fill, quantity: p } satisfies NewFill,
  // @ts-expect-error a quantity is no price
  { ...fill, price: q } satisfies NewFill,
  // @ts-expect-error an amount is no price
  { ...fill, price: a } satisfies NewFill,
  // @ts-expect-error a quantity is no fee
  { ...fill, fee: q } satisfies NewFill,
  // @ts-expect-error plain text may be either
  { ...fill, price: "100.25" } satisfies NewFill,
  // @ts-expect-error a float is never exact
  { ...fill, price: 100.25 } satisfies NewFill,
  // @ts-expect-error no such side
  { ...fill, side: "hold" } satisfies NewFill,
  // @ts-expect-error no such field
  { ...fill, qty: q } satisfies NewFill,
  // @ts-expect-error a price is no quantity
  p satisfies Quantity,
  // @ts-expect-error a quantity is no price
  q satisfies Price,
  // @ts-expect-error a price is no amount
  p satisfies Amount,
  // @ts-expect-error a split has no price
  { type: "split", symbol: "ABC", timestamp: "2024-03-01", ratio: "2", price: p } satisfies NewEvent,
  // @ts-expect-error funding is an amount
  { type: "funding", ...route, amount: p } satisfies NewEvent,
  // @ts-expect-error a deposit is of units or of cash
  { type: "deposit", ...route, quantity: q, amount: a } satisfies NewEvent,
  // @ts-expect-error no such cost method
  { type: "configure", method: "best" } satisfies NewEvent,
];

export function neverRun(book: Book): void {
  // @ts-expect-error swapped columns
  book.applyColumns({ ...columns, quantity: columns.price });
  // @ts-expect-error swapped columns
  book.applyColumns({ ...columns, price: columns.quantity });
  // @ts-expect-error swapped arrays
  book.applyColumns({ ...columns, price: [q] });
  // @ts-expect-error a mark is a price
  book.mark({ symbol: "ABC", price: q });
  book.apply(fill);
  book.applyColumns(columns);
  book.applyColumns({ ...columns, price: [p], quantity: [q], fee: [a] });
  book.event({ type: "deposit", currency: "USD", amount: a, timestamp: 1_709_208_000 });
  const answer = book.apply(fill);
  const known: string = answer.status === "refused" ? answer.reason : `${answer.seq + 1}`;
  const text: string = p; // a price is text wherever text is wanted
  void [known, text];
}
