import { readSync } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { InputError } from "./input-error.ts";

const CHUNK = 1 << 20;
const GZIP_PIECE = 16 * 1024; // at most 16 MiB come out of one, however dense

/** What tells that a file is still the one that was opened, with the same content. */
export interface FileIdentity {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
}

/** A line longer than this is not looked through for its end. */
const LONGEST_LOOK = 64 * 1024;

/** A file's bytes in pieces, unpacked if it is gzip. */
export class Source {
  readonly path: string;
  /** Why the bytes ended too early; known once all are read. */
  cut: string | undefined;
  readonly warnings: string[] = [];
  /** How much of the file was given, packed or not. */
  position = 0;
  /** Of a file whose bytes can be read in any order: a plain one on disk. Known once the first piece is given. */
  identity: FileIdentity | undefined;
  #handle: FileHandle | undefined;
  #stop = Number.POSITIVE_INFINITY;
  readonly #onProgress: ((bytesRead: number, bytesTotal: number) => void) | undefined;

  readonly #chunk: number;

  constructor(path: string, onProgress?: (bytesRead: number, bytesTotal: number) => void, chunk = CHUNK) {
    this.path = path;
    this.#chunk = chunk;
    this.#onProgress = onProgress;
  }

  /** The pieces; each is overwritten by the next. Throws `InputError` for a file that is none, or that changes meanwhile. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const handle = await this.#open();
    try {
      const before = await handle.stat({ bigint: true });
      if (before.isDirectory()) throw new InputError(this.path, "is a directory", "name the file in it");
      const pieces = this.#pieces(handle, Number(before.size), before.isFile() && before.size > 0n);
      const first = await pieces.next();
      if (first.done === true) throw new InputError(this.path, "is empty", "check that it was written to the end");
      const raw = startingWith(first.value, pieces);
      if (before.isFile() && before.size > 0n && !isGzip(first.value)) this.identity = before;
      yield* isGzip(first.value) ? this.#unpacked(raw) : raw;
      if (before.isFile()) {
        const [opened, named] = [await handle.stat({ bigint: true }), await stat(this.path, { bigint: true }).catch(() => undefined)];
        const same = named !== undefined && [opened, named].every((now) => now.size === before.size && now.mtimeNs === before.mtimeNs && now.ino === before.ino);
        if (!same) throw new InputError(this.path, "changed while it was read; nothing was booked", "import it again");
      }
    } finally {
      await handle.close();
    }
  }

  /** The next piece ends there at the latest. */
  stopAt(position: number): void {
    this.#stop = position;
  }

  /** The next piece begins there: others have read what stands before. */
  skipTo(position: number): void {
    this.position = position;
    this.#onProgress?.(position, Math.max(Number(this.identity!.size), position));
  }

  /** Where the line after the one at `position` starts; undefined when that is far. For a file with an `identity`. */
  async lineStartAfter(position: number): Promise<number | undefined> {
    const bytes = new Uint8Array(LONGEST_LOOK);
    const { bytesRead } = await this.#handle!.read(bytes, 0, LONGEST_LOOK, position).catch(() => ({ bytesRead: 0 }));
    const feed = bytes.subarray(0, bytesRead).indexOf(10);
    return feed < 0 ? undefined : position + feed + 1;
  }

  async #open(): Promise<FileHandle> {
    try {
      this.#handle = await open(this.path, "r");
      return this.#handle;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") throw new InputError(this.path, "there is no such file", "check the path");
      if (code === "EACCES" || code === "EPERM") throw new InputError(this.path, "may not be read", "give read permission");
      throw new InputError(this.path, `cannot be opened (${code ?? "error"})`, "check the path");
    }
  }

  /** `bounded`: no more than `total` bytes, though the file may grow meanwhile. */
  async *#pieces(handle: FileHandle, total: number, bounded: boolean): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(this.#chunk);
    for (;;) {
      const wanted = bounded ? Math.min(this.#chunk, total - this.position, this.#stop > this.position ? this.#stop - this.position : this.#chunk) : this.#chunk;
      let filled = 0;
      while (filled < wanted) {
        const bytesRead = await this.#read(handle, buffer, filled, wanted - filled, bounded);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      if (filled === 0) return;
      this.position += filled;
      this.#onProgress?.(this.position, Math.max(total, this.position));
      yield buffer.subarray(0, filled);
    }
  }

  /** Of a file on disk in this thread: handing each piece to another and back takes longer than reading it. */
  async #read(handle: FileHandle, buffer: Uint8Array, offset: number, length: number, bounded: boolean): Promise<number> {
    try {
      if (bounded) return readSync(handle.fd, buffer, offset, length, this.position + offset);
      return (await handle.read(buffer, offset, length, null)).bytesRead;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new InputError(this.path, `cannot be read (${code ?? message})`, "check the disk, or name another file");
    }
  }

  /**
   * Unpacks as bytes come. The end is told to zlib only after all it had to give was taken: an error of a stream throws
   * away what it still holds, and rows before a cut must not be lost.
   */
  async *#unpacked(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const gunzip = createGunzip({ chunkSize: 256 * 1024 });
    const out: Buffer[] = [];
    const state: { error?: NodeJS.ErrnoException; ended: boolean } = { ended: false };
    gunzip.on("data", (piece: Buffer) => out.push(piece));
    gunzip.on("error", (error) => (state.error = error));
    gunzip.on("end", () => (state.ended = true));
    try {
      for await (const chunk of raw) {
        for (let at = 0; at < chunk.length && state.error === undefined; at += GZIP_PIECE) {
          if (state.ended) {
            if (chunk.subarray(at).some((byte) => byte !== 0) && this.warnings.length === 0) this.warnings.push("what follows the end of the gzip data was ignored");
            break;
          }
          await written(gunzip, chunk.subarray(at, at + GZIP_PIECE));
          yield* taken(out);
        }
      }
      await turn();
      yield* taken(out);
      if (state.error === undefined && !state.ended) {
        gunzip.end();
        await once(gunzip, "end").catch(() => undefined);
        yield* taken(out);
      }
    } finally {
      gunzip.destroy();
    }
    if (state.error?.code === "Z_BUF_ERROR") this.cut = "gzip ends early: this row, and all that should follow, is missing";
    else if (state.error !== undefined) throw new InputError(this.path, `the gzip data is damaged (${state.error.message}); nothing was booked`, "fetch or pack the file again");
  }
}

function* taken(out: Buffer[]): Generator<Uint8Array> {
  for (const piece of out.splice(0)) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
}

/** Resolves once zlib has worked off the bytes, or has ended: it calls nobody back for bytes after its end. */
function written(gunzip: Gunzip, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      gunzip.off("end", done).off("close", done);
      resolve();
    };
    gunzip.once("end", done).once("close", done);
    gunzip.write(bytes, done);
  });
}

async function* startingWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
