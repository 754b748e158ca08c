/**
 * The layout of a segment file, format 1. All numbers are little-endian; `docs/journal.md` walks through a hex dump.
 *
 * Segment header, 64 bytes:
 *   0  8  magic "fbjrnl\r\n" (a transfer in text mode breaks it, and is so noticed)
 *   8  4  format version, 1
 *  12  4  0
 *  16  8  number of the segment's first entry
 *  24 32  hash of the last block of the segment before; zeros in the first
 *  56  4  0
 *  60  4  crc32 of bytes 0 to 59
 *
 * Then blocks, each at a multiple of 8. Block header, 80 bytes:
 *   0  4  magic "FBBK"
 *   4  4  crc32 of bytes 8 to 79: a length is believed only if the header is whole
 *   8  4  length of the block with its header, a multiple of 8
 *  12  4  entries
 *  16  8  number of its first entry
 *  24  8  time of the append, signed nanoseconds since 1970
 *  32  8  the last entry known to be on disk when this block was written (see tail.ts)
 *  40  4  crc32 of bytes 80 to the end
 *  44  4  sections
 *  48 32  hash of the block before: the first 32 bytes of BLAKE2b-512 over all of it, header included
 *
 * Then sections (sections.ts).
 */
import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

const FORMAT_VERSION = 1;
export const SEGMENT_HEADER = 64;
export const BLOCK_HEADER = 80;
export const HASH_BYTES = 32;
export const NO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);
/** Blocks stay below 2 GiB, what one write call takes. */
export const MAX_BLOCK = 2 ** 31 - 4096;

const SEGMENT_MAGIC = Uint8Array.from([0x66, 0x62, 0x6a, 0x72, 0x6e, 0x6c, 0x0d, 0x0a]);
const BLOCK_MAGIC = 0x4b42_4246; // "FBBK"

export interface SegmentHeader {
  readonly firstSeq: number;
  readonly previousHash: Uint8Array;
}
export interface BlockHeader {
  readonly length: number;
  readonly count: number;
  readonly firstSeq: number;
  readonly timeNs: bigint;
  readonly durableThrough: number;
  readonly bodyCrc: number;
  readonly sectionCount: number;
}
/** What is wrong with a header. */
export interface HeaderProblem {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export const hex = (n: number): string => n.toString(16).padStart(8, "0");
export const crcOf = (bytes: Uint8Array, start: number, end: number): number => crc32(bytes.subarray(start, end));
export const hashOf = (block: Uint8Array): Uint8Array => hash("blake2b512", block, "buffer").subarray(0, HASH_BYTES);
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER);
  const view = viewOf(bytes);
  bytes.set(SEGMENT_MAGIC);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setBigUint64(16, BigInt(header.firstSeq), true);
  bytes.set(header.previousHash, 24);
  view.setUint32(60, crcOf(bytes, 0, 60), true);
  return bytes;
}

export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | HeaderProblem {
  const view = viewOf(bytes);
  if (bytes.length < SEGMENT_HEADER) return { what: "segment header", expected: `${SEGMENT_HEADER} bytes`, found: `${bytes.length}` };
  if (SEGMENT_MAGIC.some((byte, i) => bytes[i] !== byte)) {
    return { what: "magic of the segment", expected: Buffer.from(SEGMENT_MAGIC).toString("hex"), found: Buffer.from(bytes.subarray(0, 8)).toString("hex") };
  }
  const crc = crcOf(bytes, 0, 60);
  if (crc !== view.getUint32(60, true)) return { what: "segment header checksum", expected: hex(view.getUint32(60, true)), found: hex(crc) };
  const version = view.getUint32(8, true);
  if (version !== FORMAT_VERSION) return { what: "format version", expected: `${FORMAT_VERSION} (this segment needs a newer Fillbook)`, found: `${version}` };
  return { firstSeq: Number(view.getBigUint64(16, true)), previousHash: bytes.slice(24, 24 + HASH_BYTES) };
}

/** Writes the header of a block, all but what `sealBlock` adds. */
export function encodeBlockHeader(bytes: Uint8Array, header: Omit<BlockHeader, "bodyCrc">): void {
  const view = viewOf(bytes);
  view.setUint32(0, BLOCK_MAGIC, true);
  view.setUint32(8, header.length, true);
  view.setUint32(12, header.count, true);
  view.setBigUint64(16, BigInt(header.firstSeq), true);
  view.setBigInt64(24, header.timeNs, true);
  view.setBigUint64(32, BigInt(header.durableThrough), true);
  view.setUint32(44, header.sectionCount, true);
}

/** Completes the header of a block that is whole but for that: sums and the hash of the block before. */
export function sealBlock(block: Uint8Array, previousHash: Uint8Array): void {
  const view = viewOf(block);
  view.setUint32(40, crcOf(block, BLOCK_HEADER, block.length), true);
  block.set(previousHash, 48);
  view.setUint32(4, crcOf(block, 8, BLOCK_HEADER), true);
}

/** Reads the header at `at`, where 80 bytes must stand. Says what is wrong unless magic and header checksum are right. */
export function decodeBlockHeader(bytes: Uint8Array, view: DataView, at: number): BlockHeader | HeaderProblem {
  const magic = view.getUint32(at, true);
  if (magic !== BLOCK_MAGIC) return { what: "magic of the block", expected: hex(BLOCK_MAGIC), found: hex(magic) };
  const stored = view.getUint32(at + 4, true);
  const crc = crcOf(bytes, at + 8, at + BLOCK_HEADER);
  if (crc !== stored) return { what: "block header checksum", expected: hex(stored), found: hex(crc) };
  return {
    length: view.getUint32(at + 8, true),
    count: view.getUint32(at + 12, true),
    firstSeq: readU64(view, at + 16),
    timeNs: view.getBigInt64(at + 24, true),
    durableThrough: readU64(view, at + 32),
    bodyCrc: view.getUint32(at + 40, true),
    sectionCount: view.getUint32(at + 44, true),
  };
}

/** The hash of the block before, out of a block that starts at `at`. A view. */
export function previousHashAt(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at + 48, at + 48 + HASH_BYTES);
}

export function isHeaderProblem(read: object): read is HeaderProblem {
  return "what" in read;
}

/** Entry numbers stay below 2^53. */
function readU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
