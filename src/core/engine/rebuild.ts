import { applyEvent, type Book, type RouteFilter, type SavedRows, type VenueRow } from "../book/index.ts";
import { isPositionEvent, type Block, type Fact, type FillColumns, type Section } from "../model/index.ts";
import type { Foreknowledge } from "./foreknowledge.ts";

/** How a symbol is booked anew. */
export interface Checkpoints {
  readonly interval: number; // fills of the symbol between two checkpoints, at least; more where many follow
}
/** Where many fills follow, checkpoints may stand a 64th of those apart: booking that much more is little beside them. */
const FOLLOWING = 64;
const USUAL: Checkpoints = { interval: 1_000 };

interface Checkpoint {
  readonly seq: number; // the last entry that it knows
  readonly saved: SavedRows;
}

/** Told of fills that were booked, and the seq of the last of them. */
type Booked = (count: number, seq: number) => void;

/** One pass over the journal. */
interface Replay {
  readonly wanted: RouteFilter;
  readonly isWanted: Uint8Array; // by route
  readonly booked: Booked;
  readonly net: NetOf;
}

/** Books fills. Where one venue is all of a net row, the net row is not folded beside it, but copied when it is wanted. */
class NetOf {
  readonly #book: Book;
  readonly #only: VenueRow | undefined;
  #isBehind = false;

  constructor(book: Book, rows: readonly VenueRow[]) {
    this.#book = book;
    const [row] = rows;
    this.#only = rows.length === 1 && row !== undefined && book.netRowOf(row.route).venues.length === 1 && row.lots === undefined ? row : undefined;
  }

  apply(fills: FillColumns, picks: Int32Array, count: number): void {
    this.#isBehind = this.#only !== undefined && this.#book.isOpen(this.#only.route);
    this.#book.applyPicked(fills, picks, count, this.#isBehind);
  }

  /** Makes the net row what it must be. */
  settle(): void {
    if (this.#isBehind) this.#book.copyToNet(this.#only!);
    this.#isBehind = false;
  }
}

/**
 * Books single symbols of a book anew, as if corrected entries had been right from the start, without touching others.
 * The first time it reads the symbol from its beginning and leaves a checkpoint every 1,000 fills or more; from then on a
 * correction is booked from the checkpoint before it.
 */
export class Rebuilder {
  readonly #book: Book;
  readonly #known: Foreknowledge;
  readonly #blocks: (fromSeq: number) => Iterable<Block>;
  readonly #checkpoints = new Map<string, Checkpoint[]>(); // by account and symbols
  readonly #sizes: Checkpoints;
  readonly #picks: Int32Array; // rows of a section that are to be booked

  /** @param blocks the journal from the block that holds an entry on, to its end */
  constructor(book: Book, known: Foreknowledge, blocks: (fromSeq: number) => Iterable<Block>, sizes: Partial<Checkpoints> = {}) {
    this.#sizes = { ...USUAL, ...sizes };
    this.#picks = new Int32Array(this.#sizes.interval);
    this.#book = book;
    this.#known = known;
    this.#blocks = blocks;
  }

  /** Books the symbol, and those it was renamed from or to, again: all that changes stands at `changedSeq` or after it. */
  rebuild(account: string, symbol: string, changedSeq: number): void {
    const symbols = this.#known.linked(symbol);
    const wanted: RouteFilter = (route) => route.account === account && symbols.has(route.symbol);
    const key = JSON.stringify([account, ...[...symbols].sort()]);
    const checkpoints = (this.#checkpoints.get(key) ?? []).filter(({ seq }) => seq < changedSeq);
    this.#checkpoints.set(key, checkpoints);
    const last = checkpoints.at(-1);
    const rows = this.#book.venueRowsWhere(wanted);
    const fills = rows.reduce((sum, { row }) => sum + this.#book.table.trades(row), 0);
    this.#book.emptyRows(rows);
    if (last !== undefined) this.#book.restore(last.saved);
    const left = fills - (last === undefined ? 0 : rows.reduce((sum, { row }) => sum + this.#book.table.trades(row), 0));
    this.#replay(wanted, (last?.seq ?? 0) + 1, checkpoints, left);
  }

  /** Books a whole account again: its cost method is another. */
  rebuildAccount(account: string): void {
    for (const key of this.#checkpoints.keys()) if ((JSON.parse(key) as string[])[0] === account) this.#checkpoints.delete(key);
    const wanted: RouteFilter = (route) => route.account === account;
    this.#book.emptyRows(this.#book.venueRowsWhere(wanted));
    this.#replay(wanted, 1, undefined, 0);
  }

  /** @param fills that are still to be booked, about: far from the last of them checkpoints may stand further apart */
  #replay(wanted: RouteFilter, fromSeq: number, checkpoints: Checkpoint[] | undefined, fills: number): void {
    const { directory } = this.#book;
    const rows = this.#book.venueRowsWhere(wanted);
    const isWanted = Uint8Array.from({ length: directory.routeCount }, (_, route) => (wanted(directory.route(route)) ? 1 : 0));
    let since = 0; // fills since the last checkpoint
    let weight = 0; // of the last one
    let left = fills;
    const booked = (count: number, seq: number) => {
      since += count;
      left -= count;
      if (checkpoints === undefined || since < Math.max(this.#sizes.interval, weight, left / FOLLOWING)) return;
      net.settle();
      const saved = this.#book.save(rows);
      checkpoints.push({ seq, saved });
      weight = saved.weight * 2;
      since = 0;
    };
    const net = new NetOf(this.#book, rows);
    const replay: Replay = { wanted, isWanted, booked, net };
    for (const { firstSeq, sections } of this.#blocks(fromSeq)) {
      let seq = firstSeq;
      for (const section of sections) {
        const count = section.kind === "fills" ? section.fills.count : section.facts.length;
        if (seq + count > fromSeq) this.#section(section, seq, Math.max(0, fromSeq - seq), replay);
        seq += count;
      }
    }
    net.settle();
  }

  #section(section: Section, firstSeq: number, from: number, replay: Replay): void {
    if (section.kind === "fills") return this.#fills(section.fills, firstSeq, from, replay);
    for (const fact of section.facts.slice(from)) this.#fact(fact, replay);
  }

  #fact(fact: Fact, { wanted, net }: Replay): void {
    if (!isPositionEvent(fact)) return;
    net.settle();
    applyEvent(this.#book, fact, wanted);
  }

  /** Books the wanted fills. */
  #fills(fills: FillColumns, firstSeq: number, from: number, replay: Replay): void {
    const { isWanted, booked, net } = replay;
    const { route } = fills;
    let corrected = this.#known.nextFrom(firstSeq + from);
    for (let row = from; row < fills.count; ) {
      const end = Math.min(fills.count, corrected - firstSeq);
      this.#uncorrected(fills, firstSeq, row, end, replay);
      row = end;
      if (row >= fills.count) return;
      const correction = this.#known.of(corrected);
      if (isWanted[route[row]!] === 1) {
        net.settle();
        if (correction?.type === "amended") this.#book.applyFill(correction.fill);
        booked(1, corrected);
      }
      row += 1;
      corrected = this.#known.nextFrom(corrected + 1);
    }
  }

  /** Books wanted rows [from, to). */
  #uncorrected(fills: FillColumns, firstSeq: number, from: number, to: number, { isWanted, booked, net }: Replay): void {
    const picks = this.#picks;
    let count = 0;
    for (let row = from; row < to; ) {
      const end = Math.min(to, row + picks.length - count);
      count = pick(fills.route, isWanted, row, end, picks, count);
      row = end;
      if (count === 0 || (row < to && count * 2 < picks.length)) continue;
      net.apply(fills, picks, count);
      booked(count, firstSeq + row - 1);
      count = 0;
    }
  }
}

/** Adds those of rows [from, to) that are on a wanted route to the first `count` picks. Returns how many there are then. */
function pick(routes: Int32Array, isWanted: Uint8Array, from: number, to: number, picks: Int32Array, count: number): number {
  let end = count;
  for (let row = from; row < to; row += 1) {
    picks[end] = row;
    end += isWanted[routes[row]!]!;
  }
  return end;
}
