import { open, stat, type FileHandle } from "node:fs/promises";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { InputError } from "./input-error.ts";

const CHUNK = 1 << 20;
const GZIP_PIECE = 16 * 1024; // at most 16 MiB come out of one, however dense

/** A file's bytes in pieces, unpacked if it is gzip. */
export class Source {
  readonly path: string;
  /** Why the bytes ended too early; known once all are read. */
  cut: string | undefined;
  readonly warnings: string[] = [];
  readonly #onProgress: ((bytesRead: number, bytesTotal: number) => void) | undefined;

  constructor(path: string, onProgress?: (bytesRead: number, bytesTotal: number) => void) {
    this.path = path;
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

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.path, "r");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") throw new InputError(this.path, "there is no such file", "check the path");
      if (code === "EACCES" || code === "EPERM") throw new InputError(this.path, "may not be read", "give read permission");
      throw new InputError(this.path, `cannot be opened (${code ?? "error"})`, "check the path");
    }
  }

  /** `bounded`: no more than `total` bytes, though the file may grow meanwhile. */
  async *#pieces(handle: FileHandle, total: number, bounded: boolean): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(CHUNK);
    for (let read = 0; ; ) {
      const wanted = bounded ? Math.min(CHUNK, total - read) : CHUNK;
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await handle.read(buffer, filled, wanted - filled, null).catch((error: NodeJS.ErrnoException) => {
          throw new InputError(this.path, `cannot be read (${error.code ?? error.message})`, "check the disk, or name another file");
        });
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      if (filled === 0) return;
      read += filled;
      this.#onProgress?.(read, Math.max(total, read));
      yield buffer.subarray(0, filled);
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
