import fc from "fast-check";
import { expect, test } from "vitest";
import { COST_METHODS, Directory, FillColumns, type CostMethod, type Fill, type Instrument } from "../model/index.ts";
import { divideHalfEven, type Decimal } from "../num/index.ts";
import { moneyDigits } from "../position/index.ts";
import { compareBooks, Engine, fold, foldOn, MemoryStore, readState, stateLines, type Amendment, type EventReport, type FactStore } from "./index.ts";

/** What a random day brings, one after the other. */
type Act =
  | { readonly do: "fills"; readonly fills: readonly Fill[] }
  | { readonly do: "mark"; readonly symbol: string; readonly price: number }
  | { readonly do: "define"; readonly digits: number }
  | { readonly do: "event"; readonly event: EventReport }
  | { readonly do: "correct"; readonly pick: number; readonly changes: Amendment | undefined }; // one of the fills so far; undefined: busted

const SYMBOLS = ["ETH/USD", "PERP", "COIN", "AAPL", "NEW"];
const instruments: Instrument[] = [
  { venue: "", symbol: "PERP", kind: "perpetual", base: "ETH", quote: "USD", settle: "USD", multiplier: { mantissa: 25n, digits: 1 }, inverse: false, priceDigits: undefined, quantityDigits: undefined },
  { venue: "", symbol: "COIN", kind: "perpetual", base: "BTC", quote: "USD", settle: "BTC", multiplier: { mantissa: 100n, digits: 0 }, inverse: true, priceDigits: undefined, quantityDigits: undefined },
];

const decimal = (most: number, digits = 4): fc.Arbitrary<Decimal> => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 0, max: digits })).map(([mantissa, d]) => trimmedOf(BigInt(mantissa), d));
const signed = (of: fc.Arbitrary<Decimal>) => fc.tuple(of, fc.boolean()).map(([d, minus]) => (minus ? { ...d, mantissa: -d.mantissa } : d));
const account = fc.constantFrom("a", "b");
const venue = fc.constantFrom("x", "y");
const symbol = fc.constantFrom(...SYMBOLS);
const ids = fc.integer({ min: 0, max: 40 }).map((n) => `t${n}`);
const timeNs = fc.integer({ min: 0, max: 500 }).map((s) => BigInt(s) * 1_000_000_000n);
const size = fc.oneof(decimal(30, 0), decimal(100_000, 4), decimal(2_000_000_000, 6));

const anyFill: fc.Arbitrary<Fill> = fc.record({
  account, venue, symbol, id: ids, quantity: signed(size), price: size,
  fee: fc.oneof(fc.constant({ mantissa: 0n, digits: 0 }), signed(decimal(1000, 4))),
  feeCurrency: fc.constantFrom("", "USD", "ETH", "BNB"),
  time: timeNs.map((ns) => ({ ns, unit: "ns" as const })),
  venueType: fc.constantFrom("cex" as const, "unknown" as const), liquidity: fc.constant("" as const), strategy: fc.constantFrom("", "s1"), signalId: fc.constant(""),
});

const anyEvent: fc.Arbitrary<EventReport> = fc.oneof(
  fc.record({ type: fc.constant("funded" as const), id: fc.constant(""), timeNs, account, venue, symbol, currency: fc.constantFrom("", "BNB"), amount: signed(decimal(1000)) }),
  fc.record({ type: fc.constant("moved" as const), id: fc.constant(""), timeNs, account, venue, symbol, quantity: signed(decimal(50, 1)), cost: fc.option(decimal(10_000), { nil: undefined }) }).map((moved) => ({ ...moved, cost: moved.cost && moved.quantity.mantissa < 0n ? { ...moved.cost, mantissa: -moved.cost.mantissa } : moved.cost })),
  fc.record({ type: fc.constant("capital" as const), id: fc.constant(""), timeNs, account, currency: fc.constant("USD"), amount: signed(decimal(1000)) }),
  fc.record({ type: fc.constant("split" as const), id: fc.constant(""), timeNs, symbol, over: fc.constantFrom(2n, 3n, 1n), under: fc.constantFrom(1n, 2n, 10n) }),
  fc.record({ type: fc.constant("renamed" as const), id: fc.constant(""), timeNs, symbol, to: fc.constantFrom("NEW", "AAPL", "LATER") }),
  fc.record({ type: fc.constant("settled" as const), id: fc.constant(""), timeNs, account: fc.constantFrom("", "a"), venue: fc.constantFrom("", "x"), symbol, price: size }),
  fc.record({ type: fc.constant("chosen" as const), id: fc.constant(""), timeNs, account, method: fc.constantFrom(...COST_METHODS) }),
);

const anyAmendment: fc.Arbitrary<Amendment> = fc.oneof(size.map((quantity) => ({ quantity })), size.map((price) => ({ price })), fc.constant({ side: "buy" as const, feeCurrency: "NEWCOIN", strategy: "other" }));

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.array(anyFill, { minLength: 1, maxLength: 12 }).map((fills): Act => ({ do: "fills", fills })) },
  { weight: 6, arbitrary: anyEvent.map((event): Act => ({ do: "event", event })) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("correct" as const), pick: fc.nat(1000), changes: fc.option(anyAmendment, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...SYMBOLS, "BNB/USD"), fc.integer({ min: 1, max: 5000 })).map(([of, price]): Act => ({ do: "mark", symbol: of, price })) },
  { weight: 1, arbitrary: fc.integer({ min: 4, max: 9 }).map((digits): Act => ({ do: "define", digits })) },
);
const anyActs = fc.array(anyAct, { minLength: 1, maxLength: 25 });

function lived(acts: readonly Act[]): { readonly engine: Engine; readonly store: MemoryStore } {
  const store = new MemoryStore();
  const engine = new Engine(store, { currency: "USD" });
  const source = new Directory();
  engine.define(instruments, 0n);
  const all: Fill[] = [];
  for (const act of acts) {
    if (act.do === "fills") all.push(...act.fills);
    if (act.do === "fills") engine.bookFills(columnsOf(act.fills, source), source, 0n);
    else if (act.do === "mark") engine.mark([{ venue: "", symbol: act.symbol, price: `${act.price}`, timeNs: 100_000_000_000n }], 0n);
    else if (act.do === "define") engine.define([{ ...instruments[0]!, priceDigits: act.digits, quantityDigits: act.digits }], 0n);
    else if (act.do === "event") engine.take([act.event], 0n);
    else if (all.length > 0) engine.take([correction(all[act.pick % all.length]!, act.changes)], 0n);
  }
  return { engine, store };
}

function correction({ account: a, venue: v, symbol: s, id }: Fill, changes: Amendment | undefined): EventReport {
  const head = { id: "", timeNs: 0n, fill: { account: a, venue: v, symbol: s, id } };
  return changes === undefined ? { type: "bust", ...head } : { type: "amend", ...head, changes };
}

function columnsOf(fills: readonly Fill[], directory: Directory): FillColumns {
  const columns = new FillColumns(Math.max(1, fills.length));
  for (const fill of fills) columns.push(fill, directory);
  return columns;
}

const linesOf = (state: Parameters<typeof stateLines>[0]) => [...stateLines(state)];

test("what a book lived through is what its journal tells: the same state, line by line", () => {
  fc.assert(
    fc.property(anyActs, (acts) => {
      const { engine, store } = lived(acts);
      const live = linesOf(engine);
      expect(linesOf(fold(() => store.blocks(), { currency: "USD" }))).toEqual(live);
      expect(linesOf(new Engine(store, { currency: "USD" }))).toEqual(live);
      expect(linesOf(fold(() => store.blocks(), { currency: "USD", readable: true }))).toEqual(live);
    }),
    { numRuns: 400 },
  );
});

test("a state and the entries after it give what the whole journal gives", () => {
  fc.assert(
    fc.property(anyActs, fc.nat(), (acts, at) => {
      const { store } = lived(acts);
      const blocks = [...store.blocks()];
      const cut = at % blocks.length;
      const head = fold(() => blocks.slice(0, cut), { currency: "USD" });
      const text = linesOf(head);
      const restored = readState(text, {});
      expect(linesOf(restored)).toEqual(text);
      const whole = linesOf(fold(() => blocks, { currency: "USD" }));
      const onward = foldOn(restored, blocks.slice(cut));
      if (onward !== undefined) expect(linesOf(onward)).toEqual(whole);
      else expect(blocks.slice(cut).some(({ sections }) => sections.some((section) => section.kind === "facts" && section.facts.some(({ type }) => type === "busted" || type === "amended" || type === "chosen" || type === "defined")))).toBe(true);
    }),
    { numRuns: 400 },
  );
});

/** The same facts with every fill as it was last corrected, in its old place, and no correction. */
function asIfRight(store: FactStore, engine: Engine): MemoryStore {
  const right = new MemoryStore();
  const directory = new Directory();
  let [names, routes] = [0, 0]; // that are written
  for (const { firstSeq, sections } of store.blocks()) {
    let seq = firstSeq;
    for (const section of sections) {
      if (section.kind === "fills") {
        const kept: Fill[] = [];
        for (let row = 0; row < section.fills.count; row += 1) {
          const correction = engine.known.of(seq + row);
          if (correction?.type !== "busted") kept.push(correction?.fill ?? section.fills.read(row, engine.book.directory));
        }
        for (const { account: a, venue: v, symbol: s } of routesOf(section.fills, engine)) directory.routeNumber(a, v, s);
        const columns = columnsOf(kept, directory);
        right.append([{ kind: "fills", page: directory.since(names, routes), fills: columns }], 0n);
        [names, routes] = [directory.nameCount, directory.routeCount];
        seq += section.fills.count;
      } else {
        for (const fact of section.facts) {
          if (fact.type === "renamed") for (let n = 0, end = directory.routeCount; n < end; n += 1) if (directory.route(n).symbol === fact.symbol) directory.routeNumber(directory.route(n).account, directory.route(n).venue, fact.to);
          if (fact.type === "funded" || fact.type === "moved") directory.routeNumber(fact.account, fact.venue, fact.symbol);
          if (fact.type !== "busted" && fact.type !== "amended") right.append([{ kind: "facts", facts: [fact] }], 0n);
          seq += 1;
        }
      }
    }
  }
  return right;
}

function routesOf(fills: FillColumns, engine: Engine) {
  return Array.from({ length: fills.count }, (_, row) => engine.book.directory.route(fills.route[row]!));
}

test("a bust gives the book that never saw the fill, an amendment the one that saw it right", () => {
  let corrections = 0;
  fc.assert(
    fc.property(anyActs, (acts) => {
      const { engine, store } = lived(acts);
      corrections += engine.known.corrections.length;
      const right = fold(() => asIfRight(store, engine).blocks(), { currency: "USD" });
      expect(compareBooks(engine.book, right.book)).toEqual([]);
    }),
    { numRuns: 400 },
  );
  expect(corrections).toBeGreaterThan(100);
});

const plainFill = anyFill.map((fill): Fill => ({ ...fill, account: "a", symbol: fill.symbol === "NEW" ? "AAPL" : fill.symbol }));

for (const method of COST_METHODS) {
  test(`${method}: realized − cost = −Σ value over a row's fills, inverse and fees in kind included`, () => {
    fc.assert(
      fc.property(fc.array(plainFill, { maxLength: 60 }), (fills) => {
        const { engine } = lived([{ do: "event", event: { type: "chosen", id: "", timeNs: 0n, account: "a", method } }, { do: "fills", fills: unique(fills) }]);
        for (const net of engine.book.nets()) {
          for (const row of [net, ...net.venues]) {
            const { cost, realized, quantity } = engine.book.table.read(row.row);
            const digits = moneyDigits(engine.book.table.scale(row.row));
            const mine = unique(fills).filter((fill) => fill.symbol === row.symbol && (!("venue" in row) || fill.venue === row.venue));
            const { inverse, multiplier } = row.instrument;
            if (inverse) expect(realized + cost).toBe(mine.reduce((sum, fill) => sum + inverseValue(fill, multiplier), 0n));
            else expect((realized - cost) * 10n ** BigInt(60 - digits)).toBe(-mine.reduce((sum, fill) => sum + value(fill, multiplier, row.instrument.base), 0n));
            if (quantity === 0n) expect(cost).toBe(0n);
            const lots = row.lots?.list();
            if (lots === undefined) continue;
            expect(lots.reduce((sum, lot) => sum + lot.quantity, 0n)).toBe(quantity);
            expect(lots.reduce((sum, lot) => sum + lot.cost, 0n)).toBe(cost);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
}

test("average and lots agree whenever a row is flat", () => {
  let flats = 0;
  const small = fc.tuple(plainFill, fc.integer({ min: 1, max: 2 }), fc.boolean()).map(([fill, units, sells]): Fill => ({ ...fill, feeCurrency: "", symbol: fill.symbol === "COIN" ? "COIN" : "PERP", venue: "x", quantity: { mantissa: BigInt(sells ? -units : units), digits: 0 } }));
  fc.assert(
    fc.property(fc.array(small, { maxLength: 40 }), (all) => {
      const fills = unique(all);
      const by = (method: CostMethod) => lived([{ do: "event", event: { type: "chosen", id: "", timeNs: 0n, account: "a", method } }, { do: "fills", fills }]).engine.book;
      const books = COST_METHODS.map(by);
      const [average, ...others] = books.map((book) => [...book.nets()].flatMap((net) => [net, ...net.venues]).map(({ row }) => book.table.read(row)));
      for (const [i, row] of average!.entries()) {
        if (row.quantity !== 0n) continue;
        flats += 1;
        for (const other of others) expect(other[i]!.realized).toBe(row.realized);
      }
    }),
    { numRuns: 300 },
  );
  expect(flats).toBeGreaterThan(50);
});

function unique(fills: readonly Fill[]): Fill[] {
  return fills.map((fill, i) => ({ ...fill, id: `${i}` }));
}

function at60({ mantissa, digits }: Decimal): bigint {
  return mantissa * 10n ** BigInt(20 - digits);
}

function value(fill: Fill, multiplier: Decimal, base: string): bigint {
  const inKind = fill.feeCurrency === base && fill.symbol === "ETH/USD" ? fill.fee : { mantissa: 0n, digits: 0 };
  return (at60(fill.quantity) - at60(inKind)) * at60(fill.price) * at60(multiplier);
}

function inverseValue({ quantity, price }: Fill, multiplier: Decimal): bigint {
  return divideHalfEven(multiplier.mantissa * quantity.mantissa * 10n ** BigInt(18 + price.digits), price.mantissa * 10n ** BigInt(quantity.digits + multiplier.digits));
}

function trimmedOf(mantissa: bigint, digits: number): Decimal {
  return digits > 0 && mantissa % 10n === 0n ? trimmedOf(mantissa / 10n, digits - 1) : { mantissa, digits };
}
