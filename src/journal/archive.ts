import fs from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { readArchived, writeArchived, type ArchivedSegment } from "./archived.ts";
import { createFolder, readFully, writeFully, type Disk } from "./disk.ts";
import { ArchiveUnusable, JournalCorrupt } from "./errors.ts";
import { SEGMENT_HEADER } from "./format.ts";
import { journalFolder, listSegments, openSegment, type Segment } from "./segment-files.ts";
import { SegmentReader } from "./segment-reader.ts";
import { digestOfFile, mustContinue, verifySegment, type Head } from "./verify.ts";

const CHUNK = 1024 * 1024;
/** Folders of a data folder that Fillbook keeps itself. */
const OWN = ["journal", "snapshots", "identities", "import", "sql"];

/** Which segments go: all but the newest so many, or those whose every block was written before a time. */
export type ArchiveChoice = { readonly keep: number } | { readonly beforeNs: bigint };

/** The segments that may be moved away, oldest first: never the last one, which grows. */
export function archivable(dataDir: string, choice: ArchiveChoice): { readonly firstSeq: number; readonly lastSeq: number }[] {
  return chosen(dataDir, choice).map(({ segment, next }) => ({ firstSeq: segment.firstSeq, lastSeq: next.firstSeq - 1 }));
}

export interface ArchiveOptions {
  readonly to: string; // a folder; from the data folder when it is written as a relative path
  readonly at: string; // the time of day, in UTC
  readonly disk: Disk;
  /** Asked before each: that nobody else writes. */
  readonly mustBeAlone: () => void;
}

/**
 * Moves segments away, one after the other: copied, synced, the copy read again and checked with the chain of hashes on
 * both sides, then noted in `archived.json`, and only then removed here. Wherever it ends, each segment stands in at least
 * one place from which the journal is read, and the same call goes on. @throws ArchiveUnusable, JournalCorrupt
 */
export function* archiveSegments(dataDir: string, choice: ArchiveChoice, { to, at, disk, mustBeAlone }: ArchiveOptions): Iterable<ArchivedSegment> {
  const folder = journalFolder(dataDir);
  mustBeOutside(dataDir, to);
  const segments = chosen(dataDir, choice);
  if (segments.length > 0) createFolder(to, 0o700); // who can read it can read the book
  for (const { segment, next } of segments) {
    mustBeAlone();
    const name = basename(segment.path);
    const target = join(resolve(to), name);
    const archived = readArchived(folder);
    const before = archived.find(({ lastSeq }) => lastSeq === segment.firstSeq - 1);
    const end = checkedEnd(segment, next, before);
    const sha256 = digestOfFile(segment.path);
    copy(segment.path, target, sha256, disk);
    const placed = { ...segment, path: target };
    const [again, copied] = [checkedEnd(placed, next, before), digestOfFile(target)];
    if (copied !== sha256 || Buffer.compare(again.hash, end.hash) !== 0) throw new ArchiveUnusable(`${target} does not read as it was written: nothing was removed. See to that disk, delete the file and run it again.`);
    const noted = { name, firstSeq: segment.firstSeq, lastSeq: end.nextSeq - 1, bytes: fs.statSync(target).size, sha256, chainHash: Buffer.from(end.hash).toString("hex"), to: isAbsolute(to) ? target : relative(dataDir, target), at };
    mustBeAlone();
    writeArchived(folder, [...archived.filter(({ firstSeq }) => firstSeq !== segment.firstSeq), noted].sort((a, b) => a.firstSeq - b.firstSeq), disk);
    fs.rmSync(segment.path);
    disk.syncFolder(folder);
    yield noted;
  }
}

interface Chosen {
  readonly segment: Segment;
  readonly next: Segment;
}

function chosen(dataDir: string, choice: ArchiveChoice): Chosen[] {
  const here = listSegments(journalFolder(dataDir)).filter(({ archived }) => archived === undefined);
  const full = here.slice(0, -1).map((segment, i): Chosen => ({ segment, next: here[i + 1]! }));
  if ("keep" in choice) return full.slice(0, Math.max(0, here.length - choice.keep));
  const stays = full.findIndex(({ segment }) => !isOlder(segment, choice.beforeNs));
  return stays < 0 ? full : full.slice(0, stays);
}

/** Whether all blocks of a full segment were written before a time. */
function isOlder(segment: Segment, beforeNs: bigint): boolean {
  const { fd } = openSegment(segment, "r");
  try {
    const reader = new SegmentReader(fd, { start: SEGMENT_HEADER, firstSeq: segment.firstSeq, end: fs.fstatSync(fd).size });
    while (reader.next()) if (reader.header.timeNs >= beforeNs) return false;
    if (reader.damage !== undefined) throw new JournalCorrupt(segment.path, reader.damage);
    return true;
  } finally {
    fs.closeSync(fd);
  }
}

/** Checks all of a segment, that it goes on where the one before ended, and that the next one goes on from it. */
function checkedEnd(segment: Segment, next: Segment, before: ArchivedSegment | undefined): Head {
  const { fd, header } = openSegment(segment, "r");
  try {
    const head = { nextSeq: segment.firstSeq, hash: before === undefined ? header.previousHash : Buffer.from(before.chainHash, "hex") };
    mustContinue(segment, header.previousHash, head);
    const end = verifySegment(segment, fd, fs.fstatSync(fd).size, head, () => undefined);
    const after = openSegment(next, "r");
    fs.closeSync(after.fd);
    mustContinue(next, after.header.previousHash, end);
    return end;
  } finally {
    fs.closeSync(fd);
  }
}

/** Copies a file, which has its name only once it is on disk in full. A copy that is there already is only synced. */
function copy(source: string, target: string, sha256: string, disk: Disk): void {
  const there = fs.statSync(target, { throwIfNoEntry: false });
  if (there !== undefined) {
    const from = fs.statSync(source);
    if (there.ino === from.ino && there.dev === from.dev) throw new ArchiveUnusable(`${target} is the journal's own file: name another folder with --to.`);
    if (digestOfFile(target) !== sha256) throw new ArchiveUnusable(`${target} is there already and is another file: name another folder with --to, or move it away.`);
  }
  const unnamed = there === undefined ? `${target}.new` : target;
  const fd = disk.open(unnamed, there === undefined ? "w+" : "r+");
  try {
    if (there === undefined) copyBytes(source, fd, disk);
    disk.sync(fd);
  } catch (error) {
    if (there === undefined) fs.rmSync(unnamed, { force: true });
    throw error;
  } finally {
    fs.closeSync(fd);
  }
  if (there === undefined) disk.rename(unnamed, target);
  disk.syncFolder(resolve(target, ".."));
}

function copyBytes(source: string, to: number, disk: Disk): void {
  const from = fs.openSync(source, "r");
  try {
    const bytes = new Uint8Array(CHUNK);
    for (let at = 0; ; ) {
      const length = readFully(from, bytes, 0, CHUNK, at);
      if (length === 0) return;
      writeFully(disk, to, bytes, length, at);
      at += length;
    }
  } finally {
    fs.closeSync(from);
  }
}

/** What Fillbook keeps itself is no place for an archive: some of it is deleted as it likes. */
function mustBeOutside(dataDir: string, to: string): void {
  const [first] = relative(realOf(dataDir), realOf(to)).split(sep);
  if (OWN.includes(first!)) throw new ArchiveUnusable(`${to}: Fillbook keeps that folder itself: name another one with --to, best on another disk.`);
}

/** The path without links, of what there is of it. */
function realOf(path: string): string {
  const full = resolve(path);
  if (fs.existsSync(full)) return fs.realpathSync(full);
  const parent = resolve(full, "..");
  return parent === full ? full : join(realOf(parent), basename(full));
}
