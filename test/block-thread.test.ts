import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { root } from "./files.ts";
import { fillsOf, readAll, Scribe, temporaryFolder } from "./journal-kit.ts";
import type { Damage } from "../src/journal/errors.ts";
import { SEGMENT_HEADER } from "../src/journal/format.ts";
import { FileJournal } from "../src/journal/index.ts";
import { BlockThread } from "../src/journal/block-thread.ts";
import { listSegments, openSegment } from "../src/journal/segment-files.ts";
import { SegmentReader } from "../src/journal/segment-reader.ts";

const worker = pathToFileURL(join(root, "dist/src/journal/block-thread-worker.js"));

interface Seen {
  readonly blocks: readonly string[];
  readonly damage: Damage | undefined;
  readonly taken: number; // pieces that the other thread had read
}

function written(blocks: number, fillsEach: number): string {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, segmentBytes: 3_000_000 }));
  scribe.appendAll(Array.from({ length: blocks }, (_, n) => fillsOf(`f${n}`, n === 3 ? fillsEach * 40 : fillsEach)));
  scribe.journal.close();
  return join(folder, "journal");
}

/** All blocks of all segments, or those up to the damage. */
async function read(folder: string, inTwoThreads: boolean): Promise<Seen> {
  const segments = listSegments(folder).map((segment) => ({ segment, path: segment.path, end: fs.statSync(segment.path).size }));
  const ahead = inTwoThreads ? BlockThread.open(segments, worker) : undefined;
  while (ahead?.hasStarted === false) await sleep(5);
  const blocks: string[] = [];
  let taken = 0;
  try {
    for (const [i, { segment, end }] of segments.entries()) {
      const { fd } = openSegment(segment, "r");
      const reader = new SegmentReader(fd, { start: SEGMENT_HEADER, firstSeq: segment.firstSeq, end }, 100_000, (position) => {
        const chunk = ahead?.take(i, position);
        if (chunk !== undefined) taken += 1;
        return chunk;
      });
      while (reader.next()) blocks.push(`${JSON.stringify(reader.header, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))} ${Buffer.from(reader.block).toString("base64")}`);
      fs.closeSync(fd);
      if (reader.damage !== undefined) return { blocks, damage: reader.damage, taken };
    }
    return { blocks, damage: undefined, taken };
  } finally {
    ahead?.close();
  }
}

test("two threads read the blocks that one reads, those too long for the other thread included", async () => {
  const folder = written(60, 1_000);
  const alone = await read(folder, false);
  const together = await read(folder, true);
  expect(listSegments(folder).length).toBeGreaterThan(2);
  expect(together.taken).toBeGreaterThan(0);
  expect(together).toEqual({ ...alone, taken: together.taken });
});

test("a flipped bit is found in two threads as in one, at the same place", async () => {
  const folder = written(60, 1_000);
  for (const [segment, offset] of [[0, 200_000], [1, 70], [1, 1_500_000], [2, 64]] as const) {
    const { path } = listSegments(folder)[segment]!;
    const bytes = fs.readFileSync(path);
    bytes[offset]! ^= 4;
    fs.writeFileSync(path, bytes);
    const alone = await read(folder, false);
    const together = await read(folder, true);
    expect(alone.damage).toBeDefined();
    expect(together).toEqual({ ...alone, taken: together.taken });
    bytes[offset]! ^= 4;
    fs.writeFileSync(path, bytes);
  }
});

test("a thread that cannot begin leaves the reading to us", async () => {
  const folder = written(8, 1_000);
  const segments = listSegments(folder).map(({ path }) => ({ path, end: fs.statSync(path).size }));
  const ahead = BlockThread.open(segments, pathToFileURL(join(root, "dist/src/journal/there-is-no-such-file.js")))!;
  await sleep(200);
  expect(ahead.take(0, SEGMENT_HEADER)).toBeUndefined();
  ahead.close();
});

test("a journal read in two threads gives its blocks, also while it grows and when the reading is broken off", async () => {
  const folder = temporaryFolder();
  const scribe = new Scribe(FileJournal.open(folder, { write: true, segmentBytes: 3_000_000, ahead: { fromBytes: 0, program: worker } }));
  const blocks = scribe.appendAll(Array.from({ length: 60 }, (_, n) => fillsOf(`f${n}`, 1_000)));
  for (let round = 0; round < 3; round += 1) {
    const seen: number[] = [];
    for (const { firstSeq } of scribe.journal.blocks()) {
      if (seen.push(firstSeq) === 5) await sleep(100); // so that the thread has started
      if (seen.length === 20 * (round + 1)) {
        blocks.push(...scribe.appendAll([fillsOf(`g${round}`, 10)]));
        if (round === 0) break;
      }
    }
    expect(seen).toEqual(blocks.map(({ firstSeq }) => firstSeq).slice(0, round === 0 ? 20 : 60 + round));
  }
  expect(readAll(scribe.journal)).toEqual(blocks);
  scribe.journal.close();
});
