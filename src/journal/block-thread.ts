import { Worker } from "node:worker_threads";

/** What a second thread reads: the whole part of a segment file. */
export interface AheadSegment {
  readonly path: string;
  readonly end: number;
}
/** Blocks that were read and whose checksums were found right. */
export interface AheadChunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly length: number; // a number of whole blocks
}

/** Memory that both threads see: numbers, then slots of bytes. */
export interface AheadMemory {
  readonly segments: readonly AheadSegment[];
  readonly control: SharedArrayBuffer;
  readonly slots: readonly SharedArrayBuffer[];
}

/** Places in `control`, as int32: what the thread does, where it is to begin, and from SLOTS on what each slot holds. */
export const STATE = 0;
export const SEGMENT = 1;
export const POSITION = 2; // low and high 32 bits
export const SLOTS = 8;
export const SLOT_INTS = 8;
export const SLOT_STATE = 0;
export const SLOT_SEGMENT = 1;
export const SLOT_POSITION = 2;
export const SLOT_LENGTH = 4;
/** What stands at STATE. */
const STARTING = 0;
export const READY = 1;
export const READING = 2;
export const ENDED = 3;
/** What stands at SLOT_STATE. */
export const FREE = 0;
export const FULL = 1;
export const OVER = 2; // nothing more comes

const SLOT_BYTES = 2 * 1024 * 1024;
const SLOT_COUNT = 4;
/** A thread that gives nothing for so long is not waited for any more. */
const PATIENCE_MS = 5_000;

/**
 * A second thread that reads a journal ahead and checks the sums of its blocks. Until it has started, and wherever it
 * gives up, the one who asks reads for himself: the blocks are the same, and what is wrong with one is found in one place.
 */
export class BlockThread {
  readonly #control: Int32Array;
  readonly #slots: readonly { readonly bytes: Uint8Array; readonly view: DataView }[];
  readonly #worker: Worker;
  #next = 0; // the slot that is filled next
  #held: number | undefined; // the slot that was given last
  #isGivenUp = false;

  /** Undefined where no thread can be had. */
  static open(segments: readonly AheadSegment[], program = new URL("./block-thread-worker.js", import.meta.url)): BlockThread | undefined {
    try {
      return new BlockThread(segments, program);
    } catch {
      return undefined;
    }
  }

  private constructor(segments: readonly AheadSegment[], program: URL) {
    const memory: AheadMemory = {
      segments,
      control: new SharedArrayBuffer((SLOTS + SLOT_COUNT * SLOT_INTS) * 4),
      slots: Array.from({ length: SLOT_COUNT }, () => new SharedArrayBuffer(SLOT_BYTES)),
    };
    this.#control = new Int32Array(memory.control);
    this.#slots = memory.slots.map((slot) => ({ bytes: new Uint8Array(slot), view: new DataView(slot) }));
    this.#worker = new Worker(program, { workerData: memory, execArgv: [] });
    this.#worker.unref();
    this.#worker.on("error", () => this.#giveUp());
  }

  /** Whether the thread has started: before that nothing is taken from it. */
  get hasStarted(): boolean {
    return Atomics.load(this.#control, STATE) !== STARTING;
  }

  /** The blocks from a position of a segment on; undefined where they must be read here. What was given before is no longer valid. */
  take(segment: number, position: number): AheadChunk | undefined {
    this.#release();
    const control = this.#control;
    const state = Atomics.load(control, STATE);
    if (this.#isGivenUp || state === STARTING) return undefined;
    if (state === READY) this.#begin(segment, position);
    const at = SLOTS + this.#next * SLOT_INTS;
    while (Atomics.load(control, at + SLOT_STATE) !== FULL) {
      const isOver = Atomics.load(control, at + SLOT_STATE) === OVER || Atomics.load(control, STATE) === ENDED;
      if (isOver && Atomics.load(control, at + SLOT_STATE) !== FULL) return this.#giveUp();
      if (Atomics.wait(control, at + SLOT_STATE, FREE, PATIENCE_MS) === "timed-out") return this.#giveUp();
    }
    if (control[at + SLOT_SEGMENT] !== segment || positionIn(control, at + SLOT_POSITION) !== position) return this.#giveUp();
    this.#held = this.#next;
    this.#next = (this.#next + 1) % SLOT_COUNT;
    return { ...this.#slots[this.#held]!, length: control[at + SLOT_LENGTH]! };
  }

  close(): void {
    this.#isGivenUp = true;
    void this.#worker.terminate();
  }

  #begin(segment: number, position: number): void {
    this.#control[SEGMENT] = segment;
    setPosition(this.#control, POSITION, position);
    Atomics.store(this.#control, STATE, READING);
    Atomics.notify(this.#control, STATE);
  }

  #release(): void {
    if (this.#held === undefined) return;
    const at = SLOTS + this.#held * SLOT_INTS + SLOT_STATE;
    Atomics.store(this.#control, at, FREE);
    Atomics.notify(this.#control, at);
    this.#held = undefined;
  }

  #giveUp(): undefined {
    this.#isGivenUp = true;
  }
}

export function positionIn(control: Int32Array, at: number): number {
  return (control[at]! >>> 0) + control[at + 1]! * 2 ** 32;
}

export function setPosition(control: Int32Array, at: number, position: number): void {
  control[at] = position | 0;
  control[at + 1] = Math.floor(position / 2 ** 32);
}
