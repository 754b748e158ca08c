import fc from "fast-check";
import { expect, test } from "vitest";
import { Book } from "../core/book/index.ts";
import { floorTo, type Mark } from "../core/model/index.ts";
import { MarkKeeper } from "./mark-keeper.ts";

const SECOND = 1_000_000_000n;
const EVERY = 10n * SECOND;
const mark = (second: number, symbol = "ABC"): Mark => ({ venue: "", symbol, price: `${second + 1}`, timeNs: BigInt(second) * SECOND });
const seconds = (marks: readonly Mark[]) => marks.map(({ timeNs }) => Number(timeNs / SECOND));

/** A service's way with marks: what is to be journaled is, the rest waits. */
class Keeping {
  readonly book = new Book();
  readonly journal: Mark[] = [];
  readonly #keeper: MarkKeeper;

  constructor(isRealTime: boolean) {
    this.#keeper = new MarkKeeper(EVERY, isRealTime);
  }
  take(marks: readonly Mark[], nowSecond: number): Mark[] {
    const { record, live } = this.#keeper.take(this.book, marks, BigInt(nowSecond) * SECOND);
    this.#record(record);
    return [...live];
  }
  end(): Mark[] {
    const { held } = this.#keeper;
    this.#record(held);
    return [...this.#keeper.released(held)];
  }
  #record(marks: readonly Mark[]): void {
    this.journal.push(...marks);
    for (const one of marks) this.book.mark(one, EVERY);
  }
}

test("the first mark is journaled at once, and then the last of each interval", () => {
  const keeping = new Keeping(true);
  for (let second = 0; second < 35; second += 1) expect(seconds(keeping.take([mark(second)], second))).toEqual([second]); // each values at once
  expect(seconds(keeping.journal)).toEqual([0, 9, 19, 29]);
  keeping.end();
  expect(seconds(keeping.journal)).toEqual([0, 9, 19, 29, 34]);
  expect(keeping.end()).toEqual([]);
});

test("a mark of an interval that is over, or after a pause, is journaled at once; an older one values nothing", () => {
  const keeping = new Keeping(true);
  keeping.take([1, 5, 12, 27].map((second) => mark(second)), 1_000);
  expect(seconds(keeping.journal)).toEqual([5, 12, 27]);
  expect(keeping.take([mark(3)], 1_000)).toEqual([]);
  keeping.take([mark(1_001)], 1_001);
  keeping.take([mark(1_002)], 1_002);
  expect(seconds(keeping.journal)).toEqual([5, 12, 27, 3, 1_001]); // whether 3 is news is for the book to say
});

test("without updates in real time nothing counts before the interval ends, and then the last of each", () => {
  const keeping = new Keeping(false);
  expect(keeping.take([mark(1), mark(4)], 5)).toEqual([]);
  expect(keeping.take([mark(3), mark(13)], 14)).toEqual([]);
  expect(keeping.journal).toEqual([]);
  expect(seconds(keeping.end())).toEqual([4, 13]);
  expect(seconds(keeping.journal)).toEqual([4, 13]);
});

test("however marks come, the last of each interval ends up in the journal, and not many besides", () => {
  const anyMark = fc.record({ second: fc.nat(100), symbol: fc.constantFrom("A", "B") }).map(({ second, symbol }) => mark(second, symbol));
  fc.assert(
    fc.property(fc.array(fc.array(anyMark, { maxLength: 5 }), { maxLength: 20 }), fc.boolean(), (batches, isRealTime) => {
      const keeping = new Keeping(isRealTime);
      for (const batch of batches) keeping.take(batch, Math.max(0, ...seconds(batch)));
      keeping.end();
      for (const one of batches.flat()) {
        const [last] = batches.flat().filter(({ symbol, timeNs }) => symbol === one.symbol && floorTo(timeNs, EVERY) === floorTo(one.timeNs, EVERY)).sort((a, b) => (a.timeNs < b.timeNs ? 1 : -1));
        expect(keeping.book.marks.recordedAt("", one.symbol, floorTo(one.timeNs, EVERY) + EVERY - 1n)?.timeNs).toBe(last!.timeNs);
      }
    }),
    { numRuns: 300 },
  );
});
