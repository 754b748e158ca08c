import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { anyActs } from "../../test/acts.ts";
import { Engine } from "../../src/core/engine/index.ts";
import { FileJournal, JournalCorrupt, verifyJournal } from "../../src/journal/index.ts";
import { stateHash } from "../../src/runtime/index.ts";
import { Random } from "../random.ts";
import type { Image } from "./disk-model.ts";
import { FailingDisk, temporaryFolder, writeImage } from "./failing-disk.ts";
import { must, Session } from "./session.ts";

/** What became of flipped bits. */
export interface FlipCounts {
  readonly bytes: number; // of the journal, mark included
  readonly segments: number;
  readonly pairFacts: number; // that it holds
  flips: number;
  found: number; // the start stopped and said where
  harmless: number; // the book was the same, and so was what `verify` found
}

const SEGMENT_BYTES = 1200;
const SAYS = /^entry \d+: .+ was .*, expected .+ \(.+\.fbj at byte \d+\)\. .+ To go on: /;

/**
 * Writes a journal of a few segments, and starts on it with one bit flipped, for every bit of it or for `sample` of them.
 * The start must stop and say where and how to go on, or find the same book; never may it take what was acknowledged for torn.
 * @throws Broken
 */
export async function proveFlips(seed: number, leastBytes: number, sample?: number, onProgress?: (counts: FlipCounts) => void): Promise<FlipCounts> {
  const root = temporaryFolder();
  try {
    const { image, pairFacts } = await journalOf(seed, leastBytes, join(root, "whole"));
    const whole = startOn(image, join(root, "same"));
    must(typeof whole === "string", () => `the journal without a flip does not start`);
    const counts: FlipCounts = { bytes: sizeOf(image), segments: [...image.keys()].filter((path) => path.endsWith(".fbj")).length, pairFacts, flips: 0, found: 0, harmless: 0 };
    const random = new Random(seed);
    const folder = join(root, "flipped");
    const total = counts.bytes * 8;
    for (let n = 0; n < (sample ?? total); n += 1) {
      flip(image, sample === undefined ? n : random.below(total), folder, whole as string, counts);
      if (n % 4096 === 4095) onProgress?.(counts);
    }
    return counts;
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** Random acts, each acknowledged, until the journal is long enough. */
async function journalOf(seed: number, leastBytes: number, folder: string): Promise<{ readonly image: Image; readonly pairFacts: number }> {
  fs.mkdirSync(folder);
  const session = new Session(folder, new FailingDisk(folder, new Random(seed)), SEGMENT_BYTES);
  session.start();
  const acts = fc.sample(anyActs, { seed, numRuns: 20 }).flat();
  for (let n = 0; sizeOf(imageOf(folder)) < leastBytes; n += 1) {
    session.do(acts[n % acts.length]!);
    await session.sync(false);
  }
  session.end();
  return { image: imageOf(folder), pairFacts: session.counts.pairFacts };
}

function flip(image: Image, bit: number, folder: string, whole: string, counts: FlipCounts): void {
  let at = Math.floor(bit / 8);
  const path = [...image.keys()].find((name) => {
    if (at < image.get(name)!.length) return true;
    at -= image.get(name)!.length;
    return false;
  })!;
  const bytes = Buffer.from(image.get(path)!);
  bytes[at]! ^= 1 << (bit % 8);
  const where = `bit ${bit % 8} of byte ${at} of ${path}`;
  const outcome = startOn(new Map([...image, [path, bytes]]), folder);
  counts.flips += 1;
  if (outcome instanceof JournalCorrupt) {
    must(SAYS.test(outcome.message) && outcome.segment === join(folder, path) && at >= outcome.damage.offset, () => `${where}: found, but told badly: ${outcome.message}`);
    counts.found += 1;
    return;
  }
  must(outcome === whole, () => `${where}: the start took ${whole} for ${String(outcome)}`);
  verifyJournal(folder);
  counts.harmless += 1;
}

/** What an ordinary start makes of a journal: what it refuses to start with, or the state it finds, and what it reports. */
function startOn(image: Image, folder: string): unknown {
  fs.rmSync(folder, { recursive: true, force: true });
  writeImage(image, folder);
  let journal: FileJournal | undefined;
  try {
    journal = FileJournal.open(folder, { write: true, segmentBytes: SEGMENT_BYTES });
    return `${stateHash(new Engine(journal, { currency: "USD" }))} ${journal.openReport.torn?.message ?? "nothing torn"}`;
  } catch (error) {
    return error;
  } finally {
    journal?.close();
  }
}

function imageOf(folder: string): Image {
  const paths = ["durable", ...fs.readdirSync(join(folder, "journal")).sort().map((name) => join("journal", name))];
  return new Map(paths.map((path) => [path, fs.readFileSync(join(folder, path))]));
}

function sizeOf(image: Image): number {
  return [...image.values()].reduce((sum, { length }) => sum + length, 0);
}
