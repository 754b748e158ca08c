import { applyEvent, type Book, type RouteFilter, type SavedRows } from "../book/index.ts";
import { FillColumns, type Block, type Fact, type Section } from "../model/index.ts";
import type { Foreknowledge } from "./foreknowledge.ts";

/** Fills of a symbol between two checkpoints, at least. */
const INTERVAL = 1_000;

interface Checkpoint {
  readonly seq: number; // the last entry that it knows
  readonly saved: SavedRows;
}

/**
 * Books single symbols of a book anew, as if corrected entries had been right from the start, without touching others.
 * The first time it reads the symbol from its beginning and leaves a checkpoint every 1,000 fills; from then on a
 * correction is booked from the checkpoint before it.
 */
export class Rebuilder {
  readonly #book: Book;
  readonly #known: Foreknowledge;
  readonly #blocks: (fromSeq: number) => Iterable<Block>;
  readonly #checkpoints = new Map<string, Checkpoint[]>(); // by account and symbols
  readonly #gathered = new FillColumns(INTERVAL);

  /** @param blocks the journal from the block that holds an entry on, to its end */
  constructor(book: Book, known: Foreknowledge, blocks: (fromSeq: number) => Iterable<Block>) {
    this.#book = book;
    this.#known = known;
    this.#blocks = blocks;
  }

  /** Books the symbol, and those it was renamed from or to, again: all that changes stands at `changedSeq` or after it. */
  rebuild(account: string, symbol: string, changedSeq: number): void {
    const symbols = this.#linked(symbol);
    const wanted: RouteFilter = (route) => route.account === account && symbols.has(route.symbol);
    const key = JSON.stringify([account, ...[...symbols].sort()]);
    const checkpoints = (this.#checkpoints.get(key) ?? []).filter(({ seq }) => seq < changedSeq);
    this.#checkpoints.set(key, checkpoints);
    const last = checkpoints.at(-1);
    this.#book.emptyRows(this.#book.venueRowsWhere(wanted));
    if (last !== undefined) this.#book.restore(last.saved);
    this.#replay(wanted, (last?.seq ?? 0) + 1, checkpoints);
  }

  /** Books a whole account again: its cost method is another. */
  rebuildAccount(account: string): void {
    for (const key of this.#checkpoints.keys()) if ((JSON.parse(key) as string[])[0] === account) this.#checkpoints.delete(key);
    const wanted: RouteFilter = (route) => route.account === account;
    this.#book.emptyRows(this.#book.venueRowsWhere(wanted));
    this.#replay(wanted, 1, undefined);
  }

  #linked(symbol: string): Set<string> {
    const symbols = new Set([symbol]);
    for (let size = 0; size < symbols.size; ) {
      size = symbols.size;
      for (const { symbol: from, to } of this.#known.renames) {
        if (!symbols.has(from) && !symbols.has(to)) continue;
        symbols.add(from);
        symbols.add(to);
      }
    }
    return symbols;
  }

  #replay(wanted: RouteFilter, fromSeq: number, checkpoints: Checkpoint[] | undefined): void {
    const { directory } = this.#book;
    const rows = this.#book.venueRowsWhere(wanted);
    const isWanted = Uint8Array.from({ length: directory.routeCount }, (_, route) => (wanted(directory.route(route)) ? 1 : 0));
    let since = 0; // fills since the last checkpoint
    let weight = 0; // of the last one
    const booked = (count: number, seq: number) => {
      since += count;
      if (checkpoints === undefined || since < Math.max(INTERVAL, weight)) return;
      const saved = this.#book.save(rows);
      checkpoints.push({ seq, saved });
      weight = saved.weight * 2;
      since = 0;
    };
    for (const { firstSeq, sections } of this.#blocks(fromSeq)) {
      let seq = firstSeq;
      for (const section of sections) {
        const count = section.kind === "fills" ? section.fills.count : section.facts.length;
        if (seq + count > fromSeq) this.#section(section, seq, Math.max(0, fromSeq - seq), wanted, isWanted, booked);
        seq += count;
      }
    }
  }

  #section(section: Section, firstSeq: number, from: number, wanted: RouteFilter, isWanted: Uint8Array, booked: (count: number, seq: number) => void): void {
    if (section.kind === "fills") return this.#fills(section.fills, firstSeq, from, isWanted, booked);
    for (const fact of section.facts.slice(from)) this.#fact(fact, wanted);
  }

  #fact(fact: Fact, wanted: RouteFilter): void {
    if (fact.type === "funded" || fact.type === "moved" || fact.type === "split" || fact.type === "renamed" || fact.type === "settled") applyEvent(this.#book, fact, wanted);
  }

  /** Books the wanted fills: gathered without their texts, or, where lots want their ids, as they stand. */
  #fills(fills: FillColumns, firstSeq: number, from: number, isWanted: Uint8Array, booked: (count: number, seq: number) => void): void {
    const gathered = this.#gathered;
    const { route } = fills;
    gathered.clear();
    let nextCorrected = this.#known.nextFrom(firstSeq + from);
    const flush = (seq: number) => {
      if (gathered.count === 0) return;
      this.#book.apply(gathered);
      booked(gathered.count, seq);
      gathered.clear();
    };
    for (let row = from; row < fills.count; row += 1) {
      if (isWanted[route[row]!] === 0) continue;
      const seq = firstSeq + row;
      if (seq >= nextCorrected) {
        nextCorrected = this.#known.nextFrom(seq + 1);
        const correction = this.#known.of(seq);
        if (correction !== undefined) {
          flush(seq - 1);
          if (correction.type === "amended") this.#book.applyFill(correction.fill);
          booked(1, seq);
          continue;
        }
      }
      if (this.#keepsLots(fills, row)) {
        this.#book.apply(fills, row, row + 1);
        booked(1, seq);
        continue;
      }
      gathered.copyFigures(fills, row);
      if (gathered.count === gathered.capacity) flush(seq);
    }
    flush(firstSeq + fills.count - 1);
  }

  #keepsLots(fills: FillColumns, row: number): boolean {
    return this.#book.venueRowOf(fills.route[row]!).lots !== undefined;
  }
}
