import { expect, test } from "vitest";
import { proveCuts } from "../bench/faults/cuts.ts";
import { DiskModel, type DiskStep } from "../bench/faults/disk-model.ts";
import { proveFlips } from "../bench/faults/flips.ts";
import { Random } from "../bench/random.ts";

/** A part of `npm run faults`, which does twelve thousand cuts and every flip. */
test("wherever the power goes, a start finds a beginning of what was appended, with all that was acknowledged", async () => {
  const counts = await proveCuts(20_240_229, 400);
  expect(counts).toMatchObject({ stories: 10, cuts: 400 });
  for (const met of [counts.again, counts.seconds, counts.torn, counts.noSpace, counts.unknown]) expect(met).toBeGreaterThan(0);
  expect([...counts.pairKinds].sort()).toEqual(["pair_close_asked", "pair_close_withdrawn", "pair_confirmed", "pair_defined", "pair_fill_amended", "pair_filled", "pair_market_ended", "pair_merged", "pair_rebated", "pair_redeemed", "pair_settled", "pair_split", "pair_voided"]);
  expect(counts.pairStarts).toBeGreaterThan(100);
});

test("a flipped bit anywhere in a journal stops the start with its place, or changes nothing", async () => {
  const counts = await proveFlips(1, 4000, 1500);
  expect(counts.segments).toBeGreaterThan(2);
  expect(counts.found + counts.harmless).toBe(1500);
  expect(counts.pairFacts).toBeGreaterThan(5);
});

/** All that may be left of a file `a` after these steps, over many power failures. */
function leftOf(before: string, steps: readonly DiskStep[]): Set<string | undefined> {
  const left = new Set<string | undefined>();
  for (let seed = 0; seed < 300; seed += 1) {
    const model = new DiskModel(new Map([["a", Buffer.from(before)]]));
    for (const step of steps) model.take(step);
    left.add(model.powerGoes(new Random(seed)).get("a")?.toString());
  }
  return left;
}

const write = (position: number, text: string): DiskStep => ({ kind: "write", path: "a", position, bytes: Buffer.from(text), goesOn: false });
const sync = (begun: number, ok = true): DiskStep => ({ kind: "sync", path: "a", begun, ok });

test("the simulated disk keeps what was synced, and any mixture of what was not", () => {
  expect(leftOf("old", [write(3, "+1"), sync(1)])).toEqual(new Set(["old+1"]));
  expect(leftOf("old", [write(3, "+1"), write(5, "+2")])).toEqual(new Set(["old", "old+1", "old+1+2", "old\0\0", "old\0\0\0\0", "old+1\0\0"]));
  const [one, two] = ["a".repeat(512), "b".repeat(512)];
  expect(leftOf("", [write(0, one), write(512, two)]).has(`${"\0".repeat(512)}${two}`)).toBe(true);
  expect(leftOf("", [write(0, one), write(512, two), sync(1)])).toEqual(new Set([one, one + two, `${one}${"\0".repeat(512)}`])); // begun before the second write
});

test("what a failed sync was to write is not covered by a later one, unless it was written again", () => {
  expect(leftOf("old", [write(0, "new"), sync(1, false), sync(2)])).toEqual(new Set(["old", "new"]));
  expect(leftOf("old", [write(0, "new"), sync(1, false), write(0, "new"), sync(3)])).toEqual(new Set(["new"]));
});

test("a file that was created or renamed may be lost until its folder is synced", () => {
  const steps: DiskStep[] = [{ kind: "open", path: "b", empty: true }, { kind: "rename", path: "b", to: "c" }];
  const names = (more: readonly DiskStep[]) => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      const model = new DiskModel(new Map());
      for (const step of [...steps, ...more]) model.take(step);
      seen.add([...model.powerGoes(new Random(seed)).keys()].join());
    }
    return seen;
  };
  expect(names([])).toEqual(new Set(["", "b", "c"]));
  expect(names([{ kind: "syncFolder", path: "." }])).toEqual(new Set(["c"]));
});
