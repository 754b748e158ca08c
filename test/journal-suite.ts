import fc from "fast-check";
import { expect, test } from "vitest";
import { Directory, type FillColumns } from "../src/core/model/index.ts";
import type { Journal } from "../src/journal/index.ts";
import { anyBatches, fillsOf, readable, readAll, Scribe, sectionOf } from "./journal-kit.ts";

/** What every journal does. `open` gives an empty one; `restart` the same one as a new process finds it. */
export function journalSuite(name: string, open: () => Journal, restart: (journal: Journal) => Journal = (journal) => journal): void {
  test(`${name}: reads back, block for block, what was appended, also after a restart`, () => {
    fc.assert(
      fc.property(anyBatches, (batches) => {
        const journal = open();
        const blocks = new Scribe(journal).appendAll(batches);
        expect(readAll(journal)).toEqual(blocks);
        const again = restart(journal);
        expect(readAll(again)).toEqual(blocks);
        expect(again.nextSeq).toBe(1 + blocks.reduce((sum, block) => sum + block.count, 0));
        again.close();
      }),
      { numRuns: 100 },
    );
  });

  test(`${name}: numbers entries from 1 without a gap and finds each by its number`, () => {
    fc.assert(
      fc.property(anyBatches, (batches) => {
        const scribe = new Scribe(open());
        const blocks = scribe.appendAll(batches);
        const journal = restart(scribe.journal);
        let seq = 1;
        for (const block of blocks) {
          expect(block.firstSeq).toBe(seq);
          for (let i = 0; i < block.count; i += 1) expect(readable(journal.blockOf(seq + i), scribe.directory)).toEqual(block);
          seq += block.count;
        }
        expect(journal.nextSeq).toBe(seq);
        expect(() => journal.blockOf(seq)).toThrow("has been appended");
        expect(() => journal.blockOf(0)).toThrow("has been appended");
        journal.close();
      }),
      { numRuns: 50 },
    );
  });

  test(`${name}: reads on from the block that holds an entry`, () => {
    const journal = open();
    new Scribe(journal).appendAll([fillsOf("a"), fillsOf("b", 3), fillsOf("c", 2)]);
    const firsts = (from: number): number[] => Array.from(journal.blocks(from), (block) => block.firstSeq);
    expect([1, 2, 4, 5, 6, 7].map(firsts)).toEqual([[1, 2, 5], [2, 5], [2, 5], [5], [5], []]);
    journal.close();
  });

  test(`${name}: a block taken by its number stays as it is while others are read and written`, () => {
    const scribe = new Scribe(open());
    const blocks = scribe.appendAll([fillsOf("a"), fillsOf("b")]);
    const first = scribe.journal.blockOf(1);
    for (let n = 0; n < 300; n += 1) {
      const more = scribe.append(fillsOf(`more-${n}`, 20));
      expect(readable(scribe.journal.blockOf(more.firstSeq + 7), scribe.directory)).toEqual(more);
    }
    expect(readable(first, scribe.directory)).toEqual(blocks[0]);
    expect(readable(scribe.journal.blockOf(2), scribe.directory)).toEqual(blocks[1]);
    scribe.journal.close();
  });

  test(`${name}: an iteration ends where the journal ended when it began`, () => {
    const scribe = new Scribe(open());
    scribe.appendAll([fillsOf("a"), fillsOf("b")]);
    const seen: number[] = [];
    for (const block of scribe.journal.blocks()) {
      seen.push(block.firstSeq);
      scribe.append(fillsOf(`more-${seen.length}`));
    }
    expect(seen).toEqual([1, 2]);
    expect(readAll(scribe.journal)).toHaveLength(4);
    scribe.journal.close();
  });

  test(`${name}: keeps its own copy of columns that are filled anew`, () => {
    const journal = open();
    const directory = new Directory();
    const section = sectionOf(fillsOf("first").entries[0]!, directory);
    const expected = readable(journal.append([section], 5n), directory);
    if (section.kind === "fills") overwrite(section.fills);
    expect(readAll(journal)).toEqual([expected]);
    expect(readable(journal.blockOf(1), directory)).toEqual(expected);
    journal.close();
  });

  test(`${name}: an empty block is a bug of the caller`, () => {
    const journal = open();
    expect(() => journal.append([], 0n)).toThrow("at least one entry");
    expect(() => journal.append([{ kind: "facts", facts: [] }], 0n)).toThrow("at least one entry");
    expect(readAll(journal)).toEqual([]);
    journal.close();
  });

  test(`${name}: says how far reading has come`, () => {
    const journal = open();
    new Scribe(journal).appendAll([fillsOf("a"), fillsOf("b")]);
    const seen: [number, number][] = [];
    expect([...journal.blocks(1, (done, total) => seen.push([done, total]))]).toHaveLength(2);
    expect(seen).toHaveLength(2);
    expect(seen[0]![0]).toBeLessThan(seen[1]![0]);
    expect(seen[1]![0]).toBe(seen[1]![1]);
    journal.close();
  });
}

function overwrite(fills: FillColumns): void {
  fills.quantity.fill(-1);
  fills.texts.fill(63);
  fills.idEnd.fill(0);
}
