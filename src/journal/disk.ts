import fs from "node:fs";
import { dirname, resolve } from "node:path";

/** The few calls through which the journal writes: a test puts a failing disk here. */
export interface Disk {
  /** Opens a file for reading and writing; `w+` empties it first, `create` keeps what it holds; both create it where it is missing. */
  open(path: string, flags: "r+" | "w+" | "create"): number;
  /** Writes at a position, perhaps fewer bytes than asked. */
  write(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
  sync(fd: number): void;
  /** The same beside the program: resolved once all that was written before the call is on disk. */
  syncLater(fd: number): Promise<void>;
  truncate(fd: number, length: number): void;
  rename(from: string, to: string): void;
  /** Makes creations and renames in a folder durable. */
  syncFolder(path: string): void;
}

export const realDisk: Disk = {
  open: (path, flags) => fs.openSync(path, flags === "create" ? fs.constants.O_RDWR | fs.constants.O_CREAT : flags),
  write: (fd, bytes, offset, length, position) => fs.writeSync(fd, bytes, offset, length, position),
  sync: (fd) => fs.fdatasyncSync(fd),
  syncLater: (fd) => new Promise((done, failed) => fs.fdatasync(fd, (error) => (error === null ? done() : failed(error)))),
  truncate: (fd, length) => fs.ftruncateSync(fd, length),
  rename: (from, to) => fs.renameSync(from, to),
  syncFolder,
};

/** Writes all of `bytes[0 … length)`, however many calls it takes. */
export function writeFully(disk: Disk, fd: number, bytes: Uint8Array, length: number, position: number): void {
  for (let done = 0; done < length; ) {
    const written = disk.write(fd, bytes, done, length - done, position + done);
    if (written <= 0) throw new Error("the disk took no bytes");
    done += written;
  }
}

/** Reads `bytes[offset … offset + length)` from a position. Returns how many there were before the end of the file. */
export function readFully(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number {
  let done = 0;
  while (done < length) {
    const read = fs.readSync(fd, bytes, offset + done, length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** Makes creations, renames and removals in a folder durable. Where folders cannot be opened (Windows) the system does it itself. */
export function syncFolder(path: string): void {
  let fd: number;
  try {
    fd = fs.openSync(path, "r");
  } catch {
    return;
  }
  try {
    fs.fsyncSync(fd);
  } catch (error) {
    if (process.platform !== "win32") throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** Creates a folder that outlives a crash of the machine. */
export function createFolder(path: string, mode = 0o777): void {
  const created = fs.mkdirSync(path, { recursive: true, mode });
  if (created === undefined) return;
  for (let at = resolve(path); at.length >= resolve(created).length; at = dirname(at)) syncFolder(dirname(at));
}

/** Whether the disk is full, so that the same write may succeed later. */
export function isNoSpace(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOSPC" || code === "EDQUOT";
}
