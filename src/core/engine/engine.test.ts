import fc from "fast-check";
import { expect, test } from "vitest";
import { Directory, FillColumns, readTime, type Block, type Fact, type Fill, type Instrument } from "../model/index.ts";
import { isProblem, readDecimal, type Decimal } from "../num/index.ts";
import { Book, positionsOf } from "../book/index.ts";
import { applyFact, Decider, decideDefinitions, decideMarks, fold, HistoryObserver, type HistoryRow } from "./index.ts";
import { Foreknowledge } from "./foreknowledge.ts";
import { Identities } from "./identities.ts";

const decimal = (text: string): Decimal => {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Error(read.why);
  return read;
};

function fill(id: string, quantity: string, price: string, rest: Partial<Omit<Fill, "time">> & { time?: string } = {}): Fill {
  const time = readTime(rest.time ?? "2024-03-01T10:00:00Z");
  if ("problem" in time) throw new Error(time.why);
  return { account: "default", venue: "x", symbol: "ABC", id, quantity: decimal(quantity), price: decimal(price), fee: decimal("0"), feeCurrency: "", venueType: "unknown", liquidity: "", strategy: "", signalId: "", ...rest, time };
}

/** A journal in memory: decides as the ledger does, and keeps blocks that can be folded. */
class Journaled {
  readonly book = new Book();
  readonly blocks: Block[] = [];
  readonly #decider = new Decider(this.book, (seq) => this.#at(seq));
  #seq = 1;

  fills(...fills: Fill[]) {
    const source = new Directory();
    const batch = new FillColumns(Math.max(1, fills.length));
    for (const one of fills) batch.push(one, source);
    const { nameCount, routeCount } = this.book.directory;
    const decision = this.#decider.decide(batch, source, this.#seq);
    const kept = new FillColumns(decision.accepted.count);
    for (let row = 0; row < decision.accepted.count; row += 1) kept.copyRow(decision.accepted, row);
    this.#append({ kind: "fills", page: this.book.directory.since(nameCount, routeCount), fills: kept }, kept.count);
    this.book.apply(kept);
    return decision;
  }

  fact(fact: Fact): void {
    this.#append({ kind: "facts", facts: [fact] }, 1);
    applyFact(this.book, fact);
  }

  #append(section: Block["sections"][number], count: number): void {
    this.blocks.push({ firstSeq: this.#seq, count, timeNs: BigInt(this.#seq), sections: [section] });
    this.#seq += count;
  }

  #at(seq: number) {
    const block = this.blocks.find(({ firstSeq, count }) => seq >= firstSeq && seq < firstSeq + count)!;
    const [section] = block.sections;
    if (section?.kind !== "fills") throw new Error("not a fill");
    return { fills: section.fills, row: seq - block.firstSeq };
  }
}

const now = { nowNs: 0n };
const show = (book: Book) => positionsOf(book, now).map(({ symbol, currency, kind, quantity, totalCost, realizedPnl }) => ({ symbol, currency, kind, quantity, totalCost, realizedPnl }));

test("an exact repeat is a duplicate that answers the first seq, across flat, reopen and flip", () => {
  const journal = new Journaled();
  const first = fill("1", "2", "100");
  journal.fills(first, fill("2", "-2", "101"), fill("3", "-5", "102"), fill("4", "9", "99"));
  const again = journal.fills(first, fill("4", "9.0", "99.00"));
  expect([again.duplicates, again.accepted.count, [...again.seqs]]).toEqual([2, 0, [1, 4]]);
  expect(show(journal.book)).toMatchObject([{ quantity: "4" }]);
});

test("repeats within one batch count once", () => {
  const decision = new Journaled().fills(fill("1", "1", "5"), fill("1", "1", "5"), fill("1", "1", "5"));
  expect([decision.accepted.count, decision.duplicates]).toEqual([1, 2]);
});

test.each([
  ["side", fill("1", "-1", "5")],
  ["quantity", fill("1", "2", "5")],
  ["price", fill("1", "1", "5.01")],
  ["fee", fill("1", "1", "5", { fee: decimal("0.1") })],
  ["time", fill("1", "1", "5", { time: "2024-03-01T10:00:01Z" })],
])("the same identity with another %s is refused, and names the first entry", (_, other) => {
  const journal = new Journaled();
  journal.fills(fill("1", "1", "5"));
  const { refused, accepted } = journal.fills(other);
  expect(accepted.count).toBe(0);
  expect(refused[0]?.refusal).toMatchObject({ code: "conflicting_fill", firstSeq: 1 });
});

test("times are compared at the coarser unit; a fee currency left out is the quote's", () => {
  const journal = new Journaled();
  journal.fills(fill("1", "1", "5", { time: "2024-03-01T10:00:00.123456Z", fee: decimal("1") }));
  expect(journal.fills(fill("1", "1", "5", { time: "2024-03-01T10:00:00.123Z", fee: decimal("1"), feeCurrency: "USD" })).duplicates).toBe(1);
  expect(journal.fills(fill("1", "1", "5", { time: "2024-03-01T10:00:00.124Z", fee: decimal("1") })).refused).toHaveLength(1);
  expect(journal.fills(fill("1", "1", "5", { time: "2024-03-01T10:00:00.123456Z", fee: decimal("1"), feeCurrency: "EUR" })).refused).toHaveLength(1);
});

test("a repeat that differs beside its content only warns", () => {
  const journal = new Journaled();
  journal.fills(fill("1", "1", "5", { strategy: "a" }));
  expect(journal.fills(fill("1", "1", "5", { strategy: "b" }))).toMatchObject({ duplicates: 1, differing: [0] });
});

const future: Instrument = { venue: "", symbol: "ABC", kind: "future", base: "ABC", quote: "EUR", settle: "EUR", multiplier: decimal("50"), inverse: false, priceDigits: 2, quantityDigits: 0 };

test("more digits than the definition allows are refused, needless zeros are not", () => {
  const journal = new Journaled();
  journal.fact({ type: "defined", instrument: future });
  const { refused, accepted } = journal.fills(fill("1", "1.5", "10"), fill("2", "1", "10.005"), { ...fill("3", "1", "10.1"), quantity: { mantissa: 1000n, digits: 3 }, price: { mantissa: 101_000n, digits: 4 } });
  expect(refused.map(({ row, refusal }) => [row, refusal.code, refusal.why])).toEqual([
    [0, "too_precise", "quantity 1.5 has 1 decimals; ABC is defined with 0"],
    [1, "too_precise", "price 10.005 has 3 decimals; ABC is defined with 2"],
  ]);
  expect([accepted.count, accepted.quantityDigits[0], accepted.priceDigits[0]]).toEqual([1, 0, 1]);
});

test("an inverse contract takes no price of 0", () => {
  const journal = new Journaled();
  journal.fact({ type: "defined", instrument: { ...future, quote: "USD", settle: "ABC", inverse: true } });
  expect(journal.fills(fill("1", "1", "0")).refused[0]?.refusal.code).toBe("impossible_price");
});

test("a definition that comes after the fills holds for them, too: the fold begins again", () => {
  const journal = new Journaled();
  journal.fills(fill("1", "2", "10"), fill("2", "-1", "11"));
  journal.fact({ type: "defined", instrument: future });
  const { book } = fold(() => journal.blocks, {});
  expect(show(book)).toEqual([{ symbol: "ABC", currency: "EUR", kind: "future", quantity: "1", totalCost: "500", realizedPnl: "50" }]);
});

test("what was known at an entry is folded without later definitions", () => {
  const journal = new Journaled();
  journal.fills(fill("1", "2", "10"));
  journal.fact({ type: "defined", instrument: future });
  expect(show(fold(() => journal.blocks, { untilSeq: 1 }).book)).toMatchObject([{ kind: "spot", totalCost: "20" }]);
});

test("a definition that booked fills do not fit is refused, with the fill", () => {
  const journal = new Journaled();
  journal.fills(fill("7", "1", "10.123"));
  expect(decideDefinitions(journal.book, new Foreknowledge(), [future, { ...future, priceDigits: 3 }], () => journal.blocks)).toEqual([
    { is: "refused", why: "fill 7 on x is booked already, and price 10.123 has 3 decimals; ABC is defined with 2" },
    { is: "news" },
  ]);
});

test("definitions of unlike instruments give a net row each", () => {
  const journal = new Journaled();
  journal.fact({ type: "defined", instrument: { ...future, venue: "y" } });
  journal.fills(fill("1", "2", "10"), fill("1", "3", "10", { venue: "y" }));
  expect(show(journal.book)).toMatchObject([{ kind: "future", currency: "EUR", quantity: "3" }, { kind: "spot", currency: "USD", quantity: "2" }]);
});

test("--at folds fills by their own time, in journal order; --seq by what was known; both together", () => {
  const journal = new Journaled();
  journal.fills(fill("1", "1", "10", { time: "2024-03-03" }), fill("2", "1", "20", { time: "2024-03-01" }), fill("3", "1", "30", { time: "2024-03-02" }));
  const march = (day: number) => (Date.UTC(2024, 2, day) / 1000) * 1e9;
  const cost = (options: object) => show(fold(() => journal.blocks, options).book)[0]?.totalCost;
  expect(cost({ atNs: BigInt(march(2)) })).toBe("50");
  expect(cost({ untilSeq: 2 })).toBe("30");
  expect(cost({ untilSeq: 2, atNs: BigInt(march(2)) })).toBe("20");
});

test("history has a row a fill, with both positions after it, what it realized, and whether it came late", () => {
  const journal = new Journaled();
  journal.fills(fill("1", "2", "10"), fill("2", "-1", "13", { venue: "y", time: "2024-03-01T09:00:00Z" }), fill("3", "1", "1", { symbol: "OTHER" }));
  const rows: HistoryRow[] = [];
  fold(() => journal.blocks, {}, new HistoryObserver({ symbol: "ABC" }, (row) => rows.push(row) < 100));
  expect(rows).toMatchObject([
    { seq: 1, action: "buy", quantity: "2", realizedPnl: "0", late: false, positionAfter: { quantity: "2" }, venuePositionAfter: { venue: "x", quantity: "2" } },
    { seq: 2, action: "sell", quantity: "1", realizedPnl: "3", late: true, positionAfter: { quantity: "1", totalCost: "10" }, venuePositionAfter: { venue: "y", quantity: "-1" } },
  ]);
});

test("of the marks of one minute the last is kept, and what is known is no news", () => {
  const book = new Book();
  const mark = (price: string, second: number) => ({ venue: "", symbol: "ABC", price, timeNs: BigInt(second) * 1_000_000_000n });
  const first = decideMarks(book, [mark("3", 65), mark("1", 1), mark("2", 59)]);
  expect(first.map(({ price }) => price)).toEqual(["2", "3"]);
  for (const one of first) book.mark(one);
  expect(decideMarks(book, [mark("2.0", 59), mark("1", 1), mark("9", 50)])).toEqual([]);
  expect(decideMarks(book, [mark("2.5", 59)])).toHaveLength(1);
});

test("identities are found after the table has grown and after it was spilled", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(fc.integer(), fc.integer()), { minLength: 200, maxLength: 300, selector: ([a, b]) => `${a} ${b}` }), fc.boolean(), (pairs, spills) => {
      const runs: [Uint32Array, Float64Array][] = [];
      const spilled = {
        count: 0,
        add: (words: Uint32Array, seqs: Float64Array, count: number) => void runs.push([words.slice(0, count * 4), seqs.slice(0, count)]),
        find: (...f: number[]) => runs.flatMap(([words, seqs]) => [...seqs].filter((_, i) => f.every((word, j) => words[i * 4 + j] === word))),
      };
      const many = Array.from({ length: 20 }, (_, i) => pairs.map(([a, b]) => Uint32Array.of(a, b, i, a ^ i))).flat();
      const known = new Identities(spills ? spilled : undefined, 1000);
      many.forEach((f, i) => i % 2 === 0 ? known.add(f, 0, i + 1) : expect(known.findOrAdd(f, 0, i + 1, () => true)).toBe(0));
      many.forEach((f, i) => expect(known.find(f, 0, () => true)).toBe(i + 1));
      expect(known.find(Uint32Array.of(1, 2, 3, 99), 0, () => true)).toBe(0);
      many.forEach((f, i) => expect(known.findOrAdd(f, 0, many.length + 1, () => true)).toBe(i + 1));
      expect(known.count).toBe(many.length);
    }),
    { numRuns: 4 },
  );
});
