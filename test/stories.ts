import fc from "fast-check";
import { Book, addRoutesOf, applyEvent, type BookOptions } from "../src/core/book/index.ts";
import { FillColumns, type CostMethod, type Fill, type Instrument, type Mark, type PositionEvent } from "../src/core/model/index.ts";
import type { Decimal } from "../src/core/num/index.ts";

/** What happened, one thing after the other: fills of every kind of instrument, and all that is no fill. */
export type Step = { readonly fill: Fill } | { readonly event: PositionEvent };

const usd = { venue: "", base: "", quote: "USD", settle: "USD", inverse: false, priceDigits: undefined, quantityDigits: undefined } as const;
const one: Decimal = { mantissa: 1n, digits: 0 };
const instruments: readonly Instrument[] = [
  { ...usd, symbol: "PERP", kind: "perpetual", base: "ETH", multiplier: { mantissa: 25n, digits: 1 } },
  { ...usd, symbol: "FUT", kind: "future", base: "OIL", multiplier: { mantissa: 50n, digits: 0 } },
  { ...usd, symbol: "CALL", kind: "option", base: "AAPL", multiplier: { mantissa: 100n, digits: 0 } },
  { ...usd, symbol: "YES", kind: "binary", base: "YES", multiplier: one },
  { ...usd, symbol: "ACME", kind: "equity", base: "ACME", multiplier: one },
  { ...usd, symbol: "NEWACME", kind: "equity", base: "ACME", multiplier: one },
  { ...usd, symbol: "COIN", kind: "perpetual", base: "BTC", settle: "BTC", multiplier: { mantissa: 100n, digits: 0 }, inverse: true },
];
/** Symbols that settle in dollars; ETH/USD is spot, so that a fee in ETH is one in kind. */
export const DOLLAR_SYMBOLS = ["ETH/USD", "PERP", "FUT", "CALL", "YES", "ACME", "NEWACME"] as const;
export const COIN_SYMBOLS = ["COIN"] as const;

const small = fc.integer({ min: 1, max: 4 }).map((n): Decimal => ({ mantissa: BigInt(n), digits: 0 })); // so that rows meet zero often
const fine = fc.tuple(fc.bigInt({ min: 1n, max: 99_999n }), fc.integer({ min: 1, max: 7 })).map(([mantissa, digits]): Decimal => ({ mantissa, digits }));
const signed = (amount: fc.Arbitrary<Decimal>): fc.Arbitrary<Decimal> => fc.tuple(amount, fc.boolean()).map(([{ mantissa, digits }, below]) => ({ mantissa: below ? -mantissa : mantissa, digits }));
const quantity = signed(fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: fine }));
const price = fc.oneof(fine, fc.integer({ min: 1, max: 999 }).map((n): Decimal => ({ mantissa: BigInt(n), digits: 0 })));

const anyFillOf = (symbols: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({
    account: fc.constantFrom("a", "b"),
    venue: fc.constantFrom("x", "y"),
    symbol: fc.constantFrom(...symbols),
    quantity,
    price,
    fee: fc.oneof(fc.constant({ mantissa: 0n, digits: 0 }), signed(fine)),
    feeCurrency: fc.constantFrom("", "USD", "ETH", "BTC", "BNB", "KCS"),
    strategy: fc.constantFrom("", "carry", "trend"),
    signalId: fc.constantFrom("", "s1", "s2"),
  }).map((fill) => ({ fill: { ...fill, id: "", time: { ns: 0n, unit: "ns" }, venueType: "unknown", liquidity: "" } }));

const anyEventOf = (symbols: readonly string[]): fc.Arbitrary<Step> => {
  const of = { id: fc.constant("e"), timeNs: fc.constant(0n), account: fc.constantFrom("a", "b"), venue: fc.constantFrom("x", "y"), symbol: fc.constantFrom(...symbols) };
  const ratio = fc.bigInt({ min: 1n, max: 5n });
  const event: fc.Arbitrary<PositionEvent> = fc.oneof(
    fc.record({ ...of, type: fc.constant("funded" as const), amount: signed(fine), currency: fc.constantFrom("USD", "BTC", "BNB") }),
    fc.tuple(fc.record({ ...of, type: fc.constant("moved" as const), quantity }), fc.option(price, { nil: undefined }))
      .map(([moved, cost]) => ({ ...moved, cost: cost && (moved.quantity.mantissa < 0n ? { ...cost, mantissa: -cost.mantissa } : cost) })),
    fc.record({ ...of, type: fc.constant("split" as const), over: ratio, under: ratio }),
    fc.record({ ...of, type: fc.constant("settled" as const), price }),
  );
  const renamed: fc.Arbitrary<PositionEvent> = fc.record({ id: of.id, timeNs: of.timeNs, type: fc.constant("renamed" as const), symbol: fc.constant("ACME"), to: fc.constant("NEWACME") });
  return (symbols.includes("ACME") ? fc.oneof({ weight: 5, arbitrary: event }, { weight: 1, arbitrary: renamed }) : event).map((happened) => ({ event: happened }));
};

/** Up to 40 steps, a second apart; with events every sixth or so is one. */
export function anyStory(symbols: readonly string[], withEvents = true): fc.Arbitrary<Step[]> {
  const fills = anyFillOf(symbols);
  const anyStep = withEvents ? fc.oneof({ weight: 5, arbitrary: fills }, { weight: 1, arbitrary: anyEventOf(symbols) }) : fills;
  return fc.array(anyStep, { maxLength: 40, size: "max" }).map((steps) =>
    steps.map((step, i): Step => {
      const ns = BigInt(i) * 1_000_000_000n;
      return "fill" in step ? { fill: { ...step.fill, id: `${i}`, time: { ns, unit: "ns" } } } : { event: { ...step.event, timeNs: ns } };
    }),
  );
}

/** Marks that value all of it, every fee too. */
export const allMarks: readonly Mark[] = [...DOLLAR_SYMBOLS, ...COIN_SYMBOLS, "BNB/USD", "KCS/USD", "BTC/USD", "BNB/BTC", "KCS/BTC", "ETH/BTC"].map((symbol, i) => ({ venue: "", symbol, price: `${100 + 7 * i}.25`, timeNs: 0n }));

/** A book that was told a story. */
export function told(steps: readonly Step[], { marks = allMarks, method, ...options }: BookOptions & { readonly marks?: readonly Mark[]; readonly method?: CostMethod } = {}): Book {
  const book = new Book(options);
  for (const instrument of instruments) book.define(instrument);
  if (method !== undefined) for (const account of ["a", "b"]) book.choose(account, method);
  for (const mark of marks) book.mark(mark);
  for (const step of steps) {
    if ("fill" in step) {
      const columns = new FillColumns(1);
      columns.push(step.fill, book.directory);
      book.apply(columns);
    } else {
      addRoutesOf(step.event, book.directory);
      if (step.event.type === "split") book.marks.split(step.event.symbol, step.event.over, step.event.under, step.event.timeNs);
      applyEvent(book, step.event, () => true);
    }
  }
  return book;
}
