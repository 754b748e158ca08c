import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { decodeFills, encodedFillsSize, encodeFills, type FillColumns } from "../../core/model/index.ts";

/** Fills with the places they came from: file, line, and what they are sorted by. */
export interface PlacedFills {
  readonly fills: FillColumns;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
  readonly keyHigh: Int32Array; // key = high × 2^32 + low
  readonly keyLow: Uint32Array;
}

const HEAD = 8;
const PER_ROW = 16;

/** Placed fills as bytes that can be read again by making views of them. */
export function encodePlaced(placed: PlacedFills): Uint8Array<ArrayBuffer> {
  const { fills, files, lines, keyHigh, keyLow } = placed;
  const n = fills.count;
  const bytes = new Uint8Array(HEAD + encodedFillsSize(fills) + n * PER_ROW);
  let at = encodeFills(fills, bytes, HEAD);
  new Uint32Array(bytes.buffer, 0, 2).set([n, at]);
  for (const column of [files, lines, keyHigh, keyLow]) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, n * 4), at);
    at += n * 4;
  }
  return bytes;
}

/** Views of bytes that `encodePlaced` made. */
export function decodePlaced(bytes: Uint8Array<ArrayBuffer>): PlacedFills {
  const [n, places] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2) as unknown as [number, number];
  const at = (column: number) => bytes.byteOffset + places + column * n * 4;
  return {
    fills: decodeFills(bytes, HEAD).fills,
    files: new Uint32Array(bytes.buffer, at(0), n),
    lines: new Uint32Array(bytes.buffer, at(1), n),
    keyHigh: new Int32Array(bytes.buffer, at(2), n),
    keyLow: new Uint32Array(bytes.buffer, at(3), n),
  };
}

/** A sorted run of placed fills in a file: written once from front to back, then read once. */
export class SpoolRun {
  readonly #file: number;
  readonly #sizes: number[] = [];
  #next = 0;
  #at = 0;

  constructor(path: string) {
    this.#file = openSync(path, "wx+", 0o600);
  }

  append(placed: PlacedFills): void {
    const bytes = encodePlaced(placed);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#sizes.push(bytes.length);
  }

  /** The next block, `undefined` after the last. */
  read(): PlacedFills | undefined {
    const size = this.#sizes[this.#next];
    if (size === undefined) return undefined;
    const bytes = new Uint8Array(size);
    for (let got = 0; got < size; ) {
      const count = readSync(this.#file, bytes, got, size - got, this.#at + got);
      if (count === 0) throw new Error("a spool file was cut while it was in use");
      got += count;
    }
    this.#next += 1;
    this.#at += size;
    return decodePlaced(bytes);
  }

  close(): void {
    closeSync(this.#file);
  }
}
