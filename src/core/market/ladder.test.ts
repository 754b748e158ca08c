import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anySides, levelsOf, levels, message } from "../../../test/ladders.ts";
import { Ladder, UNTOUCHED, type LadderMessage, type Level } from "./index.ts";

const MINUTE = 60_000_000;

function ladderAt(sequence: number | undefined, bids = "100 x 1, 99 x 2", asks = "101 x 1, 102 x 2"): Ladder {
  const ladder = new Ladder("v", "BTC/USD");
  ladder.take(message("snapshot", bids, asks, sequence === undefined ? {} : { sequence }));
  return ladder;
}

test("a snapshot of very many levels is taken, in whatever order, and of a price said twice the last counts", () => {
  const many = Array.from({ length: 150_000 }, (_, i): Level => ({ price: { mantissa: BigInt(1_000_000 - i), digits: i % 2 }, quantity: { mantissa: 1n, digits: 0 } }));
  const ladder = new Ladder("v", "BTC/USD");
  expect(ladder.take({ ...message("snapshot", "", ""), bids: many })).toEqual({ code: "taken" });
  expect([ladder.bids.count, ladder.bids.best]).toEqual([150_000, 10_000_000]);
  ladder.take(message("snapshot", "5 x 1, 7 x 1, 5 x 2", "9 x 3, 8 x 1, 9 x 4"));
  expect([levelsOf(ladder, "bids"), levelsOf(ladder, "asks")]).toEqual([[[70n, 1n], [50n, 2n]], [[80n, 1n], [90n, 4n]]]);
});

describe("numbers", () => {
  test("an update that follows is taken, one said before is old", () => {
    const ladder = ladderAt(5);
    expect(ladder.take(message("update", "100 x 3", "", { sequence: 6 }))).toEqual({ code: "taken" });
    expect(ladder.take(message("update", "100 x 9", "", { sequence: 6 }))).toEqual({ code: "old" });
    expect(levelsOf(ladder, "bids")).toEqual([[100n, 3n], [99n, 2n]]);
  });

  test("a gap makes it unusable until a snapshot, and what came meanwhile is not lost", () => {
    const ladder = ladderAt(5);
    expect(ladder.take(message("update", "100 x 0", "", { sequence: 8 }))).toEqual({ code: "gap", expected: 6, came: 8 });
    expect(ladder.unusable(0, MINUTE)).toBe("gap");
    expect(ladder.take(message("update", "99 x 5", "", { sequence: 9 }))).toEqual({ code: "waiting" });
    expect(ladder.take(message("snapshot", "100 x 1, 99 x 2", "101 x 1", { sequence: 7 }))).toEqual({ code: "taken" });
    expect(ladder.unusable(0, MINUTE)).toBeUndefined();
    expect(ladder.sequence).toBe(9);
    expect(levelsOf(ladder, "bids")).toEqual([[99n, 5n]]);
  });

  test("a snapshot that ends before what came meanwhile leaves the gap open", () => {
    const ladder = ladderAt(5);
    ladder.take(message("update", "100 x 0", "", { sequence: 8 }));
    expect(ladder.take(message("snapshot", "100 x 1", "101 x 1", { sequence: 6 }))).toMatchObject({ code: "gap", expected: 7 });
    expect(ladder.broken).toBe("gap");
    expect(ladder.take(message("snapshot", "100 x 1", "101 x 1", { sequence: 7 }))).toEqual({ code: "taken" });
    expect(ladder.broken).toBeUndefined();
    expect(levelsOf(ladder, "bids")).toEqual([]);
  });

  test("ranges may reach back, and a named predecessor counts instead of the next number", () => {
    const ladder = ladderAt(5);
    expect(ladder.take(message("update", "100 x 2", "", { firstSequence: 4, sequence: 8 })).code).toBe("taken");
    expect(ladder.take(message("update", "100 x 3", "", { previousSequence: 8, sequence: 40 })).code).toBe("taken");
    expect(ladder.take(message("update", "100 x 4", "", { previousSequence: 41, sequence: 42 })).code).toBe("gap");
  });

  test("an older snapshot changes nothing, one that counts from 1 again begins anew", () => {
    const ladder = ladderAt(5);
    ladder.take(message("update", "100 x 3", "", { sequence: 6, timeUs: 10 }));
    expect(ladder.take(message("snapshot", "100 x 1", "", { sequence: 4, timeUs: 5 }))).toEqual({ code: "old" });
    expect(ladder.take(message("snapshot", "90 x 1", "", { sequence: 1, timeUs: 20 }))).toEqual({ code: "taken" });
    expect(levelsOf(ladder, "bids")).toEqual([[90n, 1n]]);
  });

  test("without a snapshot nothing can be relied on", () => {
    const ladder = new Ladder("v", "BTC/USD");
    expect(ladder.take(message("update", "100 x 1", "", { sequence: 1 }))).toEqual({ code: "waiting" });
    expect(ladder.unusable(0, MINUTE)).toBe("no_snapshot");
  });

  test("a venue that gives none is believed", () => {
    const ladder = ladderAt(undefined);
    expect(ladder.take(message("update", "100 x 0", "")).code).toBe("taken");
    expect(levelsOf(ladder, "bids")).toEqual([[99n, 2n]]);
  });
});

describe("it is unusable", () => {
  test("while it is crossed; bids and asks may meet", () => {
    const ladder = ladderAt(undefined);
    ladder.take(message("update", "101 x 1", ""));
    expect(ladder.broken).toBeUndefined();
    ladder.take(message("update", "101.5 x 1", ""));
    expect(ladder.unusable(0, MINUTE)).toBe("crossed");
    ladder.take(message("update", "101.5 x 0", ""));
    expect(ladder.unusable(0, MINUTE)).toBeUndefined();
  });

  test("once it is older than allowed, and while it is dated more than ten seconds ahead", () => {
    const ladder = ladderAt(undefined);
    expect(ladder.unusable(MINUTE, MINUTE)).toBeUndefined();
    expect(ladder.unusable(MINUTE + 1, MINUTE)).toBe("stale");
    expect(ladder.unusable(-10_000_000, MINUTE)).toBeUndefined();
    expect(ladder.unusable(-10_000_001, MINUTE)).toBe("ahead");
  });

  test("after an update that cannot be kept: nothing of it is taken", () => {
    const ladder = ladderAt(1);
    expect(ladder.take(message("update", "100 x 5", "1234567890123.123456789 x 1", { sequence: 2 }))).toMatchObject({ code: "refused", why: expect.stringContaining("has more digits than a ladder keeps") as string });
    expect(levelsOf(ladder, "bids")[0]).toEqual([100n, 1n]);
    expect(ladder.broken).toBe("gap");
    expect(ladderAt(1).take(message("update", "100 x -1", "", { sequence: 2 }))).toMatchObject({ code: "refused", why: expect.stringContaining("quantity of -1") as string });
  });
});

test("finer amounts restate the ladder, exactly", () => {
  const ladder = ladderAt(undefined, "100 x 1", "101 x 1");
  ladder.take(message("update", "99.95 x 0.123456789012345678", ""));
  expect([ladder.priceDigits, ladder.quantityDigits]).toEqual([2, 18]);
  expect(levelsOf(ladder, "bids")).toEqual([[10_000n, 10n ** 18n], [9_995n, 123_456_789_012_345_678n]]);
});

test("a venue that says so many levels is not believed to know more", () => {
  const ladder = new Ladder("v", "BTC/USD");
  ladder.take(message("snapshot", "100 x 1, 99 x 1", "101 x 1, 102 x 1", { depth: 2 }));
  ladder.take(message("update", "100.5 x 1", ""));
  expect(levelsOf(ladder, "bids").map(([price]) => price)).toEqual([1_005n, 1_000n]);
});

const anyUpdates = fc.array(anySides, { maxLength: 12 });
/** Every third level of a message goes away again: updates take levels, too. */
const asUpdate = (of: readonly Level[]): Level[] => of.map((level, i) => (i % 3 === 2 ? { ...level, quantity: { mantissa: 0n, digits: 0 } } : level));

test("a ladder made of updates equals one made of a snapshot of the same levels", () => {
  fc.assert(
    fc.property(anySides, anyUpdates, (first, rest) => {
      const updated = new Ladder("v", "BTC/USD");
      updated.take({ ...message("snapshot", "", ""), ...first, sequence: 1 });
      const sides = { bids: new Map<string, Level>(), asks: new Map<string, Level>() };
      const put = (side: "bids" | "asks", level: Level) => {
        const key = `${level.price.mantissa}e-${level.price.digits}`;
        if (level.quantity.mantissa === 0n) sides[side].delete(key);
        else sides[side].set(key, level);
      };
      for (const side of ["bids", "asks"] as const) for (const level of first[side]) put(side, level);
      for (const [i, { bids, asks }] of rest.entries()) {
        const update: LadderMessage = { ...message("update", "", ""), bids: asUpdate(bids), asks: asUpdate(asks), sequence: i + 2 };
        expect(updated.take(update).code).toBe("taken");
        for (const side of ["bids", "asks"] as const) for (const level of update[side]) put(side, level);
      }
      const whole = new Ladder("v", "BTC/USD", { price: updated.priceDigits, quantity: updated.quantityDigits });
      whole.take({ ...message("snapshot", "", ""), bids: [...sides.bids.values()], asks: [...sides.asks.values()] });
      for (const side of ["bids", "asks"] as const) expect(levelsOf(updated, side)).toEqual(levelsOf(whole, side));
      expect(updated.broken).toBe(whole.broken);
    }),
    { numRuns: 300 },
  );
});

test("the short way of a single level does what its message does", () => {
  const anyChange = fc.tuple(fc.boolean(), fc.integer({ min: 90, max: 110 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 1, 1, 1, 1, 2));
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 60 }), (changes) => {
      const [short, long] = [ladderAt(0), ladderAt(0)];
      let sequence = 0;
      for (const [isBid, price, quantity, on] of changes) {
        sequence += on;
        const level = levels(`${price} x ${quantity}`);
        const answer = long.take({ ...message("update", "", ""), [isBid ? "bids" : "asks"]: level, sequence, timeUs: sequence });
        expect(short.change(isBid, price, quantity, 0, sequence, sequence)).toBe(answer.code === "taken");
      }
      for (const side of ["bids", "asks"] as const) expect(levelsOf(short, side)).toEqual(levelsOf(long, side));
      expect([short.broken, short.timeUs, short.sequence, short.touchedAsk, short.touchedBid]).toEqual([long.broken, long.timeUs, long.sequence, long.touchedAsk, long.touchedBid]);
    }),
    { numRuns: 300 },
  );
});

test("whoever follows a ladder is told the best rank that changed", () => {
  const ladder = ladderAt(undefined, "100 x 1, 99 x 1, 98 x 1");
  ladder.touchedBid = UNTOUCHED;
  ladder.take(message("update", "98 x 2, 99 x 2", ""));
  expect(ladder.touchedBid).toBe(1);
});
