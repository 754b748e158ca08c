import { dirname } from "node:path";
import type { Random } from "../random.ts";

const SECTOR = 512;

/** What was asked of a disk, in order; files by their path below the data folder. */
export type DiskStep =
  | { readonly kind: "open"; readonly path: string; readonly empty: boolean }
  | { readonly kind: "write"; readonly path: string; readonly position: number; readonly bytes: Uint8Array; readonly goesOn: boolean } // the rest of a write that was cut short
  | { readonly kind: "truncate"; readonly path: string; readonly length: number }
  | { readonly kind: "sync"; readonly path: string; readonly begun: number; readonly ok: boolean } // covers the steps before `begun`
  | { readonly kind: "rename"; readonly path: string; readonly to: string }
  | { readonly kind: "syncFolder"; readonly path: string };

/** Files by their path below the data folder. */
export type Image = ReadonlyMap<string, Buffer>;

/** What may be found of a file's length, or of one sector, after the power went: one of these. */
interface Uncertain<T> {
  versions: { readonly step: number; readonly value: T }[]; // the first is on disk for sure, unless a later one is
  isDirty: boolean; // the next sync writes it; not so after a sync that failed
}

/**
 * A disk as a power failure sees it. Of each sector it knows every content since the last sync that covered it; any of them
 * may be what is left, whatever is left of the others. So may any length the file has had since, and of the folder's
 * changes any beginning. After a sync that failed the system takes what it was to write for written, although nobody
 * knows whether it is: a later sync does not cover it, unless it has been written again.
 */
export class DiskModel {
  readonly #files: ModelFile[] = [];
  readonly #names = new Map<string, number>(); // on disk for sure
  readonly #changes: { readonly folder: string; readonly change: (names: Map<string, number>) => void }[] = [];
  readonly #seen: Map<string, number>; // as the program sees them
  #step = 0;

  constructor(image: Image) {
    for (const [path, bytes] of image) this.#names.set(path, this.#files.push(new ModelFile(bytes)) - 1);
    this.#seen = new Map(this.#names);
  }

  take(step: DiskStep): void {
    const at = this.#step++;
    if (step.kind === "open") this.#open(step, at);
    else if (step.kind === "rename") this.#change(step.path, (names) => rename(names, step.path, step.to));
    else if (step.kind === "syncFolder") this.#syncFolder(step.path);
    else {
      const file = this.#files[this.#seen.get(step.path)!]!;
      if (step.kind === "write") file.write(step.position, step.bytes, at, step.goesOn);
      else if (step.kind === "truncate") file.truncate(step.length, at);
      else if (step.ok) file.synced(step.begun);
      else file.syncFailed();
    }
  }

  /** What is left when the power goes now. */
  powerGoes(random: Random): Image {
    const names = new Map(this.#names);
    const folders = new Map<string, number>();
    for (const { folder, change } of this.#changes) {
      const left = folders.get(folder) ?? random.below(this.#changes.length + 1);
      folders.set(folder, left - 1);
      if (left > 0) change(names);
    }
    const luck = random.pick([0, 0.1, 0.5, 0.9, 1]);
    return new Map([...names].map(([path, file]) => [path, this.#files[file]!.powerGoes(random, luck)]));
  }

  #open({ path, empty }: DiskStep & { readonly kind: "open" }, at: number): void {
    const known = this.#seen.get(path);
    if (known === undefined) {
      const file = this.#files.push(new ModelFile(Buffer.alloc(0))) - 1;
      this.#change(path, (names) => names.set(path, file));
    } else if (empty) this.#files[known]!.truncate(0, at);
  }

  #change(path: string, change: (names: Map<string, number>) => void): void {
    change(this.#seen);
    this.#changes.push({ folder: dirname(path), change });
  }

  #syncFolder(folder: string): void {
    for (let i = 0; i < this.#changes.length; ) {
      if (this.#changes[i]!.folder === folder) this.#changes.splice(i, 1)[0]!.change(this.#names);
      else i += 1;
    }
  }
}

function rename(names: Map<string, number>, from: string, to: string): void {
  const file = names.get(from);
  if (file === undefined) return;
  names.delete(from);
  names.set(to, file);
}

class ModelFile {
  #visible: Buffer;
  readonly #sectors: Uncertain<Buffer>[] = [];
  readonly #length: Uncertain<number>;

  constructor(bytes: Buffer) {
    this.#visible = Buffer.from(bytes);
    this.#length = { versions: [{ step: -1, value: bytes.length }], isDirty: false };
    for (let at = 0; at < bytes.length; at += SECTOR) this.#sectors.push({ versions: [{ step: -1, value: sectorOf(bytes, at / SECTOR) }], isDirty: false });
  }

  write(position: number, bytes: Uint8Array, step: number, goesOn: boolean): void {
    this.#resize(Math.max(this.#visible.length, position + bytes.length));
    this.#visible.set(bytes, position);
    this.#changed(position, position + bytes.length, step, goesOn);
  }

  truncate(length: number, step: number): void {
    const before = this.#visible.length;
    this.#resize(length);
    this.#changed(Math.min(before, length), Math.max(before, length), step, false);
  }

  synced(begun: number): void {
    for (const one of [...this.#sectors, this.#length]) {
      if (!one.isDirty) continue;
      const last = one.versions.findLastIndex(({ step }) => step < begun);
      if (last > 0) one.versions.splice(0, last);
      one.isDirty = one.versions.length > 1;
    }
  }

  syncFailed(): void {
    for (const one of [...this.#sectors, this.#length]) one.isDirty = false;
  }

  powerGoes(random: Random, luck: number): Buffer {
    const length = survivor(this.#length, random, luck);
    const bytes = Buffer.alloc(length);
    this.#sectors.forEach((sector, number) => {
      const content = survivor(sector, random, luck);
      if (number * SECTOR < length) bytes.set(content.subarray(0, length - number * SECTOR), number * SECTOR);
    });
    return bytes;
  }

  #resize(length: number): void {
    if (length === this.#visible.length) return;
    const bytes = Buffer.alloc(length);
    this.#visible.copy(bytes);
    this.#visible = bytes;
  }

  #changed(from: number, to: number, step: number, goesOn: boolean): void {
    for (let number = Math.floor(from / SECTOR); number * SECTOR < to; number += 1) {
      const sector = (this.#sectors[number] ??= { versions: [{ step: -1, value: Buffer.alloc(SECTOR) }], isDirty: false });
      add(sector, sectorOf(this.#visible, number), step, goesOn);
    }
    add(this.#length, this.#visible.length, step, goesOn);
  }
}

/** The rest of a write that was cut short makes one version with its beginning: a system holds both in one page. */
function add<T>(to: Uncertain<T>, value: T, step: number, goesOn: boolean): void {
  if (goesOn && to.isDirty) to.versions.pop();
  to.versions.push({ step, value });
  to.isDirty = true;
}

/** The newest version with probability `luck`, else any. */
function survivor<T>({ versions }: Uncertain<T>, random: Random, luck: number): T {
  return (versions.length === 1 || random.chance(luck) ? versions.at(-1)! : random.pick(versions)).value;
}

function sectorOf(bytes: Buffer, number: number): Buffer {
  const sector = Buffer.alloc(SECTOR);
  sector.set(bytes.subarray(number * SECTOR, (number + 1) * SECTOR));
  return sector;
}
