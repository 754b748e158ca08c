import type { EventReport } from "../../core/engine/index.ts";
import type { Fill, Mark } from "../../core/model/index.ts";
import { BackOff } from "./back-off.ts";
import { decode, type Speaker, type VenueReport } from "./decode.ts";

/** What a venue offers: a stream that may break, and a history that answers for what was missed. */
export interface VenueLink {
  /** Whether the stream is open now. */
  connect(nowNs: bigint): boolean;
  /** What came since the last look. */
  receive(nowNs: bigint): readonly string[] | "closed";
  /** The numbered messages from `from` on, at most to `to`, as many as the venue gives at once; undefined when it does not answer. */
  history(from: number, to: number, nowNs: bigint): readonly string[] | undefined;
}

/** Why something a venue said is not believed, and its very words. */
export interface VenueRefusal {
  readonly venue: string;
  readonly why: string;
  readonly raw: string;
}

/** Who takes what a feed has made sure of. Fills and corrections come in the venue's own order. */
export interface Sink {
  fill(fill: Fill): void;
  correct(report: EventReport): void;
  mark(mark: Mark): void;
  refuse(refusal: VenueRefusal): void;
}

type Numbered = Extract<VenueReport, { readonly n: number }>;

const SECOND = 1_000_000_000n;
/** A gap may close by itself, when a message was only overtaken: so long nobody asks. */
const PATIENCE_NS = SECOND / 2n;
/** Messages that wait behind a gap, at most: those beyond are asked for again. */
const MOST_HELD = 10_000;

/**
 * Follows one venue. Its messages are numbered: those that come early wait until the gap before them is closed, by
 * what was overtaken or by the venue's history. What comes again is handed on too, since only the book can tell a
 * repeat from a contradiction. It has no clock: `advance` is told the time.
 */
export class Feed {
  readonly #link: VenueLink;
  readonly #speaker: Speaker;
  readonly #sink: Sink;
  readonly #held = new Map<number, Numbered[]>(); // by number, each in the order they came
  readonly #reconnecting = new BackOff(SECOND / 4n, 30n * SECOND);
  readonly #asking = new BackOff(SECOND / 4n, 30n * SECOND);
  #connected = false;
  #next = 1; // the first number not handed on
  #highest = 0; // the last number that is known to exist
  #gapSinceNs: bigint | undefined;
  #opened = 0;
  #recovered = 0;

  constructor(link: VenueLink, speaker: Speaker, sink: Sink) {
    this.#link = link;
    this.#speaker = speaker;
    this.#sink = sink;
  }

  get venue(): string {
    return this.#speaker.venue;
  }
  get connected(): boolean {
    return this.#connected;
  }
  /** Numbered messages that are known to exist and are not handed on yet. */
  get missing(): number {
    return Math.max(0, this.#highest - this.#next + 1);
  }
  /** The last numbered message that was handed on, and so were all before it. */
  get handed(): number {
    return this.#next - 1;
  }
  /** Times the line was opened after the first. */
  get reconnects(): number {
    return Math.max(0, this.#opened - 1);
  }
  /** Messages that came out of the history. */
  get recovered(): number {
    return this.#recovered;
  }

  /** Does what is to be done at `nowNs`: hear what came, connect again, ask for what is missing. */
  advance(nowNs: bigint): void {
    if (!this.#connected && this.#reconnecting.isDue(nowNs)) this.#connect(nowNs);
    if (this.#connected) this.#hear(nowNs);
    this.#watchGap(nowNs);
  }

  #connect(nowNs: bigint): void {
    this.#connected = this.#link.connect(nowNs);
    if (!this.#connected) return this.#reconnecting.failed(nowNs);
    this.#reconnecting.succeeded();
    this.#opened += 1;
  }

  #hear(nowNs: bigint): void {
    const heard = this.#link.receive(nowNs);
    if (heard === "closed") this.#connected = false;
    else for (const text of heard) this.#take(decode(text, this.#speaker, nowNs));
  }

  #take(report: VenueReport): void {
    switch (report.is) {
      case "fill":
      case "correction":
        this.#highest = Math.max(this.#highest, report.n);
        if (report.n > this.#next) return this.#hold(report);
        this.#hand(report);
        if (report.n === this.#next) this.#goOn();
        return;
      case "heartbeat":
        this.#highest = Math.max(this.#highest, report.last);
        return;
      case "mark":
        return this.#sink.mark(report.mark);
      case "unreadable":
        return this.#sink.refuse({ venue: this.venue, why: report.why, raw: report.raw });
    }
  }

  #hold(report: Numbered): void {
    const held = this.#held.get(report.n);
    if (held !== undefined) held.push(report);
    else if (this.#held.size < MOST_HELD) this.#held.set(report.n, [report]);
  }

  #hand(report: Numbered): void {
    if (report.is === "fill") this.#sink.fill(report.fill);
    else this.#sink.correct(report.report);
  }

  /** The next number was handed on: so is what waited for it. */
  #goOn(): void {
    for (this.#next += 1; ; this.#next += 1) {
      const held = this.#held.get(this.#next);
      if (held === undefined) break;
      this.#held.delete(this.#next);
      for (const report of held) this.#hand(report);
    }
    this.#gapSinceNs = undefined;
  }

  #watchGap(nowNs: bigint): void {
    if (this.missing === 0) return;
    this.#gapSinceNs ??= nowNs;
    if (nowNs - this.#gapSinceNs >= PATIENCE_NS && this.#asking.isDue(nowNs)) this.#ask(nowNs);
  }

  #ask(nowNs: bigint): void {
    const firstHeld = this.#held.size === 0 ? this.#highest + 1 : Math.min(...this.#held.keys());
    const answer = this.#link.history(this.#next, firstHeld - 1, nowNs);
    const before = this.#next;
    this.#recovered += answer?.length ?? 0;
    for (const text of answer ?? []) this.#take(decode(text, this.#speaker, nowNs));
    if (this.#next === before) this.#asking.failed(nowNs);
    else this.#asking.succeeded();
  }
}
