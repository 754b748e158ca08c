import fs from "node:fs";
import { Directory } from "../../core/model/index.ts";
import { CsvScanner } from "./csv-scanner.ts";
import { FillReader } from "./read-fills.ts";
import type { RefusedRow } from "./refused.ts";
import { stripBatch, type Strip, type StripBatch, type StripTask } from "./strip.ts";

const CHUNK = 1 << 20;
/** More refused rows than this are not held in memory: the strip is left to the one who writes them down as they come. */
const MOST_REFUSED = 10_000;

/** Gives up what is no use any more. */
class GivenUp extends Error {}

/** Reads a strip; undefined where that cannot be done apart from what stands before and behind it. */
export function readStrip(task: StripTask): Strip | undefined {
  const directory = new Directory();
  const batches: StripBatch[] = [];
  const refused: RefusedRow[] = [];
  const reader = new FillReader(task.path, directory, task.options, {
    fills: (fills, lines, seqs) => void batches.push(stripBatch(fills, lines, seqs)),
    refused: (row) => {
      if (refused.push(row) > MOST_REFUSED) throw new GivenUp();
    },
  });
  reader.begin("csv", task.separator);
  const header = new CsvScanner(task.separator, reader);
  header.push(task.header);
  header.finish();
  const scanner = new CsvScanner(task.separator, reader);
  const file = fs.openSync(task.path, "r");
  try {
    const { size, mtimeNs, ino } = fs.fstatSync(file, { bigint: true });
    if (size !== task.identity.size || mtimeNs !== task.identity.mtimeNs || ino !== task.identity.ino) return undefined;
    const buffer = new Uint8Array(CHUNK);
    for (let at = task.from; at < task.to; ) {
      const read = fs.readSync(file, buffer, 0, Math.min(CHUNK, task.to - at), at);
      if (read === 0) return undefined;
      at += read;
      scanner.push(buffer.subarray(0, read));
    }
    if (task.to === Number(size)) scanner.finish();
    else if (!scanner.settle()) return undefined;
  } catch (error) {
    if (error instanceof GivenUp || (error as NodeJS.ErrnoException).code !== undefined) return undefined; // the plain way will say what is wrong
    throw error;
  } finally {
    fs.closeSync(file);
  }
  const units = reader.endStrip();
  return { to: task.to, lines: scanner.line - 1, batches, refused, units, page: directory.since(0, 0) };
}
