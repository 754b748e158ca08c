import fc from "fast-check";
import { expect, test } from "vitest";
import { anyActs, anyFill, anyPlainActs, columnsOf, lived } from "../../../test/acts.ts";
import { COST_METHODS, Directory, FillColumns, type CostMethod, type Fill } from "../model/index.ts";
import { divideHalfEven, type Decimal } from "../num/index.ts";
import { MemoryJournal } from "../../journal/index.ts";
import { moneyDigits } from "../position/index.ts";
import { compareBooks, Engine, fold, foldOn, MemoryStore, readState, stateLines, type FactStore } from "./index.ts";

const linesOf = (state: Parameters<typeof stateLines>[0]) => [...stateLines(state)];

test("what a book lived through is what its journal tells: the same state, line by line", () => {
  fc.assert(
    fc.property(anyActs, fc.boolean(), (acts, encoded) => {
      const { engine, store } = lived<FactStore>(acts, encoded ? new MemoryJournal() : new MemoryStore());
      const live = linesOf(engine);
      expect(linesOf(fold(() => store.blocks(), { currency: "USD" }))).toEqual(live);
      expect(linesOf(new Engine(store, { currency: "USD" }))).toEqual(live);
      expect(linesOf(fold(() => store.blocks(), { currency: "USD", readable: true }))).toEqual(live);
    }),
    { numRuns: 400 },
  );
});

test("corrections among many ordinary fills of several venues: the same state, line by line, wherever checkpoints stand", () => {
  let corrections = 0;
  fc.assert(
    fc.property(anyPlainActs, fc.constantFrom(3, 40, 150, 300), (acts, interval) => {
      const { engine, store } = lived(acts, new MemoryStore(), interval);
      corrections += engine.known.corrections.length;
      const live = linesOf(engine);
      expect(linesOf(fold(() => store.blocks(), { currency: "USD" }))).toEqual(live);
      expect(linesOf(fold(() => store.blocks(), { currency: "USD", readable: true }))).toEqual(live);
    }),
    { numRuns: 150 },
  );
  expect(corrections).toBeGreaterThan(100);
}, 60_000);

test("a late fill's correction begins where its symbol stood shortly before, also the first one", () => {
  const one = { account: "a", symbol: "AAPL", quantity: { mantissa: 3n, digits: 0 }, price: { mantissa: 7n, digits: 0 }, fee: { mantissa: 1n, digits: 0 }, feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "cex", liquidity: "", strategy: "", signalId: "" } as const;
  const fills = Array.from({ length: 1_000 }, (_, i): Fill => ({ ...one, id: `${i}`, venue: "xyz"[i % 3]! }));
  const days = Array.from({ length: 10 }, (_, day) => ({ do: "fills", fills: fills.slice(100 * day, 100 * (day + 1)) }) as const);
  const read: number[] = [];
  class Watched extends MemoryStore {
    override blocks(fromSeq?: number) {
      if (fromSeq !== undefined) read.push(fromSeq);
      return super.blocks(fromSeq);
    }
  }
  const { engine, store } = lived([...days, { do: "events", events: [{ pick: 970, changes: undefined }] }], new Watched(), 50);
  expect(read).toHaveLength(1);
  expect(read[0]).toBeGreaterThan(700);
  expect(linesOf(engine)).toEqual(linesOf(fold(() => store.blocks(), { currency: "USD", readable: true })));
});

test("a venue that opens later makes the net row finer, also where a fill of another venue is busted before", () => {
  const fine = { venue: "z", symbol: "AAPL", kind: "spot", base: "AAPL", quote: "USD", settle: "USD", multiplier: { mantissa: 1n, digits: 0 }, inverse: false, priceDigits: 4, quantityDigits: 6 } as const;
  const one = { account: "a", symbol: "AAPL", quantity: { mantissa: 3n, digits: 0 }, price: { mantissa: 7n, digits: 0 }, fee: { mantissa: 0n, digits: 0 }, feeCurrency: "", time: { ns: 0n, unit: "ns" }, venueType: "cex", liquidity: "", strategy: "", signalId: "" } as const;
  for (const opening of [1, 2, 5, 9, 15]) {
    const fills = Array.from({ length: 30 }, (_, i): Fill => ({ ...one, id: `${i}`, venue: i < opening ? (i % 2 === 0 ? "x" : "y") : "xyz"[i % 3]! }));
    const bust = { do: "events", events: [{ pick: 0, changes: undefined }] } as const;
    const { engine, store } = lived([{ do: "define", instrument: fine }, { do: "fills", fills }, bust, { ...bust, events: [{ pick: 4, changes: undefined }] }]);
    expect(engine.known.corrections.length).toBe(2);
    expect(linesOf(engine)).toEqual(linesOf(fold(() => store.blocks(), { currency: "USD", readable: true })));
  }
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

test("capital that was all taken out again is known to be 0, after a restart from a snapshot, too", () => {
  const moved = (mantissa: bigint) => ({ type: "capital", id: "", timeNs: 0n, account: "b", currency: "USD", amount: { mantissa, digits: 0 } }) as const;
  const { store } = lived([{ do: "events", events: [moved(1n), moved(-1n)] }]);
  const text = linesOf(fold(() => store.blocks(), { currency: "USD" }));
  const restored = readState(text, {});
  expect([...restored.book.capital].map(([account, bag]) => [account, bag.entries()])).toEqual([["b", []]]);
  expect(linesOf(restored)).toEqual(text);
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
          if (fact.type !== "busted" && fact.type !== "amended") right.append([{ kind: "fills", page: directory.since(names, routes), fills: new FillColumns(0) }, { kind: "facts", facts: [fact] }], 0n);
          if (fact.type !== "busted" && fact.type !== "amended") [names, routes] = [directory.nameCount, directory.routeCount];
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
        const { engine } = lived([{ do: "events", events: [{ type: "chosen", id: "", timeNs: 0n, account: "a", method }] }, { do: "fills", fills: unique(fills) }]);
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
      const by = (method: CostMethod) => lived([{ do: "events", events: [{ type: "chosen", id: "", timeNs: 0n, account: "a", method }] }, { do: "fills", fills }]).engine.book;
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
