import { restoreRow, stateOfRow, type Book, type BookRow, type NetRow, type RowState, type SavedRows, type VenueRow } from "../book/index.ts";
import type { Foreknowledge } from "./foreknowledge.ts";

/** What the rows of a symbol held after an entry, so that they can be booked on from there. */
export interface Checkpoint {
  readonly seq: number; // the last entry that it knows
  readonly of: VenueRow | undefined; // it knows this venue's row and its net row alone; undefined: all rows
  readonly open: ReadonlySet<number>; // routes that had had a fact
  readonly saved: SavedRows;
}

/** How far apart checkpoints stand, in fills of a symbol. */
export interface CheckpointSizes {
  readonly interval?: number; // where it is booked anew, at least
  readonly live?: number; // where fills are booked as they come, for each venue
}

/** A checkpoint as JSON: the route of the one venue that it knows, if it is one; what `Book.routeState` and `stateOfRow` say of each route, and of each net row under its first route. */
type Stated = readonly [
  seq: number, of: number | null, open: readonly number[],
  venueRows: readonly (readonly [route: number, opened: number, venueType: number, state: RowState])[], netRows: readonly (readonly [route: number, state: RowState])[],
];
type StatedSymbol = readonly [account: string, symbol: string, checkpoints: readonly Stated[]];

/** So many times as many fills as there are rows come between two looks for busy symbols: then looking takes no time. */
const LOOKS = 8;
/** Far from the last entry, checkpoints that outlast the program stand this part of the way apart: booking that much more is little beside the rest. */
const FOLLOWING = 64;

/**
 * The checkpoints of a book. Of busy symbols one is left now and then as their fills come, in a running program or from its
 * journal, so that a correction of a late fill need not begin with the first. (Accounts that keep lots hold too much for that.)
 */
export class Checkpoints {
  readonly #book: Book;
  readonly #known: Foreknowledge;
  readonly #everyFills: number;
  readonly #bySymbol = new Map<string, Checkpoint[]>(); // by account and symbols
  readonly #seen = new Map<number, number>(); // by net row: the fills that it had when its symbol's last checkpoint was left while they came
  #unseen = 0; // fills since the last look

  /** @param everyFills of a symbol and venue a checkpoint is left, as they come */
  constructor(book: Book, known: Foreknowledge, everyFills = 8_192) {
    this.#book = book;
    this.#known = known;
    this.#everyFills = everyFills;
  }

  of(account: string, symbols: ReadonlySet<string>): readonly Checkpoint[] {
    return this.#bySymbol.get(keyOf(account, symbols)) ?? [];
  }

  set(account: string, symbols: ReadonlySet<string>, checkpoints: Checkpoint[]): void {
    this.#bySymbol.set(keyOf(account, symbols), checkpoints);
  }

  forget(account: string): void {
    for (const key of this.#bySymbol.keys()) if ((JSON.parse(key) as string[])[0] === account) this.#bySymbol.delete(key);
  }

  /** Told of fills that were booked as they came, when all that stands up to `seq` is booked. */
  booked(count: number, seq: number): void {
    this.#unseen += count;
    if (this.#unseen < Math.max(this.#everyFills, LOOKS * this.#book.table.count)) return;
    this.#unseen = 0;
    const busy = [...this.#book.nets()].filter((net) => this.#fillsUnseen(net) >= this.#everyFills * net.venues.length);
    if (busy.length === 0) return;
    const bySymbol = new Map(busy.map((net): [string, VenueRow[]] => [nameOf(net), []]));
    for (const row of this.#book.venueRowsWhere(() => true)) bySymbol.get(nameOf(row))?.push(row);
    for (const rows of bySymbol.values()) this.#leave(rows, seq);
  }

  #fillsUnseen({ row }: NetRow): number {
    return this.#book.table.trades(row) - (this.#seen.get(row) ?? 0);
  }

  /** Leaves a checkpoint of all rows of a symbol as they are. */
  #leave(rows: readonly VenueRow[], seq: number): void {
    const [{ account, symbol }] = rows as [VenueRow];
    const nets = new Set(rows.map(({ route }) => this.#book.netRowOf(route)));
    const fills = [...nets].reduce((sum, net) => sum + this.#fillsUnseen(net), 0);
    for (const { row } of nets) this.#seen.set(row, this.#book.table.trades(row));
    if (rows.some(({ lots }) => lots !== undefined) || this.#known.linked(symbol).size > 1) return;
    const checkpoint = checkpointOf(this.#book, rows, seq);
    if (checkpoint.saved.weight * 2 > fills) return;
    const symbols = new Set([symbol]);
    this.set(account, symbols, [...this.of(account, symbols), checkpoint]);
  }

  /** A line of JSON a symbol, to be read by `read` beside the state of this book: those of single symbols without lots. */
  *lines(lastSeq: number): Iterable<string> {
    for (const [key, checkpoints] of this.#bySymbol) {
      const [account, symbol, ...others] = JSON.parse(key) as [string, string, ...string[]];
      const rows = this.#rowsOf(account, symbol);
      if (others.length > 0 || this.#known.linked(symbol).size > 1 || rows.some(({ lots }) => lots !== undefined)) continue;
      const kept = thinned(checkpoints.filter(({ seq }) => seq <= lastSeq), lastSeq);
      if (kept.length > 0) yield JSON.stringify([account, symbol, this.#aside(rows, () => kept.map((checkpoint) => this.#stated(rows, checkpoint)))] satisfies StatedSymbol);
    }
  }

  /** Takes checkpoints over that were written beside the state that this book was read from. */
  read(lines: readonly string[]): void {
    for (const line of lines) {
      const [account, symbol, stated] = JSON.parse(line) as StatedSymbol;
      const rows = this.#rowsOf(account, symbol);
      this.set(account, new Set([symbol]), this.#aside(rows, () => stated.map((checkpoint) => this.#restated(rows, checkpoint))));
    }
  }

  #rowsOf(account: string, symbol: string): VenueRow[] {
    return this.#book.venueRowsWhere((route) => route.account === account && route.symbol === symbol);
  }

  /** Does something with rows that then hold again what they do now. */
  #aside<T>(rows: readonly VenueRow[], act: () => T): T {
    const now = this.#book.save(rows);
    try {
      return act();
    } finally {
      this.#book.emptyRows(rows);
      this.#book.restore(now);
    }
  }

  #stated(all: readonly VenueRow[], { seq, of, open, saved }: Checkpoint): Stated {
    const book = this.#book;
    const rows = of === undefined ? all : [of];
    book.emptyRows(all);
    book.restore(saved);
    return [
      seq,
      of?.route ?? null,
      [...open],
      rows.map((row) => [row.route, ...book.routeState(row.route), stateOfRow(book, row)]),
      rows.filter((row) => of === row || book.netRowOf(row.route).venues[0] === row).map((row) => [row.route, stateOfRow(book, book.netRowOf(row.route))]),
    ];
  }

  #restated(all: readonly VenueRow[], [seq, route, open, venueRows, netRows]: Stated): Checkpoint {
    const book = this.#book;
    const of = route === null ? undefined : book.venueRowOf(route);
    book.emptyRows(all);
    for (const [at, opened, venueType, state] of venueRows) {
      restoreRow(book, book.venueRowOf(at), state);
      book.setRouteState(at, opened, venueType);
    }
    for (const [at, state] of netRows) restoreRow(book, book.netRowOf(at), state);
    return { seq, of, open: new Set(open), saved: book.save(of === undefined ? all : [of]) };
  }
}

/** What rows hold now. @param of the one venue that it is to know beside its net row */
export function checkpointOf(book: Book, rows: readonly VenueRow[], seq: number, of?: VenueRow): Checkpoint {
  const open = new Set(rows.flatMap(({ route }) => (book.isOpen(route) ? [route] : [])));
  return { seq, of, open, saved: book.save(of === undefined ? rows : [of]) };
}

/** Those of which the one before stands far enough away. */
function thinned(checkpoints: readonly Checkpoint[], lastSeq: number): Checkpoint[] {
  const kept: Checkpoint[] = [];
  for (const checkpoint of [...checkpoints].reverse()) {
    const next = kept.at(-1);
    if (next === undefined || next.seq - checkpoint.seq >= (lastSeq - next.seq) / FOLLOWING) kept.push(checkpoint);
  }
  return kept.reverse();
}

function nameOf({ account, symbol }: BookRow): string {
  return `${account}\u0000${symbol}`;
}

function keyOf(account: string, symbols: ReadonlySet<string>): string {
  return JSON.stringify([account, ...[...symbols].sort()]);
}
