import fs from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Life, young, type Act } from "../../test/acts.ts";
import { compareBooks, type Engine, type FactStore } from "../../src/core/engine/index.ts";
import { isPairFact, type Section } from "../../src/core/model/index.ts";
import { countEntries } from "../../src/journal/journal.ts";
import { FileJournal, JournalWriteFailed } from "../../src/journal/index.ts";
import { stateHash } from "../../src/runtime/index.ts";
import type { FailingDisk } from "./failing-disk.ts";
import { History } from "./history.ts";

/** What had been promised when a disk had been asked so many things. */
export interface Promised {
  readonly step: number;
  readonly history: History; // all that may be on disk
  readonly acknowledged: number; // the last entry whose sync had returned
  readonly kept: readonly { readonly path: string; readonly bytes: Buffer }[]; // torn writes that starts put aside
}
/** What a disk must still hold after it lost its power. */
export type Owed = Omit<Promised, "step">;

/** A law that a journal broke. */
export class Broken extends Error {}

export function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Broken(what());
}

/** A data folder on a failing disk over several runs of a program: what it was told, what it promised. */
export class Session {
  readonly promised: Promised[] = [];
  readonly counts = { torn: 0, noSpace: 0, unknown: 0, restarts: 0, pairStarts: 0, pairFacts: 0 };
  readonly pairKinds = new Set<string>(); // of the facts of pairs that were written
  readonly #folder: string;
  readonly #disk: FailingDisk;
  readonly #segmentBytes: number;
  readonly #reserveBytes: number;
  #history: History;
  #acknowledged: number;
  #kept: Promised["kept"];
  #journal: FileJournal | undefined;
  #engine: Engine | undefined;
  #life: Life | undefined;
  #later = false;

  constructor(folder: string, disk: FailingDisk, segmentBytes: number, before: Owed = { history: new History(), acknowledged: 0, kept: [] }) {
    this.#folder = folder;
    this.#disk = disk;
    this.#segmentBytes = segmentBytes;
    this.#reserveBytes = segmentBytes % 2 === 0 ? 0 : segmentBytes * 16; // with and without
    this.#history = before.history;
    this.#acknowledged = before.acknowledged;
    this.#kept = before.kept;
    this.#note();
  }

  /** An ordinary start. What it finds must be a beginning of what was appended, with all that was acknowledged. */
  start(): void {
    this.#journal = FileJournal.open(this.#folder, { write: true, disk: this.#disk, segmentBytes: this.#segmentBytes, reserveBytes: this.#reserveBytes });
    this.counts.restarts += 1;
    const engine = (this.#engine = young(this.#store(this.#journal)));
    this.#life = new Life(engine);
    const found = this.#history.upTo(engine.seq);
    must(engine.seq >= this.#acknowledged, () => `entries up to ${this.#acknowledged} were acknowledged, the start found ${engine.seq}`);
    must(found !== undefined, () => `the start found ${engine.seq} entries: that many were never whole`);
    must(found!.hash === stateHash(engine), () => `the start found another state at entry ${engine.seq} than was appended`);
    this.#mustReport(this.#journal);
    if (!engine.pairs.pairs().next().done) this.counts.pairStarts += 1;
    this.#history = found!;
    this.#acknowledged = engine.seq;
    this.#note();
  }

  /** Lives through an act. Says what the disk answered. @param later fills may wait to be written together with what comes next */
  do(act: Act, later = false): "done" | "no_space" | "unknown" {
    this.#later = later && act.do === "fills";
    return this.#answer(() => this.#life!.do(act));
  }

  /** The book as it lives is the book that its history makes, and so are the pairs: what a full disk refused was taken back whole. */
  mustBeBooked(): void {
    const { book, pairs } = this.#history.folded();
    const differences = compareBooks(this.#engine!.book, book);
    must(differences.length === 0, () => `the book at entry ${this.#history.seq} is not the one that its entries make: ${JSON.stringify(differences)}`);
    for (const pair of pairs.pairs()) must(isDeepStrictEqual(this.#engine!.pairs.pair(pair.pairId), pair), () => `the pair ${pair.pairId} at entry ${this.#history.seq} is not the one that its entries make`);
    must([...this.#engine!.pairs.pairs()].length === [...pairs.pairs()].length, () => `there are pairs at entry ${this.#history.seq} that its entries do not make`);
  }

  async sync(later: boolean): Promise<"done" | "no_space" | "unknown"> {
    const { seq } = this.#engine!;
    try {
      if (later) await this.#journal!.syncLater();
      else this.#journal!.sync();
      this.#acknowledged = seq;
      this.#note();
      return "done";
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** After a failure that leaves the end unknown: nothing is taken any more, and a reader still finds all that was acknowledged. */
  mustBeReadOnly(): void {
    for (const act of [() => this.#journal!.append([{ kind: "facts", facts: [{ type: "configured", currency: "USD" }] }], 0n), () => this.#journal!.sync()]) {
      must(this.#answer(act) === "unknown", () => "after a failed write or sync the journal took another");
    }
    const reader = FileJournal.open(this.#folder, { write: false });
    let read = 0;
    for (const { count } of reader.blocks()) read += count;
    reader.close();
    must(read >= this.#acknowledged, () => `read-only, it reads ${read} entries of ${this.#acknowledged} that were acknowledged`);
  }

  /** The program is killed, or ends: what it has not written is gone. */
  end(): void {
    this.#journal?.close();
    this.#journal = undefined;
  }

  #answer(act: () => unknown): "done" | "no_space" | "unknown" {
    const { nextSeq } = this.#journal!;
    try {
      act();
      return "done";
    } catch (error) {
      const answer = this.#failed(error);
      must(answer === "unknown" || this.#journal!.nextSeq === this.#history.seq + 1, () => `refused from entry ${nextSeq} on, the journal counts ${this.#journal!.nextSeq - 1} entries, of which ${this.#history.seq} were taken`);
      return answer;
    }
  }

  #failed(error: unknown): "no_space" | "unknown" {
    if (!(error instanceof JournalWriteFailed)) throw error;
    this.counts[error.code === "no_space" ? "noSpace" : "unknown"] += 1;
    return error.code;
  }

  /** The journal as an engine sees it; notes what it took, and what it may have taken. */
  #store(journal: FileJournal): FactStore {
    return {
      get nextSeq() {
        return journal.nextSeq;
      },
      append: (sections, timeNs) => {
        const tried = this.#history.and({ sections, timeNs, count: countEntries(sections) });
        try {
          const block = journal.append(sections, timeNs, this.#later);
          this.#history = tried;
          this.#countPairs(sections);
          return block;
        } catch (error) {
          if (error instanceof JournalWriteFailed && error.code === "unknown") this.#history = tried;
          throw error;
        } finally {
          this.#note();
        }
      },
      blocks: (fromSeq) => journal.blocks(fromSeq),
      blockOf: (seq) => journal.blockOf(seq),
    };
  }

  /** A torn write is kept, whole, and told of. */
  #mustReport({ openReport: { torn } }: FileJournal): void {
    for (const { path, bytes } of this.#kept) must(fs.readFileSync(join(this.#folder, path)).equals(bytes), () => `the torn write that was kept as ${path} is not whole`);
    if (torn === undefined) return;
    this.counts.torn += 1;
    must(torn.lost === 0, () => `${torn.lost} entries that were on disk were taken for torn: ${torn.message}`);
    must(torn.keptAs !== undefined && fs.statSync(torn.keptAs).size === torn.bytes && torn.message.includes("kept as"), () => `a torn write was not kept: ${torn.message}`);
    must(fs.statSync(torn.segment).size === torn.offset, () => `a torn write was not cut off: ${torn.message}`);
    this.#kept = [...this.#kept, { path: relative(this.#folder, torn.keptAs!), bytes: fs.readFileSync(torn.keptAs!) }];
  }

  #countPairs(sections: readonly Section[]): void {
    for (const { type } of sections.flatMap((section) => (section.kind === "facts" ? section.facts : [])).filter(isPairFact)) {
      this.counts.pairFacts += 1;
      this.pairKinds.add(type);
    }
  }

  #note(): void {
    this.promised.push({ step: this.#disk.steps.length, history: this.#history, acknowledged: this.#acknowledged, kept: this.#kept });
  }
}
