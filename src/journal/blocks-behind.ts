import { Worker } from "node:worker_threads";
import { BlocksHere, type BlockOut } from "./block-out.ts";
import type { Disk } from "./disk.ts";
import { HASH_BYTES } from "./format.ts";

/** What both threads share. `control` holds STATE, then SLOT_INTS int32s a slot; a slot holds a block. */
export interface BehindMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: readonly SharedArrayBuffer[];
  readonly hash: SharedArrayBuffer; // of the block that was written last
  readonly failure: SharedArrayBuffer; // its length as int32, then a text
}

/** What stands at STATE. */
export const STATE = 0;
export const STARTING = 0;
export const RUNNING = 1;
export const FAILED = 2; // blocks are passed over from here on
const GIVEN_UP = 3; // before it ran: all is done here
/** Places of a slot in `control`. */
export const SLOTS = 2;
export const SLOT_INTS = 6;
export const SLOT_STATE = 0;
const SLOT_FILE = 1;
const SLOT_LENGTH = 2;
const SLOT_POSITION = 4; // low and high 32 bits
/** What stands at SLOT_STATE. */
export const FREE = 0;
export const FULL = 1;

const SLOT_BYTES = 2 * 1024 * 1024;
const SLOT_COUNT = 16;
const FAILURE_BYTES = 1024;
/** A thread that has not started after so long is not waited for any more. */
const PATIENCE_MS = 5_000;
/** One that has started and keeps a block for so long has died, or its disk hangs. */
const STUCK_MS = 120_000;

/** For tests: another program for the thread, another time to wait for its start. */
export interface BehindOptions {
  readonly program?: URL;
  readonly patienceMs?: number;
}

/**
 * A second thread that seals blocks and writes them, in order, while the next ones are made. It begins with what was given
 * to it while it started. Where it cannot be had, and for a block too long for a slot, all is done here: the bytes are the same.
 */
export class BlocksBehind implements BlockOut {
  readonly #memory: BehindMemory;
  readonly #control: Int32Array;
  readonly #slots: readonly Uint8Array[];
  readonly #disk: Disk;
  readonly #worker: Worker;
  readonly #patienceMs: number;
  #here: BlocksHere | undefined; // since the thread did not start
  #large: BlocksHere | undefined; // holds a block that no slot can
  #next = 0; // the slot that is filled next
  #failure: Error | undefined; // of what was given and then not written

  /** Undefined where no thread can be had. */
  static open(lastHash: Uint8Array, disk: Disk, options: BehindOptions = {}): BlocksBehind | undefined {
    try {
      return new BlocksBehind(lastHash, disk, options);
    } catch {
      return undefined;
    }
  }

  private constructor(lastHash: Uint8Array, disk: Disk, { program = new URL("./blocks-behind-worker.js", import.meta.url), patienceMs = PATIENCE_MS }: BehindOptions) {
    this.#memory = {
      control: new SharedArrayBuffer((SLOTS + SLOT_COUNT * SLOT_INTS) * 4),
      slots: Array.from({ length: SLOT_COUNT }, () => new SharedArrayBuffer(SLOT_BYTES)),
      hash: new SharedArrayBuffer(HASH_BYTES),
      failure: new SharedArrayBuffer(FAILURE_BYTES),
    };
    this.#disk = disk;
    this.#patienceMs = patienceMs;
    this.#control = new Int32Array(this.#memory.control);
    this.#slots = this.#memory.slots.map((slot) => new Uint8Array(slot));
    new Uint8Array(this.#memory.hash).set(lastHash);
    this.#worker = new Worker(program, { workerData: this.#memory, execArgv: [] });
    this.#worker.unref();
    this.#worker.on("error", () => undefined); // one that does not start is given up; all else is told in `failure`
  }

  room(length: number): Uint8Array {
    this.#large = undefined;
    if (this.#here === undefined && length <= SLOT_BYTES) this.#waitFor(this.#next);
    if (this.#here !== undefined) return this.#here.room(length);
    if (length <= SLOT_BYTES) return this.#slots[this.#next]!;
    return (this.#large = new BlocksHere(this.#disk, this.settle())).room(length);
  }

  write(file: number, length: number, position: number): void {
    const here = this.#here ?? this.#large;
    if (here !== undefined) {
      here.write(file, length, position);
      new Uint8Array(this.#memory.hash).set(here.settle());
      this.#large = undefined;
      return;
    }
    const at = SLOTS + this.#next * SLOT_INTS;
    this.#control[at + SLOT_FILE] = file;
    this.#control[at + SLOT_LENGTH] = length;
    this.#control[at + SLOT_POSITION] = position | 0;
    this.#control[at + SLOT_POSITION + 1] = Math.floor(position / 2 ** 32);
    Atomics.store(this.#control, at + SLOT_STATE, FULL);
    Atomics.notify(this.#control, at + SLOT_STATE);
    this.#next = (this.#next + 1) % SLOT_COUNT;
  }

  settle(): Uint8Array {
    this.#waitFor((this.#next + SLOT_COUNT - 1) % SLOT_COUNT);
    return new Uint8Array(this.#memory.hash).slice();
  }

  close(): void {
    try {
      this.settle(); // the thread must not write to a file that is closed meanwhile
    } catch {
      // what was not synced may be lost; nothing more is written
    }
    void this.#worker.terminate();
  }

  /** Returns once a slot, and so every one filled before it, is free. @throws Error when a block could not be written */
  #waitFor(slot: number): void {
    const at = SLOTS + slot * SLOT_INTS + SLOT_STATE;
    const begun = performance.now();
    while (this.#failure === undefined && Atomics.load(this.#control, at) === FULL) {
      if (Atomics.wait(this.#control, at, FULL, this.#patienceMs) !== "timed-out") continue;
      this.#giveUpStarting();
      if (performance.now() - begun > STUCK_MS) this.#failure ??= new Error(`the thread that writes has not moved for ${STUCK_MS / 1000} s`);
    }
    if (Atomics.load(this.#control, STATE) === FAILED) this.#failure ??= failureIn(this.#memory);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Takes over what a thread was given that has not started. It may not start any more. */
  #giveUpStarting(): void {
    if (Atomics.compareExchange(this.#control, STATE, STARTING, GIVEN_UP) !== STARTING) return;
    this.#here = new BlocksHere(this.#disk, new Uint8Array(this.#memory.hash));
    for (let n = 0; n < SLOT_COUNT; n += 1) {
      const slot = (this.#next + n) % SLOT_COUNT;
      const { state, file, length, position } = slotAt(this.#control, slot);
      if (state !== FULL) continue;
      try {
        if (this.#failure === undefined) this.#writeHere(this.#here, slot, file, length, position);
      } catch (error) {
        this.#failure = error as Error;
      }
      Atomics.store(this.#control, SLOTS + slot * SLOT_INTS + SLOT_STATE, FREE);
    }
  }

  #writeHere(here: BlocksHere, slot: number, file: number, length: number, position: number): void {
    here.room(length).set(this.#slots[slot]!.subarray(0, length));
    here.write(file, length, position);
    new Uint8Array(this.#memory.hash).set(here.settle());
  }
}

/** What stands in `control` of a slot. */
export function slotAt(control: Int32Array, slot: number): { readonly state: number; readonly file: number; readonly length: number; readonly position: number } {
  const at = SLOTS + slot * SLOT_INTS;
  const position = (control[at + SLOT_POSITION]! >>> 0) + control[at + SLOT_POSITION + 1]! * 2 ** 32;
  return { state: Atomics.load(control, at + SLOT_STATE), file: control[at + SLOT_FILE]!, length: control[at + SLOT_LENGTH]!, position };
}

function failureIn({ failure }: BehindMemory): Error {
  const length = new Int32Array(failure, 0, 1)[0]!;
  return new Error(Buffer.from(new Uint8Array(failure, 4, length)).toString());
}
