import { applyEvent, type Book, type RouteFilter, type SavedRows, type VenueRow } from "../book/index.ts";
import { isPositionEvent, type Block, type Fact, type Fill, type FillColumns, type PositionEvent, type Section } from "../model/index.ts";
import { checkpointOf, type Checkpoint, type Checkpoints } from "./checkpoints.ts";
import type { Foreknowledge } from "./foreknowledge.ts";

/** Fills of a symbol between two checkpoints that are left when it is booked anew, at least; more where many follow. */
const INTERVAL = 1_000;
/** Fills that are booked at once, at most, where checkpoints may stand that far apart. */
const MOST_AT_ONCE = 4_096;
/** Where many fills follow, checkpoints may stand a 64th of those apart: booking that much more is little beside them. */
const FOLLOWING = 64;
/** Fills that may go a slow way where one venue is booked beside others: where many do, all venues together are quicker. */
const MOST_SLOW = 4_096;

/** Told of fills that were booked, and the seq of the last of them. */
type Booked = (count: number, seq: number) => void;

/** One pass over the journal. */
interface Replay {
  readonly wanted: RouteFilter;
  readonly isWanted: Uint8Array | undefined; // by route; undefined: all are
  readonly booked: Booked;
  readonly atOnce: () => number; // fills that may be booked without a checkpoint between them
  readonly target: Target;
  readonly nextStale: (seq: number) => number; // where a checkpoint stood, from `seq` on
  readonly passed: (seq: number) => void; // told there
}

/** The rows that a pass books. */
class Target {
  readonly #book: Book;
  readonly #rows: readonly VenueRow[];
  readonly #only: VenueRow | undefined; // it is all of its net row, which is not folded beside it, but copied when it is wanted
  #isBehind = false;
  #beside: VenueRow | undefined;
  #places: ReturnType<Book["placesOf"]>;
  readonly #onlyPlaces: ReturnType<Book["placesOf"]>;
  #slow = 0; // fills beside which had to go a slow way
  #hasFailed = false;

  /** @param beside other venues' rows are right already, and are left as they are */
  constructor(book: Book, rows: readonly VenueRow[], beside?: VenueRow) {
    this.#book = book;
    this.#rows = rows;
    const [row] = rows;
    this.#only = rows.length === 1 && row !== undefined && book.netRowOf(row.route).venues.length === 1 && row.lots === undefined ? row : undefined;
    this.#onlyPlaces = book.placesOf(rows).map((place) => ({ ...place, netRow: undefined }));
    this.#beside = beside;
    this.#places = this.#placesNow();
  }

  #placesNow(): ReturnType<Book["placesOf"]> {
    const places = this.#book.placesOf(this.#rows);
    const own = this.#beside;
    return own === undefined ? places : places.map((place) => (place.route === own.route ? place : { ...place, venueRow: undefined }));
  }

  /** An event came, which can only be booked in all rows together; or too many fills of which that is quicker. What is booked is of no use. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  apply(fills: FillColumns, picks: Int32Array, count: number): void {
    if (this.#hasFailed) return;
    if (this.#beside !== undefined) {
      this.#slow += this.#book.applyBeside(this.#beside, this.#places, fills, picks, count);
      this.#hasFailed = this.#slow > MOST_SLOW;
    } else {
      this.#isBehind = this.#only !== undefined && this.#book.isOpen(this.#only.route);
      this.#book.applyPicked(this.#isBehind ? this.#onlyPlaces : this.#places, fills, picks, count, this.#isBehind ? this.#only : undefined);
    }
  }

  /** Books a fill as it was amended. */
  applyAmended(fill: Fill): void {
    this.settle();
    this.#book.applyFill(fill, this.#beside !== undefined && fill.venue !== this.#beside.venue);
  }

  applyEvent(event: PositionEvent, wanted: RouteFilter): void {
    this.settle();
    if (this.#beside === undefined) applyEvent(this.#book, event, wanted);
    else if (event.type === "funded" || event.type === "moved" ? wanted(event) : event.symbol === this.#beside.symbol) this.#hasFailed = true;
  }

  /** Makes the net row what it must be. */
  settle(): void {
    if (this.#isBehind) this.#book.copyToNet(this.#only!);
    this.#isBehind = false;
  }

  save(seq: number): Checkpoint {
    this.settle();
    return checkpointOf(this.#book, this.#rows, seq, this.#beside);
  }

  /** A checkpoint of all rows that was left before a correction of the one venue: what it knows of other venues is right still. */
  mended({ seq, open, saved }: Checkpoint): Checkpoint | undefined {
    const own = this.#beside;
    if (own === undefined || this.#hasFailed || !saved.rows.some(({ of }) => of === own)) return undefined;
    const now = this.#book.save([own]);
    const rows = saved.rows.map((row) => now.rows.find(({ of }) => of === row.of) ?? row);
    return { seq, of: undefined, open, saved: { ...saved, rows, routes: saved.routes.map((route) => (route.route === own.route ? now.routes[0]! : route)) } };
  }

  /** Books one venue and the net row from here on. @param right what the rows of the other venues must hold in the end */
  leaveOthers(own: VenueRow, right: SavedRows): void {
    this.#book.restore(right, (row) => !row.isNet);
    this.#beside = own;
    this.#places = this.#placesNow();
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
  readonly #checkpoints: Checkpoints;
  readonly #together = new Set<string>(); // by account and symbols: those whose venues could not be booked one alone
  readonly #interval: number;
  readonly #picks: Int32Array; // rows of a section that are to be booked
  #rows = new Int32Array(0); // 0, 1, 2, …: those of one all of which are

  /** @param blocks the journal from the block that holds an entry on, to its end @param checkpoints of the book */
  constructor(book: Book, known: Foreknowledge, blocks: (fromSeq: number) => Iterable<Block>, checkpoints: Checkpoints, interval = INTERVAL) {
    this.#interval = interval;
    this.#picks = new Int32Array(Math.max(interval, MOST_AT_ONCE));
    this.#book = book;
    this.#known = known;
    this.#blocks = blocks;
    this.#checkpoints = checkpoints;
  }

  /**
   * Books the symbol, and those it was renamed from or to, again: all that changes stands at `changedSeq` or after it.
   * @param venue of all that changes there; undefined: of several
   */
  rebuild(account: string, venue: string | undefined, symbol: string, changedSeq: number): void {
    const symbols = this.#known.linked(symbol);
    const wanted: RouteFilter = (route) => route.account === account && symbols.has(route.symbol);
    const key = JSON.stringify([account, ...[...symbols].sort()]);
    const known = this.#checkpoints.of(account, symbols);
    const checkpoints = known.filter(({ seq }) => seq < changedSeq);
    const stale = known.filter(({ seq, of }) => seq >= changedSeq && of === undefined);
    const rows = this.#book.venueRowsWhere(wanted);
    const fills = this.#fillsOf(rows);
    const own = this.#together.has(key) ? undefined : this.#aloneOf(rows, venue);
    this.#checkpoints.set(account, symbols, checkpoints);
    if (own !== undefined) {
      if (this.#rebuildBeside(own, rows, wanted, checkpoints, fills, stale)) return;
      this.#together.add(key);
      checkpoints.splice(0, checkpoints.length, ...checkpoints.filter(({ of }) => of === undefined));
    }
    const last = checkpoints.findLast(({ of }) => of === undefined);
    this.#book.emptyRows(rows);
    if (last !== undefined) this.#book.restore(last.saved);
    this.#replay(wanted, (last?.seq ?? 0) + 1, checkpoints, fills - this.#fillsOf(rows), new Target(this.#book, rows));
  }

  /** The venue that alone changes, where what other venues hold is sure to stay as it is and all have one net row. */
  #aloneOf(rows: readonly VenueRow[], venue: string | undefined): VenueRow | undefined {
    const own = rows.find((row) => row.venue === venue);
    const net = own && this.#book.netRowOf(own.route);
    const isPlain = rows.length > 1 && rows.every((row) => row.symbol === own?.symbol && !row.hasEvent && row.lots === undefined && this.#book.netRowOf(row.route) === net);
    return isPlain && !net!.hasEvent ? own : undefined;
  }

  /**
   * Books one venue of the symbol again, and the net row: other venues keep what they hold. That can begin where all their
   * routes are open; before that all are booked. False: something was in the way, and all must be booked together.
   */
  #rebuildBeside(own: VenueRow, rows: readonly VenueRow[], wanted: RouteFilter, checkpoints: Checkpoint[], fills: number, stale: readonly Checkpoint[]): boolean {
    const book = this.#book;
    const net = book.netRowOf(own.route);
    const used = rows.filter((row) => book.isUsed(row));
    const areOpen = (open: ReadonlySet<number>) => used.every(({ route }) => open.has(route));
    const from = checkpoints.findLast(({ of, open }) => (of === undefined || of === own) && areOpen(open));
    if (from !== undefined) {
      book.restore(from.saved, (row) => row === own || row === net);
      return this.#replay(wanted, from.seq + 1, checkpoints, fills - book.table.trades(net.row), new Target(book, rows, own), stale);
    }
    const right = book.save(rows.filter((row) => row !== own));
    const last = checkpoints.findLast(({ of }) => of === undefined);
    book.emptyRows(rows);
    if (last !== undefined) book.restore(last.saved);
    const target = new Target(book, rows);
    return this.#replay(wanted, (last?.seq ?? 0) + 1, checkpoints, fills - this.#fillsOf(rows), target, stale, ({ open }) => {
      if (areOpen(open)) target.leaveOthers(own, right);
      return areOpen(open);
    });
  }

  #fillsOf(rows: readonly VenueRow[]): number {
    return rows.reduce((sum, { row }) => sum + this.#book.table.trades(row), 0);
  }

  /** Books a whole account again: its cost method is another. */
  rebuildAccount(account: string): void {
    this.#checkpoints.forget(account);
    const wanted: RouteFilter = (route) => route.account === account;
    const rows = this.#book.venueRowsWhere(wanted);
    this.#book.emptyRows(rows);
    this.#replay(wanted, 1, undefined, 0, new Target(this.#book, rows));
  }

  /**
   * False: the target failed.
   * @param fills that are still to be booked, about: far from the last of them checkpoints may stand further apart
   * @param stale checkpoints of all rows, from before the correction: they are left again where one venue is booked beside others
   * @param leftAlone told of each checkpoint, until it says true
   */
  #replay(wanted: RouteFilter, fromSeq: number, checkpoints: Checkpoint[] | undefined, fills: number, target: Target, stale: readonly Checkpoint[] = [], leftAlone?: (at: Checkpoint) => boolean): boolean {
    const { directory } = this.#book;
    const byRoute = Uint8Array.from({ length: directory.routeCount }, (_, route) => (wanted(directory.route(route)) ? 1 : 0));
    const isWanted = byRoute.includes(0) ? byRoute : undefined;
    let since = 0; // fills since the last checkpoint
    let weight = 0; // of the last one
    let left = fills;
    let isTold = false;
    let hasFirst = leftAlone === undefined; // where other venues can be left alone from then on, the first comes soon
    let staleAt = 0;
    const booked = (count: number, seq: number) => {
      since += count;
      left -= count;
      if (checkpoints === undefined || target.hasFailed || since < Math.max(this.#interval, weight, hasFirst ? left / FOLLOWING : 0)) return;
      const checkpoint = target.save(seq);
      checkpoints.push(checkpoint);
      weight = checkpoint.saved.weight * 2;
      since = 0;
      hasFirst = true;
      isTold ||= leftAlone?.(checkpoint) ?? true;
    };
    const atOnce = () => Math.max(this.#interval, Math.min(MOST_AT_ONCE, Math.floor(left / FOLLOWING)));
    const nextStale = (seq: number) => {
      while (staleAt < stale.length && stale[staleAt]!.seq < seq) staleAt += 1;
      return stale[staleAt]?.seq ?? Number.POSITIVE_INFINITY;
    };
    const passed = (seq: number) => {
      if (nextStale(seq) !== seq) return;
      const mended = target.mended(stale[staleAt]!);
      if (mended !== undefined) checkpoints?.push(mended);
      staleAt += 1;
    };
    const replay: Replay = { wanted, isWanted, booked, atOnce, target, nextStale, passed };
    for (const { firstSeq, sections } of this.#blocks(fromSeq)) {
      let seq = firstSeq;
      for (const section of sections) {
        const count = section.kind === "fills" ? section.fills.count : section.facts.length;
        if (seq + count > fromSeq) this.#section(section, seq, Math.max(0, fromSeq - seq), replay);
        if (target.hasFailed) return false;
        seq += count;
        passed(seq - 1);
      }
    }
    target.settle();
    return true;
  }

  #section(section: Section, firstSeq: number, from: number, replay: Replay): void {
    if (section.kind === "fills") return this.#fills(section.fills, firstSeq, from, replay);
    for (const fact of section.facts.slice(from)) this.#fact(fact, replay);
  }

  #fact(fact: Fact, { wanted, target }: Replay): void {
    if (isPositionEvent(fact)) target.applyEvent(fact, wanted);
  }

  /** Books the wanted fills. */
  #fills(fills: FillColumns, firstSeq: number, from: number, replay: Replay): void {
    const { isWanted, booked, target, nextStale, passed } = replay;
    const { route } = fills;
    let corrected = this.#known.nextFrom(firstSeq + from);
    for (let row = from; row < fills.count; ) {
      const end = Math.min(fills.count, corrected - firstSeq, nextStale(firstSeq + row) + 1 - firstSeq);
      this.#uncorrected(fills, firstSeq, row, end, replay);
      row = end;
      passed(firstSeq + row - 1);
      if (row >= fills.count) return;
      if (row < corrected - firstSeq) continue;
      const correction = this.#known.of(corrected);
      if (isWanted === undefined || isWanted[route[row]!] === 1) {
        if (correction?.type === "amended") target.applyAmended(correction.fill);
        booked(1, corrected);
      }
      row += 1;
      corrected = this.#known.nextFrom(corrected + 1);
    }
  }

  /** Books wanted rows [from, to). */
  #uncorrected(fills: FillColumns, firstSeq: number, from: number, to: number, replay: Replay): void {
    const { isWanted, booked, atOnce, target } = replay;
    if (isWanted === undefined) return this.#allOf(fills, firstSeq, from, to, replay);
    const picks = this.#picks;
    let count = 0;
    for (let row = from; row < to; ) {
      const most = atOnce();
      const end = Math.min(to, row + most - count);
      count = pick(fills.route, isWanted, row, end, picks, count);
      row = end;
      if (count === 0 || (row < to && count * 2 < most)) continue;
      target.apply(fills, picks, count);
      booked(count, firstSeq + row - 1);
      count = 0;
    }
  }

  /** Books rows [from, to), all of them wanted. */
  #allOf(fills: FillColumns, firstSeq: number, from: number, to: number, { booked, atOnce, target }: Replay): void {
    if (this.#rows.length < fills.count) this.#rows = Int32Array.from(fills.route.keys());
    for (let row = from; row < to; ) {
      const end = Math.min(to, row + atOnce());
      target.apply(fills, this.#rows.subarray(row, end), end - row);
      booked(end - row, firstSeq + end - 1);
      row = end;
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
