import type { NetRow } from "../core/book/index.ts";
import { correctsEarlier, fold, follow, followKnowing, type Following } from "../core/engine/index.ts";
import { formatTime, type Block } from "../core/model/index.ts";
import { assert, decimalOf, formatDecimal } from "../core/num/index.ts";
import type { FileJournal } from "../journal/index.ts";
import { writeBatch, type Batch } from "./batch.ts";
import { Corrections, isOf, type Rewritten } from "./corrections.ts";
import type { Database } from "./database.ts";
import { FactRows } from "./fact-rows.ts";
import { FillRows, type FillText } from "./fill-rows.ts";
import { positionRowsOf } from "./position-rows.ts";
import { Sampler, type Sample, type SamplerState } from "./samples.ts";
import { TouchedRows, type Touch } from "./touched-rows.ts";

/** Entries of a transaction, about. */
const ENTRIES_AT_ONCE = 10_000;

export interface ProjectionOptions {
  readonly currency: string;
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly periodNs: bigint; // how often P&L is sampled
  readonly entriesAtOnce?: number; // for tests
}

/** The tables and the journal do not belong together. */
export class StoreMismatch extends Error {
  override readonly name = "StoreMismatch";
}

/**
 * Follows the journal into the tables, block by block, each batch of rows in one transaction with the cursor. It goes the same way
 * whether it follows a running service or begins at entry 1, so both end with the same rows.
 */
export class Projection {
  readonly #db: Database;
  readonly #journal: FileJournal;
  readonly #options: ProjectionOptions;
  readonly #sampler: Sampler;
  readonly #touched = new TouchedRows();
  #cursor: number;
  #following: Following;
  #rows: FillRows;
  #sampled = 0; // the last entry that a sample shows

  private constructor(db: Database, journal: FileJournal, options: ProjectionOptions, sampler: Sampler, cursor: number) {
    this.#db = db;
    this.#journal = journal;
    this.#options = options;
    this.#sampler = sampler;
    this.#cursor = cursor;
    this.#rows = new FillRows(() => true);
    this.#following = follow(fold(() => journal.blocks(), { ...options, untilSeq: cursor }), this.#rows);
  }

  /**
   * Goes on from where the tables are. Their schema is the newest one.
   * @throws StoreMismatch for tables of another journal, and for those that know more than the journal holds
   */
  static async open(db: Database, journal: FileJournal, options: ProjectionOptions): Promise<Projection> {
    const [row] = await db.query("SELECT seq, block_hash, currency, state FROM fillbook_cursor WHERE name = 'book'");
    const cursor = Number(row?.["seq"] ?? 0);
    if (row !== undefined) mustFollow(db, journal, cursor, String(row["block_hash"]));
    const shares = await db.query("SELECT id, concentration_ratio::text AS share FROM trader_positions WHERE venue = '' AND concentration_ratio IS NOT NULL");
    const sampler = new Sampler(options.periodNs, options.currency, row?.["state"] as SamplerState | undefined, shares.map(({ id, share }) => [String(id), formatDecimal(decimalOf(String(share)))]));
    return new Projection(db, journal, options, sampler, cursor);
  }

  /** The last entry that the tables know. */
  get seq(): number {
    return this.#cursor;
  }

  /** Writes what is journaled up to an entry, which must be on disk. @param onBatch told the cursor after each transaction */
  async advance(through: number, onBatch: (seq: number) => void = () => undefined): Promise<void> {
    while (this.#cursor < through) {
      const first = this.#first();
      if (first === undefined || first.firstSeq + first.count - 1 > through) return; // part of a block is none
      await (correctsEarlier(this.#following.book, first) ? this.#correct(through) : this.#append(through));
      onBatch(this.#cursor);
    }
  }

  /** Writes the sample of the period at hand as it is by now, where something came since the last one. */
  async sample(): Promise<void> {
    const { book, seq, timeNs } = this.#following;
    if (timeNs === undefined || this.#sampled === seq) return;
    const taken = this.#sampler.sample(book, seq, timeNs, false);
    await this.#write({ to: this.#cursor, samples: [taken] });
    this.#sampled = seq;
  }

  /** Writes the next blocks, up to one that corrects what stands before it. */
  async #append(through: number): Promise<void> {
    const facts = new FactRows();
    const samples: Sample[] = [];
    let to = this.#cursor;
    for (const block of this.#journal.blocks(this.#cursor + 1)) {
      const last = block.firstSeq + block.count - 1;
      if (last > through || (to > this.#cursor && correctsEarlier(this.#following.book, block))) break;
      samples.push(...this.#closedBy(block));
      this.#rows.createdAt = formatTime(block.timeNs);
      const isOnward = this.#following.step(block);
      assert(isOnward, "a block that corrects nothing before it can be stepped");
      this.#touched.note(this.#following, block);
      facts.add(block);
      to = last;
      if (to - this.#cursor >= this.#most) break;
    }
    const { book } = this.#following;
    const positions = Array.from(this.#touched.take(), ([net, touch]) => positionRowsOf(book, net, touch)).flat();
    await this.#write({ to, fills: this.#rows.take(), positions: () => positions, facts, samples });
  }

  /** Folds all again up to the next blocks, which correct what stands before them, and writes anew what they change. */
  async #correct(through: number): Promise<void> {
    const from = this.#cursor;
    const facts = new FactRows();
    const corrections = new Corrections();
    const samples: Sample[] = [];
    let to = from;
    let period: bigint | undefined;
    for (const block of this.#journal.blocks(from + 1)) {
      const last = block.firstSeq + block.count - 1;
      if (last > through || (period !== undefined && (!corrections.isLike(block) || this.#sampler.periodOf(block.timeNs) > period))) break;
      if (period === undefined) samples.push(...this.#closedBy(block));
      period ??= this.#sampler.periodOf(block.timeNs);
      corrections.add(block);
      facts.add(block);
      to = last;
    }
    let rewritten: readonly Rewritten[] = [];
    const isRewritten = (of: { readonly account: string; readonly symbol: string }, seq: number) => rewritten.some((part) => seq >= part.fromSeq && isOf(part, of));
    const rows = new FillRows((route, seq) => seq > from || isRewritten(following.book.directory.route(route), seq));
    const following: Following = followKnowing(() => this.#journal.blocks(), { ...this.#options, untilSeq: to }, rows);
    rewritten = corrections.parts(following.known);
    const touched = new TouchedRows();
    const isTouched = (net: NetRow, { lastSeq }: Touch) => lastSeq > from || isRewritten(net, Number.POSITIVE_INFINITY);
    const positions = () => [...touched.take()].filter(([net, touch]) => isTouched(net, touch)).flatMap(([net, touch]) => positionRowsOf(following.book, net, touch));
    await this.#write({ to, fills: this.#refold(following, rows, touched, to), positions, facts, samples, rewritten });
    this.#rows = new FillRows(() => true);
    this.#following = follow(following, this.#rows);
  }

  *#refold(following: Following, rows: FillRows, touched: TouchedRows, to: number): Iterable<FillText> {
    for (const block of this.#journal.blocks()) {
      if (block.firstSeq > to) break;
      rows.createdAt = formatTime(block.timeNs);
      following.step(block);
      touched.note(following, block);
      if (rows.count >= this.#most) yield* rows.take();
    }
    yield* rows.take();
  }

  /** The samples of the period that ends where a block begins another. */
  #closedBy({ timeNs }: Block): Sample[] {
    const { book, seq, timeNs: lastNs } = this.#following;
    if (lastNs === undefined || this.#sampler.periodOf(timeNs) <= this.#sampler.periodOf(lastNs)) return [];
    return [this.#sampler.sample(book, seq, lastNs, true)];
  }

  #first(): Block | undefined {
    for (const block of this.#journal.blocks(this.#cursor + 1)) return block;
    return undefined;
  }

  async #write({ to, fills = [], positions = () => [], facts = new FactRows(), samples, rewritten = [] }: Partial<Pick<Batch, "fills" | "positions" | "rewritten">> & Pick<Batch, "to" | "samples"> & { readonly facts?: FactRows }): Promise<void> {
    const { currency } = this.#options;
    const blockHash = hashAt(this.#journal, to);
    await writeBatch(this.#db, { from: this.#cursor, to, blockHash, currency, state: this.#sampler.state, fills, positions, marks: facts.marks, refusals: facts.refusals, samples, rewritten });
    this.#cursor = to;
  }

  get #most(): number {
    return this.#options.entriesAtOnce ?? ENTRIES_AT_ONCE;
  }
}

/** @throws StoreMismatch */
function mustFollow(db: Database, journal: FileJournal, seq: number, blockHash: string): void {
  if (seq >= journal.nextSeq) throw new StoreMismatch(`${db.name} knows entry ${seq}, the journal ends at ${journal.nextSeq - 1}: entries that were acknowledged are missing. Find the right data folder, or, if it is this one, write the tables again with fillbook rebuild`);
  if (hashAt(journal, seq) !== blockHash) throw new StoreMismatch(`${db.name} follows another journal: give this one a database of its own with --database, or write the tables again with fillbook rebuild`);
}

/** The hash of the block that ends with an entry, as text. */
function hashAt(journal: FileJournal, seq: number): string {
  const hash = journal.hashAt(seq);
  return hash === undefined ? "" : Buffer.from(hash).toString("hex");
}
