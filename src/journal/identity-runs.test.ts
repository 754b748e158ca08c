import { webcrypto } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/journal-kit.ts";
import { BloomFilter } from "./bloom.ts";
import { sortedRecords, WORDS } from "./identity-sort.ts";
import { IdentityRuns } from "./index.ts";

function randomWords(count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let at = 0; at < count; at += 16_384) webcrypto.getRandomValues(words.subarray(at, at + 16_384));
  return words;
}

const findAt = (runs: IdentityRuns, words: Uint32Array, i: number): readonly number[] => runs.find(words[i * 4]!, words[i * 4 + 1]!, words[i * 4 + 2]!, words[i * 4 + 3]!);

test("a million fingerprints in four runs: each is found, others are not, and cost hardly a read", () => {
  const count = 250_000;
  const folder = temporaryFolder();
  const runs = new IdentityRuns(folder);
  const words = [0, 1, 2, 3].map((run) => {
    const fingerprints = randomWords(count * 4);
    runs.add(fingerprints, Float64Array.from({ length: count }, (_, i) => run * count + i + 1), count);
    return fingerprints;
  });
  let wrong = 0;
  for (const [run, fingerprints] of words.entries()) {
    for (let i = 0; i < count; i += 1) {
      const found = findAt(runs, fingerprints, i);
      if (found.length !== 1 || found[0] !== run * count + i + 1) wrong += 1;
    }
  }
  expect(wrong).toBe(0);
  expect(runs.reads).toBeLessThan(count * 4 * 1.06); // fences make one read enough; the rest is false alarms of other runs

  const before = runs.reads;
  const misses = randomWords(200_000 * 4);
  for (let i = 0; i < 200_000; i += 1) wrong += findAt(runs, misses, i).length;
  expect(wrong).toBe(0);
  expect((runs.reads - before) / 200_000 / 4).toBeLessThan(0.02); // of questions to a run
  expect(fs.statSync(join(folder, "1.run")).size / count).toBeLessThan(25.6);
  runs.close();
});

test("equal fingerprints, many of them and across pages, give all their seqs", () => {
  const runs = new IdentityRuns(temporaryFolder());
  const count = 1000;
  const words = randomWords(count * 4);
  for (let i = 300; i < 700; i += 1) words.copyWithin(i * 4, 300 * 4, 301 * 4);
  runs.add(words, Float64Array.from({ length: count }, (_, i) => i + 1), count);
  runs.add(words.slice(300 * 4, 301 * 4), Float64Array.of(5000), 1);
  expect([...findAt(runs, words, 300)].sort((a, b) => a - b)).toEqual([...Array.from({ length: 400 }, (_, i) => 301 + i), 5000]);
  expect(findAt(runs, words, 299)).toEqual([300]);
  runs.close();
});

test("small, skewed and extreme fingerprints are found too", () => {
  const word = fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff, 0x8000_0000), fc.integer({ min: 0, max: 0xffff_ffff }));
  const folder = temporaryFolder();
  fc.assert(
    fc.property(fc.array(fc.array(fc.tuple(word, word, word, word), { maxLength: 300, size: "max" }), { maxLength: 3 }), fc.tuple(word, word, word, word), (lists, other) => {
      const runs = new IdentityRuns(folder);
      const known = new Map<string, number[]>();
      let seq = 0;
      for (const list of lists) {
        const seqs = list.map((f) => ((seq += 1), known.set(f.join(), [...(known.get(f.join()) ?? []), seq]), seq));
        runs.add(Uint32Array.from([...list.flat(), 7, 7, 7, 7]), Float64Array.from([...seqs, -1]), list.length);
      }
      for (const f of [...lists.flat(), other]) expect([...runs.find(...f)].sort((a, b) => a - b)).toEqual(known.get(f.join()) ?? []);
      runs.close();
    }),
    { numRuns: 60 },
  );
});

test("runs that an earlier process left are gone, other files are not", () => {
  const folder = temporaryFolder();
  const runs = new IdentityRuns(folder);
  runs.add(Uint32Array.of(1, 2, 3, 4), Float64Array.of(9), 1);
  expect(runs.find(1, 2, 3, 4)).toEqual([9]);
  runs.close();
  fs.writeFileSync(join(folder, "notes.txt"), "mine");
  const again = new IdentityRuns(folder);
  expect(again.find(1, 2, 3, 4)).toEqual([]);
  expect(fs.readdirSync(folder)).toEqual(["notes.txt"]);
  again.close();
});

test("records come in the order of their 128 bits, each with its seq", () => {
  const few = fc.integer({ min: 0, max: 2 });
  const first = fc.oneof(few, fc.constantFrom(0x1000, 0x1001, 0x0100_0000, 0x8000_0000, 0xffff_ffff));
  fc.assert(
    fc.property(fc.array(fc.tuple(first, few, few, few), { maxLength: 100, size: "max" }), (list) => {
      const sorted: { value: bigint; seq: number }[] = [];
      for (const slice of sortedRecords(Uint32Array.from(list.flat()), Float64Array.from(list, (_, i) => i + 0.5), list.length)) {
        for (let at = 0; at < slice.length; at += WORDS) sorted.push({ value: big([...slice.subarray(at, at + 4)]), seq: new Float64Array(slice.slice(at + 4, at + 6).buffer)[0]! });
      }
      const expected = list.map((f, i) => ({ value: big(f), seq: i + 0.5 })).sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.seq - b.seq));
      expect(sorted).toEqual(expected);
    }),
  );
});

const big = (words: readonly number[]): bigint => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);

test("a Bloom filter knows all that was added, and errs under 2 % on the rest", () => {
  const filter = new BloomFilter(10_000);
  const words = randomWords(10_000 * 3);
  for (let i = 0; i < 10_000; i += 1) filter.add(words[i * 3]!, words[i * 3 + 1]!, words[i * 3 + 2]!);
  for (let i = 0; i < 10_000; i += 1) expect(filter.mayHave(words[i * 3]!, words[i * 3 + 1]!, words[i * 3 + 2]!)).toBe(true);
  const others = randomWords(100_000 * 3);
  let errors = 0;
  for (let i = 0; i < 100_000; i += 1) if (filter.mayHave(others[i * 3]!, others[i * 3 + 1]!, others[i * 3 + 2]!)) errors += 1;
  expect(errors / 100_000).toBeLessThan(0.02);
});
