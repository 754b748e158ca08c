/**
 * One writer for a data folder: the file `lock`, which names its holder. It appears whole, by a link to a file written
 * before, so that exactly one of many processes creates it.
 *
 * A dead holder's lock is replaced, never removed, since between removing and creating another process could do the
 * same. The right to replace the lock with nonce N belongs to whoever creates the file `lock.N.heir`, again by a link.
 * An heir that died is inherited from in the same way, by its own nonce. An heir makes sure that the lock is still N's
 * and then renames its own file over it. Heir files are removed only once the lock is replaced: whoever comes late and
 * creates one anew finds another lock than he set out to replace, and starts over.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { JournalLocked } from "./errors.ts";
import { isAlive, thisProcess, type ProcessIdentity } from "./process-identity.ts";

/** How the owner of a data folder reaches the service that runs on it. */
export interface ServiceKey {
  readonly key: string; // a secret of this run, for the service's own commands
  readonly certificate: string | null; // SHA-256 of the one it shows; null without TLS
}

/** What the lock file says. Only its owner reads it: whoever may, may write the folder anyway. */
export interface LockHolder extends ProcessIdentity, Partial<ServiceKey> {
  readonly nonce: string;
  readonly address: string | null; // where the running service listens
}

const ATTEMPTS = 1000; // each one means that another process has just come or gone

export class WriterLock {
  readonly #path: string;
  #holder: LockHolder;
  #file: LockFile | undefined;

  private constructor(path: string, holder: LockHolder, file: LockFile) {
    this.#path = path;
    this.#holder = holder;
    this.#file = file;
  }

  /** Takes the lock of a data folder, from a dead holder too. @throws JournalLocked while another process holds it. */
  static acquire(dataDir: string): WriterLock {
    fs.mkdirSync(dataDir, { recursive: true });
    const path = join(dataDir, "lock");
    const holder = { ...thisProcess(), nonce: randomUUID(), address: null };
    const mine = `${path}.${holder.nonce}`;
    const file = writeLockFile(mine, holder);
    try {
      take(path, mine);
    } catch (error) {
      fs.closeSync(file.fd);
      throw error;
    } finally {
      fs.rmSync(mine, { force: true });
    }
    sweep(dataDir);
    return new WriterLock(path, holder, file);
  }

  /** Who holds the lock of a data folder, alive or not; undefined when no one does. */
  static holder(dataDir: string): LockHolder | undefined {
    return readHolder(join(dataDir, "lock"));
  }

  /** The same, of one that lives, as far as this machine knows. */
  static living(dataDir: string): LockHolder | undefined {
    const holder = WriterLock.holder(dataDir);
    return holder !== undefined && (holder.host !== thisProcess().host || isAlive(holder)) ? holder : undefined;
  }

  get holder(): LockHolder {
    return this.#holder;
  }

  /** Makes sure, at the price of one stat, that the lock file is still ours: someone may have deleted it by hand. */
  check(): void {
    if (this.#isOurs()) return;
    const now = readHolder(this.#path);
    throw new JournalLocked(`the lock ${this.#path} is no longer ours${now ? `: process ${now.pid} on ${now.host} has taken it` : ": it was deleted"}. Nothing was written. Start again.`, now?.pid);
  }

  /** Writes into the lock file where the running service answers, so that commands find it. */
  announce(address: string, key?: ServiceKey): void {
    this.check();
    const holder = { ...this.#holder, address, ...key };
    const mine = `${this.#path}.${holder.nonce}`;
    const file = writeLockFile(mine, holder);
    fs.renameSync(mine, this.#path);
    fs.closeSync(this.#file!.fd);
    this.#file = file;
    this.#holder = holder;
  }

  release(): void {
    if (this.#file === undefined) return;
    if (this.#isOurs()) fs.rmSync(this.#path, { force: true });
    fs.closeSync(this.#file.fd);
    this.#file = undefined;
  }

  #isOurs(): boolean {
    const there = fs.statSync(this.#path, { throwIfNoEntry: false });
    return there !== undefined && there.ino === this.#file?.inode && there.dev === this.#file.device;
  }
}

/** A lock file we wrote. It is kept open, so that the system gives its inode to no other file. */
interface LockFile {
  readonly fd: number;
  readonly inode: number;
  readonly device: number;
}

function writeLockFile(path: string, holder: LockHolder): LockFile {
  fs.writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: "wx", flush: true, mode: 0o600 }); // on disk first: a crash leaves no empty lock
  const fd = fs.openSync(path, "r");
  const { ino, dev } = fs.fstatSync(fd);
  return { fd, inode: ino, device: dev };
}

/** Removes what processes left that died while they took the lock. Safe for its holder: an heir file that comes too late is not believed. */
function sweep(dataDir: string): void {
  for (const name of fs.readdirSync(dataDir)) {
    if (!/^lock\.[0-9a-f-]{36}(\.heir)?$/.test(name)) continue;
    try {
      const left = readHolder(join(dataDir, name));
      if (left !== undefined && left.host === thisProcess().host && !isAlive(left)) fs.rmSync(join(dataDir, name), { force: true });
    } catch {
      continue; // not written in full yet: another process is just about to ask for the lock
    }
  }
}

/** Makes the file `mine` the lock, or throws. */
function take(path: string, mine: string): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (linked(mine, path)) return;
    const holder = readHolder(path);
    if (holder === undefined) continue; // just released
    mustBeDead(holder, path);
    if (inherit(holder, path, mine)) return;
  }
  throw new JournalLocked(`the lock ${path} changes hands all the time; try again later`);
}

/** Replaces a dead holder's lock. False when it changed meanwhile. @throws JournalLocked when a living process is at it. */
function inherit(holder: LockHolder, path: string, mine: string): boolean {
  const claims: string[] = [];
  for (let dead = holder; ; ) {
    const claim = `${path}.${dead.nonce}.heir`;
    claims.push(claim);
    if (linked(mine, claim)) break;
    const heir = readHolder(claim);
    if (heir === undefined) return false; // it has just finished
    mustBeDead(heir, path);
    dead = heir;
  }
  const replace = readHolder(path)?.nonce === holder.nonce;
  if (replace) fs.renameSync(mine, path);
  for (const claim of replace ? claims : claims.slice(-1)) fs.rmSync(claim, { force: true });
  return replace;
}

function mustBeDead(holder: LockHolder, path: string): void {
  const where = holder.address === null ? "" : ` and answers at ${holder.address}`;
  if (holder.host !== thisProcess().host) {
    const told = `process ${holder.pid} on the machine ${holder.host} writes to this folder, or did when it was lost`;
    throw new JournalLocked(`${told}. Stop it there; if that machine or container is gone for good, delete ${path}.`, holder.pid);
  }
  if (!isAlive(holder)) return;
  throw new JournalLocked(`process ${holder.pid} writes to this folder${where}. Wait until it ends, or stop it: kill ${holder.pid}. Reading needs no lock.`, holder.pid, holder.address ?? undefined);
}

/** Gives a file a second name; false when that name is taken. */
function linked(file: string, name: string): boolean {
  try {
    fs.linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readHolder(path: string): LockHolder | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const holder = JSON.parse(text) as Partial<LockHolder> | null;
    if (typeof holder?.pid === "number" && typeof holder.host === "string" && typeof holder.nonce === "string") return holder as LockHolder;
  } catch {
    // told below
  }
  throw new JournalLocked(`${path} is no lock file of Fillbook. If no process writes to this folder, delete it.`);
}
