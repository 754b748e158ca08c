import fc from "fast-check";
import { expect, test } from "vitest";
import { FillColumns, type Fill, type Instrument } from "../model/index.ts";
import { divideHalfEven } from "../num/index.ts";
import { moneyDigits } from "../position/index.ts";
import { addRoutesOf, applyEvent, Book } from "./index.ts";

const decimal = (digits: number, most: bigint) => fc.bigInt({ min: 1n, max: most }).map((mantissa) => ({ mantissa, digits }));
const anyScale = fc.integer({ min: 0, max: 18 });
/** Small and huge amounts at every scale, so that one run meets single words, pairs of words and bigints. */
const anyAmount = anyScale.chain((digits) => fc.oneof(decimal(digits, 1000n), decimal(digits, 10n ** 9n), decimal(digits, 10n ** 15n), decimal(digits, 10n ** 27n)));
const tame = fc.integer({ min: 0, max: 3 }).chain((digits) => decimal(digits, 100_000n));

/** Beside the limits of a double: words that carry over, costs that differ in their last digit only. */
const edge = fc.oneof(fc.bigInt({ min: 2n ** 49n, max: 2n ** 51n }), fc.bigInt({ min: 1n, max: 3n })).map((mantissa) => ({ mantissa, digits: 0 }));

const instruments: Instrument[] = [
  { venue: "", symbol: "PERP", kind: "perpetual", base: "ETH", quote: "USD", settle: "USD", multiplier: { mantissa: 25n, digits: 1 }, inverse: false, priceDigits: undefined, quantityDigits: undefined },
  { venue: "", symbol: "COIN", kind: "perpetual", base: "BTC", quote: "USD", settle: "BTC", multiplier: { mantissa: 100n, digits: 0 }, inverse: true, priceDigits: undefined, quantityDigits: undefined },
];

const whole: Instrument = { ...instruments[0]!, symbol: "WHOLE", multiplier: { mantissa: 1n, digits: 8 } };

const anyFill = (amount: fc.Arbitrary<{ mantissa: bigint; digits: number }>, currencies: string[], symbols: string[]): fc.Arbitrary<Fill> =>
  fc.record({
    account: fc.constantFrom("a", "b"),
    venue: fc.constantFrom("x", "y", "z"),
    symbol: fc.constantFrom(...symbols),
    id: fc.uuid(),
    quantity: fc.tuple(amount, fc.boolean()).map(([q, sell]) => (sell ? { ...q, mantissa: -q.mantissa } : q)),
    price: amount,
    fee: fc.oneof(fc.constant({ mantissa: 0n, digits: 0 }), fc.tuple(fc.oneof(tame, edge), fc.boolean()).map(([f, rebate]) => (rebate ? { ...f, mantissa: -f.mantissa } : f))),
    feeCurrency: fc.constantFrom(...currencies),
    time: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -(10 ** 10), max: 10 ** 10 })).map((s) => ({ ns: BigInt(s) * 900_000_000n, unit: "ns" as const })),
    venueType: fc.constantFrom("cex" as const, "unknown" as const),
    liquidity: fc.constant("" as const),
    strategy: fc.constantFrom("", "s1"),
    signalId: fc.constant(""),
  });

function bookOf(readable: boolean): Book {
  const book = new Book({ readable });
  for (const instrument of [...instruments, whole]) book.define(instrument);
  book.mark({ venue: "", symbol: "BNB/USD", price: "300.25", timeNs: 0n });
  return book;
}

function booked(fills: readonly Fill[], readable: boolean): Book {
  const book = bookOf(readable);
  const columns = new FillColumns(Math.max(1, fills.length));
  for (const fill of fills) columns.push(fill, book.directory);
  book.apply(columns);
  return book;
}

function rowsOf(book: Book) {
  return [...book.nets()].flatMap((net) => [net, ...net.venues].map((row) => ({ position: book.table.read(row.row), scale: book.table.scale(row.row), fees: row.fees.amounts.toJSON() })));
}

const mixes = {
  "tame amounts, fees in the quote": anyFill(tame, ["", "USD"], ["AAPL", "PERP"]),
  "amounts of every size, fees in three currencies": anyFill(anyAmount, ["", "USD", "ETH", "BNB"], ["ETH/USD", "PERP", "AAPL"]),
  "amounts at the limits of a double": anyFill(edge, ["", "USD"], ["WHOLE"]),
  "tame and huge together, inverse contracts too": anyFill(fc.oneof(tame, anyAmount), ["", "BTC"], ["COIN", "ETH/USD", "PERP"]),
};

/** The same fills picked from among others that are not booked, some at a time. */
function pickedBook(fills: readonly Fill[], sizes: readonly number[]): Book {
  const book = bookOf(false);
  const columns = new FillColumns(fills.length * 2 + 1);
  for (const fill of fills) for (let twice = 0; twice < 2; twice += 1) columns.push(fill, book.directory);
  const places = book.placesOf(book.venueRowsWhere(() => true));
  for (let from = 0, turn = 0; from < fills.length; turn += 1) {
    const picks = Int32Array.from(fills.slice(from, from + sizes[turn % sizes.length]!), (_, i) => (from + i) * 2);
    book.applyPicked(places, columns, picks, picks.length);
    from += picks.length;
  }
  return book;
}

for (const [name, fill] of Object.entries(mixes)) {
  test(`picked fills give what the readable reference gives: ${name}`, () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }), (fills, sizes) => {
        expect(rowsOf(pickedBook(fills, sizes))).toEqual(rowsOf(booked(fills, true)));
      }),
      { numRuns: 300 },
    );
  });

  test(`the columns give what the readable reference gives: ${name}`, () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 60 }), (fills) => {
        expect(rowsOf(booked(fills, false))).toEqual(rowsOf(booked(fills, true)));
      }),
      { numRuns: 400 },
    );
  });
}

test("bookkeeping neither makes nor loses money: realized − cost = −Σ quantity × multiplier × price, net and per venue", () => {
  fc.assert(
    fc.property(fc.array(anyFill(fc.oneof(tame, anyAmount), ["", "USD", "BNB"], ["PERP", "AAPL"]), { maxLength: 60 }), (fills) => {
      const book = booked(fills, false);
      for (const net of book.nets()) {
        for (const row of [net, ...net.venues]) {
          const { cost, realized, quantity } = book.table.read(row.row);
          const scale = book.table.scale(row.row);
          const mine = fills.filter((f) => f.account === row.account && f.symbol === row.symbol && (!("venue" in row) || f.venue === row.venue));
          const digits = 40;
          const paid = mine.reduce((sum, f) => sum + f.quantity.mantissa * f.price.mantissa * row.instrument.multiplier.mantissa * 10n ** BigInt(digits - f.quantity.digits - f.price.digits - row.instrument.multiplier.digits), 0n);
          expect((realized - cost) * 10n ** BigInt(digits - moneyDigits(scale))).toBe(-paid);
          if (quantity === 0n) expect(cost).toBe(0n);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("a fee in kind is a disposal at the fill's price: the law holds with it, and quantity is what is left", () => {
  fc.assert(
    fc.property(fc.array(anyFill(fc.oneof(tame, anyAmount), ["ETH", "USD", "BNB"], ["ETH/USD"]), { maxLength: 40 }), (fills) => {
      const book = booked(fills, false);
      for (const net of book.nets()) {
        const { cost, realized, quantity } = book.table.read(net.row);
        const scale = book.table.scale(net.row);
        const at = (value: { mantissa: bigint; digits: number }) => value.mantissa * 10n ** BigInt(20 - value.digits);
        const mine = fills.filter((f) => f.account === net.account);
        const moved = (f: Fill) => at(f.quantity) - (f.feeCurrency === "ETH" ? at(f.fee) : 0n);
        expect((realized - cost) * 10n ** BigInt(40 - moneyDigits(scale))).toBe(-mine.reduce((sum, f) => sum + moved(f) * at(f.price), 0n));
        expect(quantity * 10n ** BigInt(20 - scale.quantityDigits)).toBe(mine.reduce((sum, f) => sum + moved(f), 0n));
      }
    }),
    { numRuns: 200 },
  );
});

test("an inverse contract keeps the sum of its base values: realized + cost = Σ multiplier × quantity ÷ price, each rounded once", () => {
  fc.assert(
    fc.property(fc.array(anyFill(tame, ["", "BTC"], ["COIN"]), { maxLength: 40 }), (fills) => {
      const book = booked(fills, false);
      for (const net of book.nets()) {
        const { cost, realized, quantity } = book.table.read(net.row);
        const mine = fills.filter((f) => f.account === net.account);
        const values = mine.map((f) => divideHalfEven(100n * f.quantity.mantissa * 10n ** BigInt(18 + f.price.digits), f.price.mantissa * 10n ** BigInt(f.quantity.digits)));
        expect(realized + cost).toBe(values.reduce((sum, value) => sum + value, 0n));
        if (quantity === 0n) expect(cost).toBe(0n);
      }
    }),
    { numRuns: 200 },
  );
});

test("volume and fees stay exact where a double would not: in and out of 2^51 − 1 units, forty times", () => {
  const units = 2n ** 51n - 1n;
  const fills = Array.from({ length: 41 }, (_, i): Fill => ({
    account: "a", venue: "x", symbol: "WHOLE", id: `${i}`, quantity: { mantissa: i % 2 === 0 ? units : -units, digits: 0 }, price: { mantissa: 1n, digits: 0 },
    fee: { mantissa: units, digits: 8 }, feeCurrency: "", time: { ns: BigInt(i), unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "",
  }));
  const book = booked(fills, false);
  const [net] = book.nets();
  expect(book.table.read(net!.row)).toMatchObject({ quantity: units, volume: 41n * units, fees: 41n * units, trades: 41 });
});

test("what is no fill may be the first that a route sees", () => {
  const of = { id: "1", timeNs: 0n, account: "a", venue: "x", symbol: "AAPL" };
  for (const event of [{ ...of, type: "moved", quantity: { mantissa: 2n, digits: 0 }, cost: undefined }, { ...of, type: "funded", amount: { mantissa: 1n, digits: 0 }, currency: "USD" }] as const) {
    const book = new Book();
    addRoutesOf(event, book.directory);
    applyEvent(book, event, () => true);
    expect([...book.nets()]).toMatchObject([{ symbol: "AAPL", hasEvent: true }]);
  }
});
