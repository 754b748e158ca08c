import type { Book, NetRow } from "../core/book/index.ts";
import { correctsEarlier, fold, follow, followKnowing, type Following } from "../core/engine/index.ts";
import { formatTime, type Block } from "../core/model/index.ts";
import { assert, decimalOf, formatDecimal } from "../core/num/index.ts";
import type { FileJournal } from "../journal/index.ts";
import { writeBatch, type Batch, type BatchRest } from "./batch.ts";
import { Births } from "./births.ts";
import { Corrections, isOf, type Rewritten } from "./corrections.ts";
import type { Database, SqlValues } from "./database.ts";
import { FactRows } from "./fact-rows.ts";
import { FillRows, type FillText } from "./fill-rows.ts";
import { TouchedPairs } from "./pair-rows.ts";
import { positionRowsOf } from "./position-rows.ts";
import type { RiskOptions } from "../core/risk/index.ts";
import { Sampler, type Sample, type SamplerState } from "./samples.ts";
import { TouchedRows, type Touch } from "./touched-rows.ts";

/** Entries of a transaction, about. */
const ENTRIES_AT_ONCE = 20_000;
/** Rows that are handed over at once, at least. */
const ROWS_A_TEXT = 1_000;

export interface ProjectionOptions {
  readonly currency: string;
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly periodNs: bigint; // how often P&L is sampled
  readonly risk: RiskOptions; // how VaR is computed
  readonly entriesAtOnce?: number; // of a transaction, about: the more, the fewer times a position or a day is written; what is cut short is lost
}

/** The tables and the journal do not belong together. */
export class StoreMismatch extends Error {
  override readonly name = "StoreMismatch";
}

/** What some blocks hold beside fills. */
interface Part {
  to: number; // the last entry
  readonly facts: FactRows;
  readonly pairs: TouchedPairs;
  readonly samples: Sample[];
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
  #touched = new TouchedRows(); // of this book
  readonly #births = new Births();
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
    if (cursor > 0) this.#noteBirths(cursor);
  }

  /**
   * Goes on from where the tables are. Their schema is the newest one.
   * @throws StoreMismatch for tables of another journal, and for those that know more than the journal holds
   */
  static async open(db: Database, journal: FileJournal, options: ProjectionOptions): Promise<Projection> {
    const [row] = await db.query("SELECT seq, block_hash, currency, state FROM fillbook_cursor WHERE name = 'book'");
    const cursor = Number(row?.["seq"] ?? 0);
    if (row !== undefined) mustFollow(db, journal, cursor, String(row["block_hash"]));
    const known = await db.query("SELECT id, concentration_ratio::text AS share, var_95 AS var95 FROM trader_positions WHERE venue = '' AND (concentration_ratio IS NOT NULL OR var_95 IS NOT NULL)");
    const plain = (text: unknown) => (typeof text === "string" ? formatDecimal(decimalOf(text)) : null);
    const sampler = new Sampler(options.periodNs, options.currency, options.risk, row?.["state"] as SamplerState | undefined, known.map(({ id, share, var95 }) => [String(id), { share: plain(share), var95: var95 === null ? null : Number(var95) }]));
    return new Projection(db, journal, options, sampler, cursor);
  }

  /** The last entry that the tables know. */
  get seq(): number {
    return this.#cursor;
  }

  /** Writes what is journaled up to an entry, which must be on disk. @param onBatch told the cursor after each transaction */
  async advance(through: number, onBatch: (seq: number) => void = () => undefined): Promise<void> {
    while (await this.advanceOnce(through)) onBatch(this.#cursor);
  }

  /** The next transaction of that. False: there was nothing to write. */
  async advanceOnce(through: number): Promise<boolean> {
    const first = this.#cursor < through ? this.#first() : undefined;
    if (first === undefined || first.firstSeq + first.count - 1 > through) return false; // a part of a block is none
    await (correctsEarlier(this.#following.book, first) ? this.#correct(through) : this.#append(through));
    return true;
  }

  /** Writes the sample of the period at hand as it is by now, where something came since the last one. */
  async sample(): Promise<void> {
    const { seq, timeNs } = this.#following;
    if (timeNs === undefined || this.#sampled === seq) return;
    const sample = this.#sampler.sample(this.#following, seq, timeNs, false);
    await this.#write({ fills: [], rest: () => ({ to: this.#cursor, positions: [], ...new FactRows(), pairs: [], gonePairs: [], samples: [sample] }) });
    this.#sampled = seq;
  }

  /** Writes the next blocks, up to one that corrects what stands before it. */
  async #append(through: number): Promise<void> {
    const part: Part = { to: this.#cursor, facts: new FactRows(), pairs: new TouchedPairs(), samples: [] };
    const positions = () => this.#positions(this.#following.book, this.#touched.take());
    await this.#write({ fills: this.#steps(part, through), rest: () => ({ to: part.to, positions: positions(), ...part.facts, ...part.pairs.rows(this.#following.pairs), samples: part.samples }) });
  }

  /** Steps the book by the next blocks. @param part is told what they hold beside fills */
  *#steps(part: Part, through: number): Iterable<FillText> {
    for (const block of this.#journal.blocks(this.#cursor + 1)) {
      const last = block.firstSeq + block.count - 1;
      if (last > through || (part.to > this.#cursor && correctsEarlier(this.#following.book, block))) break;
      part.samples.push(...this.#closedBy(block));
      this.#rows.createdAt = formatTime(block.timeNs);
      const isOnward = this.#following.step(block);
      assert(isOnward, "a block that corrects nothing before it can be stepped");
      this.#touched.note(this.#following, block);
      this.#births.note(this.#following.book.directory, block);
      part.facts.add(block);
      part.pairs.note(block);
      part.to = last;
      if (this.#rows.count >= ROWS_A_TEXT) yield* this.#rows.take();
      if (part.to - this.#cursor >= this.#most) break;
    }
    yield* this.#rows.take();
  }

  /** Folds all again up to the next blocks, which correct what stands before them, and writes anew what they change. */
  async #correct(through: number): Promise<void> {
    const from = this.#cursor;
    const { corrections, ...part } = this.#corrections(through);
    let rewritten: readonly Rewritten[] = [];
    const isRewritten = (of: { readonly account: string; readonly symbol: string }, seq: number) => rewritten.some((one) => seq >= one.fromSeq && isOf(one, of));
    const rows = new FillRows((route, seq) => seq > from || isRewritten(following.book.directory.route(route), seq));
    const following: Following = followKnowing(() => this.#journal.blocks(), { ...this.#options, untilSeq: part.to }, rows);
    rewritten = corrections.parts(following.known);
    const touched = new TouchedRows();
    const isTouched = (net: NetRow, { lastSeq }: Touch) => lastSeq > from || isRewritten(net, Number.POSITIVE_INFINITY);
    const positions = () => this.#positions(following.book, [...touched.take()].filter(([net, touch]) => isTouched(net, touch)));
    await this.#write({ fills: this.#refold(following, rows, touched, part.to), rewritten, rest: () => ({ to: part.to, positions: positions(), ...part.facts, ...part.pairs.rows(following.pairs), samples: part.samples }) });
    this.#rows = new FillRows(() => true);
    this.#following = follow(following, this.#rows);
    this.#touched = new TouchedRows();
  }

  /** The next blocks of corrections that came one after the other, in one period. */
  #corrections(through: number): Part & { readonly corrections: Corrections } {
    const corrections = new Corrections();
    const part: Part = { to: this.#cursor, facts: new FactRows(), pairs: new TouchedPairs(), samples: [] };
    let period: bigint | undefined;
    for (const block of this.#journal.blocks(this.#cursor + 1)) {
      const last = block.firstSeq + block.count - 1;
      if (last > through || (period !== undefined && (!corrections.isLike(block) || this.#sampler.periodOf(block.timeNs) > period))) break;
      if (period === undefined) part.samples.push(...this.#closedBy(block));
      period ??= this.#sampler.periodOf(block.timeNs);
      corrections.add(block);
      part.facts.add(block);
      part.pairs.note(block);
      part.to = last;
    }
    return { ...part, corrections };
  }

  *#refold(following: Following, rows: FillRows, touched: TouchedRows, to: number): Iterable<FillText> {
    for (const block of this.#journal.blocks()) {
      if (block.firstSeq > to) break;
      rows.createdAt = formatTime(block.timeNs);
      following.step(block);
      touched.note(following, block);
      if (rows.count >= ROWS_A_TEXT) yield* rows.take();
    }
    yield* rows.take();
  }

  #positions(book: Book, touches: Iterable<readonly [NetRow, Touch]>): SqlValues[] {
    return Array.from(touches, ([net, touch]) => positionRowsOf(book, net, touch, this.#births.of(net))).flat();
  }

  #noteBirths(through: number): void {
    for (const block of this.#journal.blocks()) {
      if (block.firstSeq > through) return;
      this.#births.note(this.#following.book.directory, block);
    }
  }

  /** The samples of the period that ends where a block begins another. */
  #closedBy({ timeNs }: Block): Sample[] {
    const { seq, timeNs: lastNs } = this.#following;
    if (lastNs === undefined || this.#sampler.periodOf(timeNs) <= this.#sampler.periodOf(lastNs)) return [];
    return [this.#sampler.sample(this.#following, seq, lastNs, true)];
  }

  #first(): Block | undefined {
    for (const block of this.#journal.blocks(this.#cursor + 1)) return block;
    return undefined;
  }

  async #write({ fills, rewritten = [], rest }: Pick<Batch, "fills"> & Partial<Pick<Batch, "rewritten">> & { readonly rest: () => Omit<BatchRest, "blockHash" | "currency" | "state"> }): Promise<void> {
    const whole = (): BatchRest => {
      const part = rest();
      return { ...part, blockHash: hashAt(this.#journal, part.to), currency: this.#options.currency, state: this.#sampler.state };
    };
    this.#cursor = await writeBatch(this.#db, { from: this.#cursor, fills, rewritten, rest: whole });
  }

  get #most(): number {
    return this.#options.entriesAtOnce ?? ENTRIES_AT_ONCE;
  }
}

/** The tables must be of this journal, and know no more than it holds. @throws StoreMismatch */
export function mustFollow(db: Database, journal: FileJournal, seq: number, blockHash: string): void {
  if (seq >= journal.nextSeq) throw new StoreMismatch(`${db.name} knows entry ${seq}, the journal ends at ${journal.nextSeq - 1}: entries that were acknowledged are missing. Find the right data folder, or, if it is this one, write the tables again with fillbook rebuild`);
  if (hashAt(journal, seq) !== blockHash) throw new StoreMismatch(`${db.name} follows another journal: give this one a database of its own with --database, or write the tables again with fillbook rebuild`);
}

/** The hash of the block that ends with an entry, as text. */
function hashAt(journal: FileJournal, seq: number): string {
  const hash = journal.hashAt(seq);
  return hash === undefined ? "" : Buffer.from(hash).toString("hex");
}
