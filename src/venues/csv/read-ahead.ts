import type { CsvScanner } from "./csv-scanner.ts";
import type { Source } from "./source.ts";
import type { Strip, StripTask } from "./strip.ts";
import { StripThread, type StripReading } from "./strip-thread.ts";

/** Takes rows that another thread has read. */
export interface StripTaker {
  /** What reading a strip needs to know of the file, once its header is read; undefined when its rows can only be read in order. */
  readonly stripHead: Pick<StripTask, "header" | "separator" | "options"> | undefined;
  /** Takes a strip that follows the rows taken so far. */
  takeStrip(strip: Strip, linesBefore: number): void;
}

/** How large files are read in strips: other figures are for tests. */
export interface Strips {
  readonly leastBytes: number; // that are left to be read
  readonly mostBytes: number; // of a strip, since all its rows are held in memory
  readonly chunk?: number; // bytes read at once
  readonly open: () => StripReading;
}

export const STRIPS: Strips = { leastBytes: 8 << 20, mostBytes: 48 << 20, open: () => new StripThread() };
/** Of what is left, this much is read here: the other thread must first begin, and what it gives is not yet in order. */
const OWN_SHARE = 0.55;

/**
 * Has every other strip of a large file read by a second thread. A strip is guessed to begin with a row where a line
 * does. When the rows before it have been read and the last one ends just there, the guess was right, and so is all that
 * was read; otherwise it is thrown away, and the strip is read like the rest: the rows are the same in every case.
 */
export class ReadAhead {
  readonly #source: Source;
  readonly #taker: StripTaker;
  readonly #strips: Strips;
  #reading: StripReading | undefined;
  #pending: { readonly from: number; readonly strip: Promise<Strip | undefined> } | undefined;
  #done = false;

  constructor(source: Source, taker: StripTaker, strips: Strips) {
    this.#source = source;
    this.#taker = taker;
    this.#strips = strips;
  }

  /** Called when the first chunk is at hand: the thread starts while that is read. */
  prepare(): void {
    const { identity, position } = this.#source;
    if (identity === undefined || Number(identity.size) - position < this.#strips.leastBytes) return;
    this.#open();
  }

  /** Called between two chunks: begins a strip, or takes one where it is reached. */
  async step(scanner: CsvScanner): Promise<void> {
    if (this.#pending === undefined) return this.#begin();
    const { from, strip } = this.#pending;
    if (this.#source.position < from) return;
    this.#pending = undefined;
    const read = scanner.settle() ? await strip : undefined;
    if (read === undefined) this.#done = true;
    else {
      this.#taker.takeStrip(read, scanner.line - 1);
      scanner.passLines(read.lines);
      this.#source.skipTo(read.to);
    }
    await this.#begin();
  }

  close(): void {
    this.#reading?.close();
    this.#reading = undefined;
  }

  async #begin(): Promise<void> {
    const { identity, position } = this.#source;
    const head = this.#taker.stripHead;
    if (this.#done || identity === undefined || head === undefined) return;
    const end = Number(identity.size);
    const left = end - position;
    if (left < this.#strips.leastBytes) return;
    const here = Math.min(left * OWN_SHARE, this.#strips.mostBytes);
    const from = await this.#source.lineStartAfter(position + Math.floor(here));
    const last = from === undefined ? undefined : Math.floor(from + Math.min(here, this.#strips.mostBytes));
    const to = last === undefined || last >= end ? end : await this.#source.lineStartAfter(last);
    if (from === undefined || to === undefined || from >= to) return void (this.#done = true);
    const reading = this.#open();
    if (reading === undefined) return;
    this.#pending = { from, strip: reading.read({ path: this.#source.path, identity, from, to, ...head }) };
    this.#source.stopAt(from);
  }

  /** The thread; where there is none to be had, all is read here. */
  #open(): StripReading | undefined {
    try {
      return (this.#reading ??= this.#strips.open());
    } catch {
      this.#done = true;
      return undefined;
    }
  }
}
