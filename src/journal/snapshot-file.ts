/**
 * The layout of a snapshot, format 1: the state of a fold at an entry, and what deciding knows of the entries up to it.
 * Little-endian. Its name is its entry, in twenty digits, with `.fbs`.
 *
 * Header, 128 bytes:
 *   0  8  magic "fbsnap\r\n"
 *   8  4  format version, 1
 *  12  4  crc32 of the body
 *  16  8  its entry
 *  24  8  time of the journal's block that ends with it, signed nanoseconds since 1970
 *  32  8  bytes of the state's lines
 *  40  8  bytes of the body
 *  48 32  hash of the journal's block that ends with its entry (format.ts): a snapshot of another journal is so noticed
 *  80 32  state hash: the first 32 bytes of BLAKE2b-512 over the state's lines
 * 112 12  0
 * 124  4  crc32 of bytes 0 to 123
 *
 * Then the body, lines of JSON, each with a line end: those of the state; one that names the identity runs beside it
 * (identity-run.ts), oldest first, each as [first entry, last entry, fingerprints, checksum], says of each segment
 * where some of its blocks start, as [entry, byte, entry, byte, …], and holds checkpoints of busy symbols, a text each
 * (core/engine/checkpoints.ts; none in older files); then events and refusals in the order of the
 * journal, an array of facts a line.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { basename, join } from "node:path";
import { crc32 } from "node:zlib";
import { syncFolder, writeFully, type Disk } from "./disk.ts";
import { SnapshotDamaged } from "./errors.ts";
import { crcOf, HASH_BYTES, hex, viewOf } from "./format.ts";
import type { RunRange } from "./identity-run.ts";

const VERSION = 1;
const HEADER = 128;
const MAGIC = Uint8Array.from([0x66, 0x62, 0x73, 0x6e, 0x61, 0x70, 0x0d, 0x0a]);
const CHUNK = 1024 * 1024;
const NAME = /^(\d{20})\.fbs$/;
const LINE_END = 10;
/** So much space a snapshot leaves for the journal. */
const SPARED_BYTES = 256 * 1024 * 1024;

/** A run of identities, as a snapshot names it. */
export interface RunName extends RunRange {
  readonly count: number;
  readonly checksum: number;
}
/** Where in the journal a snapshot stands. */
export interface SnapshotPlace {
  readonly seq: number;
  readonly timeNs: bigint;
  readonly blockHash: Uint8Array;
}
/** A snapshot as it was read; every checksum is right. */
export interface SnapshotFile extends SnapshotPlace {
  readonly path: string;
  readonly stateHash: string; // in hex
  readonly bytes: number;
  readonly runs: readonly RunName[];
  readonly starts: readonly (readonly number[])[]; // of blocks: see `FileJournal.startsUpTo`
  readonly checkpoints: readonly string[]; // that help to book a correction
  stateLines(): Iterable<string>;
  factLines(): Iterable<string>;
}
/** What one is written from. */
export interface SnapshotContent extends SnapshotPlace {
  readonly stateLines: Iterable<string>;
  readonly runs: readonly RunName[];
  readonly starts: readonly (readonly number[])[];
  readonly checkpoints: readonly string[];
  readonly factLines: Iterable<string>;
}

export function snapshotFolder(dataDir: string): string {
  return join(dataDir, "snapshots");
}

/** The entries of the snapshots in a data folder, the newest first. */
export function listSnapshots(dataDir: string): number[] {
  try {
    return fs.readdirSync(snapshotFolder(dataDir)).flatMap((name) => (NAME.test(name) ? [Number(name.slice(0, 20))] : [])).sort((a, b) => b - a);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export function snapshotPath(dataDir: string, seq: number): string {
  return join(snapshotFolder(dataDir), `${numbered(seq)}.fbs`);
}

export function runPath(dataDir: string, { firstSeq, lastSeq }: RunRange): string {
  return join(snapshotFolder(dataDir), `${numbered(firstSeq)}-${numbered(lastSeq)}.fbi`);
}

/**
 * Writes a snapshot, which has its name only once it is on disk in full. In steps, each of some milliseconds.
 * @throws Error with code ENOSPC also when too little space would be left for the journal
 */
export function* writeSnapshot(dataDir: string, content: SnapshotContent, disk: Disk): Generator<number, { readonly stateHash: string; readonly bytes: number }, undefined> {
  const path = snapshotPath(dataDir, content.seq);
  const unnamed = `${path}.new`;
  const fd = fs.openSync(unnamed, "w");
  try {
    const body = new Body(fd, dataDir, disk);
    const hash = createHash("blake2b512");
    yield* body.write(content.stateLines, hash.update.bind(hash));
    const stateBytes = body.bytes;
    const runs = content.runs.map(({ firstSeq, lastSeq, count, checksum }) => [firstSeq, lastSeq, count, checksum]);
    yield* body.write([JSON.stringify({ runs, starts: content.starts, checkpoints: content.checkpoints })]);
    yield* body.write(content.factLines);
    const stateHash = hash.digest().subarray(0, HASH_BYTES);
    const header = encodeHeader({ ...content, stateHash, stateBytes, bodyBytes: body.bytes, bodyCrc: body.crc });
    writeFully(disk, fd, header, HEADER, 0);
    disk.sync(fd);
    fs.renameSync(unnamed, path);
    syncFolder(snapshotFolder(dataDir));
    return { stateHash: stateHash.toString("hex"), bytes: HEADER + body.bytes };
  } catch (error) {
    fs.rmSync(unnamed, { force: true });
    throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** Lines behind a header that is written last. */
class Body {
  bytes = 0;
  crc = 0;
  readonly #fd: number;
  readonly #dataDir: string;
  readonly #disk: Disk;

  constructor(fd: number, dataDir: string, disk: Disk) {
    this.#fd = fd;
    this.#dataDir = dataDir;
    this.#disk = disk;
  }

  *write(lines: Iterable<string>, also?: (bytes: Uint8Array) => unknown): Generator<number, void, undefined> {
    let waiting: string[] = [];
    let length = 0;
    const flush = () => {
      const bytes = Buffer.from(waiting.join(""));
      mustLeaveSpace(this.#dataDir, bytes.length);
      writeFully(this.#disk, this.#fd, bytes, bytes.length, HEADER + this.bytes);
      also?.(bytes);
      this.crc = crc32(bytes, this.crc);
      this.bytes += bytes.length;
      waiting = [];
      length = 0;
    };
    for (const line of lines) {
      waiting.push(line, "\n");
      length += line.length;
      if (length >= CHUNK) flush();
      yield this.bytes;
    }
    flush();
  }
}

/** Space is the journal's first: a snapshot that would take the last of it is not written. */
export function mustLeaveSpace(dataDir: string, bytes: number): void {
  const { bavail, bsize } = fs.statfsSync(dataDir);
  if (bavail * bsize - bytes >= SPARED_BYTES) return;
  throw Object.assign(new Error(`no space left for a snapshot in ${dataDir}: it leaves ${SPARED_BYTES / 1_048_576} MB to the journal`), { code: "ENOSPC" });
}

/** Reads a snapshot and checks all of it but the runs it names. @throws SnapshotDamaged, Error when there is none */
export function readSnapshot(dataDir: string, seq: number): SnapshotFile {
  const path = snapshotPath(dataDir, seq);
  const bytes = fs.readFileSync(path);
  const { stateBytes, stateHash, bodyCrc, bodyBytes, ...place } = decodeHeader(path, bytes);
  if (place.seq !== seq) throw new SnapshotDamaged(path, `it was made at entry ${place.seq}, not at that of its name`);
  if (bytes.length !== HEADER + bodyBytes) throw new SnapshotDamaged(path, `it is ${bytes.length} bytes long, expected ${HEADER + bodyBytes}`);
  const crc = crcOf(bytes, HEADER, bytes.length);
  if (crc !== bodyCrc) throw new SnapshotDamaged(path, `the body checksum was ${hex(crc)}, expected ${hex(bodyCrc)}`);
  const rest = HEADER + stateBytes;
  const runsEnd = bytes.indexOf(LINE_END, rest);
  const { runs, starts, checkpoints = [] } = JSON.parse(bytes.toString("utf8", rest, runsEnd)) as { runs: readonly [number, number, number, number][]; starts: readonly (readonly number[])[]; checkpoints?: readonly string[] };
  return {
    ...place,
    path,
    stateHash: Buffer.from(stateHash).toString("hex"),
    bytes: bytes.length,
    runs: runs.map(([firstSeq, lastSeq, count, checksum]) => ({ firstSeq, lastSeq, count, checksum })),
    starts,
    checkpoints,
    stateLines: () => linesOf(bytes, HEADER, rest),
    factLines: () => linesOf(bytes, runsEnd + 1, bytes.length),
  };
}

/** How large a snapshot is, 0 when there is none. */
export function snapshotBytes(dataDir: string, seq: number): number {
  return fs.statSync(snapshotPath(dataDir, seq), { throwIfNoEntry: false })?.size ?? 0;
}

/** Removes what these snapshots do not need: older ones, their runs, and what a crash left unfinished. */
export function keepSnapshots(dataDir: string, kept: readonly { readonly seq: number; readonly runs: readonly RunRange[] }[]): void {
  const names = new Set(kept.flatMap(({ seq, runs }) => [snapshotPath(dataDir, seq), ...runs.map((run) => runPath(dataDir, run))]).map((path) => basename(path)));
  for (const name of fs.readdirSync(snapshotFolder(dataDir))) {
    if (names.has(name) || !/\.fb[si](\.new|\.damaged)?$/.test(name)) continue;
    try {
      fs.rmSync(join(snapshotFolder(dataDir), name));
    } catch {
      // in use, where files in use cannot be removed: the next snapshot tries again
    }
  }
}

function* linesOf(bytes: Buffer, start: number, end: number): Iterable<string> {
  for (let at = start; at < end; ) {
    const next = bytes.indexOf(LINE_END, at);
    yield bytes.toString("utf8", at, next);
    at = next + 1;
  }
}

function numbered(seq: number): string {
  return String(seq).padStart(20, "0");
}

interface Header extends SnapshotPlace {
  readonly stateHash: Uint8Array;
  readonly stateBytes: number;
  readonly bodyBytes: number;
  readonly bodyCrc: number;
}

function encodeHeader({ seq, timeNs, blockHash, stateHash, stateBytes, bodyBytes, bodyCrc }: Header): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = viewOf(bytes);
  bytes.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, bodyCrc, true);
  view.setBigUint64(16, BigInt(seq), true);
  view.setBigInt64(24, timeNs, true);
  view.setBigUint64(32, BigInt(stateBytes), true);
  view.setBigUint64(40, BigInt(bodyBytes), true);
  bytes.set(blockHash, 48);
  bytes.set(stateHash, 80);
  view.setUint32(124, crcOf(bytes, 0, 124), true);
  return bytes;
}

function decodeHeader(path: string, bytes: Uint8Array): Header {
  if (bytes.length < HEADER) throw new SnapshotDamaged(path, `it is ${bytes.length} bytes long, a header alone has ${HEADER}`);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new SnapshotDamaged(path, "it is no snapshot");
  const view = viewOf(bytes);
  const crc = crcOf(bytes, 0, 124);
  if (crc !== view.getUint32(124, true)) throw new SnapshotDamaged(path, `the header checksum was ${hex(crc)}, expected ${hex(view.getUint32(124, true))}`);
  if (view.getUint32(8, true) !== VERSION) throw new SnapshotDamaged(path, `it is of format ${view.getUint32(8, true)}, this Fillbook reads ${VERSION}`);
  return {
    seq: Number(view.getBigUint64(16, true)),
    timeNs: view.getBigInt64(24, true),
    blockHash: bytes.slice(48, 48 + HASH_BYTES),
    stateHash: bytes.slice(80, 80 + HASH_BYTES),
    stateBytes: Number(view.getBigUint64(32, true)),
    bodyBytes: Number(view.getBigUint64(40, true)),
    bodyCrc: view.getUint32(12, true),
  };
}
