import fs from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { realDisk } from "../../src/journal/disk.ts";
import type { Disk } from "../../src/journal/index.ts";
import type { Random } from "../random.ts";
import type { DiskStep, Image } from "./disk-model.ts";

/** What is wrong with a disk just now. */
export interface Wrong {
  shortWrites?: boolean; // writes take part of what they are given
  room?: number; // bytes that can still be taken; then there is no space
  failWrites?: boolean; // EIO
  failSyncs?: "once" | "always"; // EIO
  failTruncates?: boolean; // EIO
  failRenames?: boolean; // EIO
  failFolders?: "EIO" | "ENOSPC"; // syncs of folders
}

/** Real files in a folder, written through a disk that notes all it is asked and fails as it is told. */
export class FailingDisk implements Disk {
  readonly steps: DiskStep[] = [];
  wrong: Wrong = {};
  readonly #folder: string;
  readonly #random: Random;
  readonly #paths = new Map<number, string>(); // by file descriptor
  #cutShort: { readonly path: string; readonly end: number } | undefined; // the last write took less than it was given

  constructor(folder: string, random: Random) {
    this.#folder = folder;
    this.#random = random;
  }

  open(path: string, flags: "r+" | "w+" | "create"): number {
    if (this.wrong.room === 0 && !fs.existsSync(path)) throw failure("ENOSPC", "open");
    const fd = realDisk.open(path, flags);
    this.#paths.set(fd, this.#name(path));
    this.steps.push({ kind: "open", path: this.#name(path), empty: flags === "w+" });
    return fd;
  }

  write(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number {
    const path = this.#paths.get(fd)!;
    const grows = Math.max(0, position + length - fs.fstatSync(fd).size);
    const lacking = Math.max(0, grows - (this.wrong.room ?? grows));
    let taken = length - lacking;
    if (this.wrong.failWrites === true || (this.wrong.shortWrites === true && this.#random.chance(0.5))) taken = this.#random.below(taken + 1);
    if (taken > 0) {
      realDisk.write(fd, bytes, offset, taken, position);
      const goesOn = this.#cutShort?.path === path && this.#cutShort.end === position;
      this.steps.push({ kind: "write", path, position, bytes: bytes.slice(offset, offset + taken), goesOn });
    }
    if (this.wrong.room !== undefined) this.wrong.room -= Math.max(0, grows - (length - taken));
    this.#cutShort = taken < length ? { path, end: position + taken } : undefined;
    if (this.wrong.failWrites === true) throw failure("EIO", "write");
    if (taken === 0 && lacking > 0) throw failure("ENOSPC", "write");
    return taken === 0 ? this.write(fd, bytes, offset, length, position) : taken;
  }

  sync(fd: number): void {
    this.#sync(fd, this.steps.length);
  }

  syncLater(fd: number): Promise<void> {
    const begun = this.steps.length;
    return new Promise((done) => setImmediate(done)).then(() => this.#sync(fd, begun));
  }

  truncate(fd: number, length: number): void {
    if (this.wrong.failTruncates === true) throw failure("EIO", "ftruncate");
    const { size } = fs.fstatSync(fd);
    realDisk.truncate(fd, length);
    this.steps.push({ kind: "truncate", path: this.#paths.get(fd)!, length });
    if (this.wrong.room !== undefined) this.wrong.room += Math.max(0, size - length);
  }

  rename(from: string, to: string): void {
    if (this.wrong.failRenames === true) throw failure("EIO", "rename");
    realDisk.rename(from, to);
    this.steps.push({ kind: "rename", path: this.#name(from), to: this.#name(to) });
    for (const [fd, path] of this.#paths) if (path === this.#name(from)) this.#paths.set(fd, this.#name(to));
  }

  syncFolder(path: string): void {
    if (this.wrong.failFolders !== undefined) throw failure(this.wrong.failFolders, "fsync");
    realDisk.syncFolder(path);
    this.steps.push({ kind: "syncFolder", path: this.#name(path) });
  }

  #sync(fd: number, begun: number): void {
    const ok = this.wrong.failSyncs === undefined;
    this.steps.push({ kind: "sync", path: this.#paths.get(fd)!, begun, ok });
    if (this.wrong.failSyncs === "once") delete this.wrong.failSyncs;
    if (!ok) throw failure("EIO", "fdatasync");
    realDisk.sync(fd);
  }

  #name(path: string): string {
    return relative(this.#folder, path);
  }
}

/** In memory where the system has such a place: the proof makes tens of thousands of files. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(join(fs.existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "fillbook-faults-"));
}

export function writeImage(image: Image, folder: string): void {
  fs.mkdirSync(join(folder, "journal"), { recursive: true });
  for (const [path, bytes] of image) fs.writeFileSync(join(folder, path), bytes);
}

function failure(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: of the failing disk, ${syscall}`), { code, syscall });
}
