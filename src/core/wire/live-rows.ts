import type { Book, Moment, NetRow } from "../book/index.ts";
import { touchedOf, type Touched } from "../engine/index.ts";
import { encodeUtf8 } from "../model/index.ts";
import { JsonBytes } from "./json-bytes.ts";
import { positionKeyText, rowPrefix, writePosition, type PrefixOf, type RowBytes, type WrittenRow } from "./row-bytes.ts";

/** A row as it was sent last, and when it changed. */
interface LiveRow extends RowBytes {
  readonly key: string; // JSON values with commas between them
  readonly venue: string | null;
  readonly account: string;
  bytes: Uint8Array; // with room for some more
  length: number;
  isGone: boolean;
  tick: number;
  to: number; // the entry that the tick ended with
}

/** A position and its rows. */
interface Entry {
  net: NetRow;
  readonly key: string;
  readonly prefixOf: PrefixOf;
  readonly rows: Map<string | null, LiveRow>; // by venue; the net row, of null, first
  oldestMarkNs: bigint | undefined;
}

/** What one tick changed. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly LiveRow[];
}

/** Where a follower stands: at the end of a tick, or at an entry that some tick ended with or passed. */
export type Since = { readonly tick: number } | { readonly seq: number };

/** The accounts that a follower is told of; undefined: all. */
export type AccountScope = ReadonlySet<string> | undefined;

/** Room for the digits that a row grows by. */
const SPARE_BYTES = 32;
/** Rows that are gone are remembered for those who have not heard yet, so many at most. */
const GONE_KEPT = 10_000;

/**
 * The rows of a book as text, brought up to date tick by tick: what was touched is rendered anew, and only what then
 * reads otherwise has changed. Each row knows when it changed, so that anyone can be told what he has missed, however
 * long he was away, at the price of one pass over the rows.
 */
export class LiveRows {
  tick = 0;
  seq: number; // that the last tick ended with
  readonly #firstSeq: number;
  readonly #entries = new Map<string, Entry>();
  readonly #gone = new Map<string, LiveRow>();
  #forgottenTick = -1; // of the latest row that is gone and no longer remembered
  #entryOf = new Map<NetRow, Entry>();
  #book: Book | undefined;
  readonly #written = new JsonBytes();
  readonly #dirty = new Set<NetRow>();
  readonly #changed = new Set<LiveRow>();
  #nextExpiryNs: bigint | undefined; // when a mark that is used grows too old

  constructor(seq: number) {
    this.seq = seq;
    this.#firstSeq = seq;
  }

  /** How many rows there are. */
  get count(): number {
    let count = 0;
    for (const { rows } of this.#entries.values()) count += rows.size;
    return count;
  }

  /** Notes what may have changed. A book that was folded anew may have changed everywhere. */
  touch(book: Book, touched: readonly Touched[], { nowNs, maxAgeNs }: Moment): void {
    if (book !== this.#book) this.#take(book);
    for (const one of touched) {
      for (const net of touchedOf(book, one)) this.#dirty.add(net);
      if (one.routes === undefined) for (const { net } of this.#entries.values()) if (!book.isUsed(net)) this.#dirty.add(net); // renamed away, or all of it busted
    }
    if (maxAgeNs !== undefined && this.#nextExpiryNs !== undefined && nowNs > this.#nextExpiryNs) this.#expire(nowNs - maxAgeNs, maxAgeNs);
  }

  /** Renders what was touched, as long as there is time. True: nothing is left, and the tick may end. */
  render(book: Book, moment: Moment, hasTime: () => boolean): boolean {
    for (const net of this.#dirty) {
      if (!hasTime()) return false;
      this.#dirty.delete(net);
      this.#render(book, net, moment);
    }
    return true;
  }

  /** Ends a tick: the rows are those of entry `seq`. */
  end(seq: number): Change {
    const change = { from: this.seq, to: seq, rows: [...this.#changed] };
    this.tick += 1;
    this.seq = seq;
    for (const row of change.rows) {
      row.tick = this.tick;
      row.to = seq;
      if (row.isGone) this.#gone.set(row.key, row);
      else this.#gone.delete(row.key);
    }
    this.#changed.clear();
    this.#forget();
    return change;
  }

  /** The rows of some accounts, or of all, that have changed since; undefined when that is no longer known. */
  changedSince(since: Since, accounts: AccountScope): LiveRow[] | undefined {
    if ("tick" in since ? since.tick < this.#forgottenTick : since.seq < this.#firstSeq || since.seq > this.seq || this.#forgottenTick >= 0) return undefined;
    const isLater = (row: LiveRow) => ("tick" in since ? row.tick > since.tick : row.to >= since.seq) && accounts?.has(row.account) !== false;
    const rows: LiveRow[] = [];
    for (const entry of this.#entries.values()) for (const row of entry.rows.values()) if (isLater(row)) rows.push(row);
    for (const row of this.#gone.values()) if (isLater(row)) rows.push(row);
    return rows;
  }

  /** The positions of some accounts, or of all, in no order; each as its rows. What changes meanwhile may or may not be seen. */
  *all(accounts: AccountScope): IterableIterator<RowBytes[]> {
    for (const { net, rows } of this.#entries.values()) if (accounts?.has(net.account) !== false) yield rowsOf(rows);
  }

  /** The positions that changed after a tick, whole, and the rows that went. */
  changedPositions(tick: number, accounts: AccountScope): { readonly positions: RowBytes[][]; readonly gone: LiveRow[] } {
    const isWanted = (row: LiveRow) => row.tick > tick && accounts?.has(row.account) !== false;
    const positions = [...this.#entries.values()].filter(({ rows }) => [...rows.values()].some(isWanted)).map(({ rows }) => rowsOf(rows));
    return { positions, gone: [...this.#gone.values()].filter(isWanted) };
  }

  #take(book: Book): void {
    const before = new Set(this.#entries.values());
    this.#book = book;
    this.#entryOf = new Map();
    this.#dirty.clear();
    for (const net of book.nets()) {
      before.delete(this.#entry(net));
      this.#dirty.add(net);
    }
    for (const entry of before) this.#clear(entry);
  }

  #entry(net: NetRow): Entry {
    let entry = this.#entryOf.get(net);
    if (entry !== undefined) return entry;
    const key = positionKeyText(net);
    entry = this.#entries.get(key) ?? { net, key, prefixOf: keptPrefixes(key), rows: new Map(), oldestMarkNs: undefined };
    entry.net = net;
    this.#entries.set(key, entry);
    this.#entryOf.set(net, entry);
    return entry;
  }

  #render(book: Book, net: NetRow, moment: Moment): void {
    const entry = this.#entry(net);
    this.#written.clear();
    const { rows, oldestMarkNs } = writePosition(this.#written, book, net, entry.prefixOf, moment);
    if (rows.length === 0) return this.#clear(entry);
    entry.oldestMarkNs = oldestMarkNs;
    const expiryNs = oldestMarkNs === undefined || moment.maxAgeNs === undefined ? undefined : oldestMarkNs + moment.maxAgeNs;
    if (expiryNs !== undefined && (this.#nextExpiryNs === undefined || expiryNs < this.#nextExpiryNs)) this.#nextExpiryNs = expiryNs;
    for (const written of rows) {
      const { venue } = written;
      let row = entry.rows.get(venue);
      if (row === undefined) entry.rows.set(venue, (row = { key: rowKey(entry.key, venue), venue, account: net.account, bytes: new Uint8Array(0), length: 0, isGone: false, tick: 0, to: 0 }));
      if (take(row, this.#written.bytes, written)) this.#changed.add(row);
    }
    if (entry.rows.size > rows.length) for (const row of entry.rows.values()) if (!rows.some(({ venue }) => venue === row.venue)) this.#remove(entry, row);
  }

  #clear(entry: Entry): void {
    for (const row of entry.rows.values()) this.#remove(entry, row);
    this.#entries.delete(entry.key);
    this.#entryOf.delete(entry.net);
  }

  #remove(entry: Entry, row: LiveRow): void {
    entry.rows.delete(row.venue);
    row.isGone = true;
    row.bytes = encodeUtf8(`[${row.key}]`);
    row.length = row.bytes.length;
    this.#changed.add(row);
  }

  /** Has positions rendered whose marks are older than a time, and finds out which comes next. */
  #expire(beforeNs: bigint, maxAgeNs: bigint): void {
    this.#nextExpiryNs = undefined;
    for (const { net, oldestMarkNs } of this.#entries.values()) {
      if (oldestMarkNs === undefined) continue;
      if (oldestMarkNs < beforeNs) this.#dirty.add(net);
      else if (this.#nextExpiryNs === undefined || oldestMarkNs + maxAgeNs < this.#nextExpiryNs) this.#nextExpiryNs = oldestMarkNs + maxAgeNs;
    }
  }

  /** When a mark that values something grows too old; undefined when none does. */
  get nextExpiryNs(): bigint | undefined {
    return this.#nextExpiryNs;
  }

  #forget(): void {
    for (const [key, { tick }] of this.#gone) {
      if (this.#gone.size <= GONE_KEPT) return;
      this.#gone.delete(key);
      this.#forgottenTick = Math.max(this.#forgottenTick, tick);
    }
  }
}

function rowKey(key: string, venue: string | null): string {
  return `${key},${JSON.stringify(venue)}`;
}

/** The beginnings of a position's rows, made once. */
function keptPrefixes(key: string): PrefixOf {
  const kept = new Map<string | null, { readonly about: string; readonly bytes: Uint8Array }>();
  return (venue, about) => {
    const known = kept.get(venue);
    if (known?.about === about) return known.bytes;
    const bytes = rowPrefix(rowKey(key, venue), about);
    kept.set(venue, { about, bytes });
    return bytes;
  };
}

/** Makes a row read as it was written. False: it does already. */
function take(row: LiveRow, source: Uint8Array, { from, to }: WrittenRow): boolean {
  const length = to - from;
  if (length === row.length && isSame(row.bytes, source, from, length)) return false;
  if (length > row.bytes.length) row.bytes = new Uint8Array(length + SPARE_BYTES);
  const { bytes } = row;
  bytes.set(source.subarray(from, to));
  row.length = length;
  return true;
}

function isSame(bytes: Uint8Array, source: Uint8Array, from: number, length: number): boolean {
  for (let i = 0; i < length; i += 1) if (bytes[i] !== source[from + i]) return false;
  return true;
}

function rowsOf(rows: ReadonlyMap<string | null, LiveRow>): RowBytes[] {
  return [...rows.values()];
}
