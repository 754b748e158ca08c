import fs from "node:fs";
import { join } from "node:path";
import { archivedPath, readArchived, type ArchivedSegment } from "./archived.ts";
import { isNoSpace, realDisk, writeFully, type Disk } from "./disk.ts";
import { ArchiveUnusable, JournalCorrupt, JournalWriteFailed, SegmentAway } from "./errors.ts";
import { decodeSegmentHeader, encodeSegmentHeader, isHeaderProblem, SEGMENT_HEADER, type SegmentHeader } from "./format.ts";
import { SparseIndex } from "./sparse-index.ts";

const NAME = /^(\d{20})\.fbj$/;

/** One file of the journal. Only the last one grows. */
export interface Segment {
  readonly path: string;
  readonly firstSeq: number; // as its name says
  readonly index: SparseIndex;
  readonly archived: { readonly is: ArchivedSegment; readonly from: string } | undefined; // moved away, from this folder; undefined: it is in its folder
}

/** The folder of segments inside a data folder. */
export function journalFolder(dataDir: string): string {
  return join(dataDir, "journal");
}

/** The segments of a folder in order, those that were moved away too; none when there is no folder. @throws ArchiveUnusable */
export function listSegments(folder: string): Segment[] {
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const here = names.filter((name) => NAME.test(name)).sort().map((name) => segmentAt(folder, Number(name.slice(0, 20))));
  const archived = readArchived(folder);
  if (archived.length === 0) return here;
  const firsts = new Set(here.map(({ firstSeq }) => firstSeq));
  const away = archived.filter(({ firstSeq }) => !firsts.has(firstSeq)).map((is): Segment => ({ path: archivedPath(folder, is), firstSeq: is.firstSeq, index: new SparseIndex(is.firstSeq, SEGMENT_HEADER), archived: { is, from: folder } }));
  const all = [...away, ...here].sort((a, b) => a.firstSeq - b.firstSeq);
  const newest = archived.at(-1)!.lastSeq;
  if (all.at(-1)!.firstSeq <= newest) throw new ArchiveUnusable(`${folder} holds no segment after entry ${newest}, the last one that was archived: what came later is missing. Put the journal back from a copy.`);
  return all;
}

/** How large a segment is. @throws SegmentAway, JournalCorrupt when it is not as large as what was archived */
export function sizeOf({ path, firstSeq, archived }: Segment): number {
  if (archived === undefined) return fs.statSync(path).size;
  const there = fs.statSync(path, { throwIfNoEntry: false });
  if (there === undefined) throw new SegmentAway(path, archived.from, archived.is);
  if (there.size !== archived.is.bytes) throw new JournalCorrupt(path, { offset: 0, seq: firstSeq, what: "size of the archived segment", expected: `${archived.is.bytes} bytes`, found: `${there.size}` });
  return there.size;
}

/** Whether a segment was moved away and is not there now. */
export function isAway({ path, archived }: Segment): boolean {
  return archived !== undefined && !fs.existsSync(path);
}

/** Opens a segment and checks its header against its name. */
export function openSegment(segment: Segment, flags: "r" | "r+", disk = realDisk): { fd: number; header: SegmentHeader } {
  if (segment.archived !== undefined) sizeOf(segment);
  const fd = flags === "r" ? fs.openSync(segment.path, flags) : disk.open(segment.path, flags);
  try {
    const bytes = new Uint8Array(SEGMENT_HEADER);
    const header = decodeSegmentHeader(bytes.subarray(0, fs.readSync(fd, bytes, 0, SEGMENT_HEADER, 0)));
    if (isHeaderProblem(header)) throw new JournalCorrupt(segment.path, { offset: 0, seq: segment.firstSeq, ...header });
    if (header.firstSeq !== segment.firstSeq) {
      const [expected, found] = [`${segment.firstSeq}, as the file is named`, `${header.firstSeq}`];
      throw new JournalCorrupt(segment.path, { offset: 0, seq: segment.firstSeq, what: "first entry of the segment", expected, found });
    }
    return { fd, header };
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/**
 * Creates a segment. It gets its name only once its header is on disk, so a crash never leaves one with half a header,
 * and is itself durable when this returns.
 */
export function createSegment(folder: string, header: SegmentHeader, disk: Disk): { segment: Segment; fd: number } {
  const segment = segmentAt(folder, header.firstSeq);
  const unnamed = `${segment.path}.new`;
  let fd: number | undefined;
  let isNamed = false;
  try {
    fd = disk.open(unnamed, "w+");
    writeFully(disk, fd, encodeSegmentHeader(header), SEGMENT_HEADER, 0);
    disk.sync(fd);
    disk.rename(unnamed, segment.path);
    isNamed = true;
    disk.syncFolder(folder);
    return { segment, fd };
  } catch (error) {
    if (fd !== undefined) fs.closeSync(fd);
    fs.rmSync(unnamed, { force: true });
    if (isNoSpace(error) && !isNamed) throw new JournalWriteFailed("no_space", `no space left for a new segment in ${folder}; nothing was written`, error);
    throw error;
  }
}

/** Removes what a crash in `createSegment` left. */
export function removeUnnamedSegments(folder: string): void {
  for (const name of fs.readdirSync(folder)) if (name.endsWith(".fbj.new")) fs.rmSync(join(folder, name));
}

function segmentAt(folder: string, firstSeq: number): Segment {
  return { path: join(folder, `${String(firstSeq).padStart(20, "0")}.fbj`), firstSeq, index: new SparseIndex(firstSeq, SEGMENT_HEADER), archived: undefined };
}
