import type { Book, NetRow } from "../core/book/index.ts";
import type { FoldState } from "../core/engine/index.ts";
import { isPairFact, type Block, type Fact, type FillColumns } from "../core/model/index.ts";

/** The last entry that touched a position. */
export interface Touch {
  lastNs: bigint; // the journal's time
  lastSeq: number;
}

/** Which positions the blocks of a journal touch, and when: whatever a row shows may have changed then, and only then. */
export class TouchedRows {
  readonly #touches = new Map<NetRow, Touch>();
  readonly #bySymbol = new Map<string, NetRow[]>();
  #indexed = 0; // routes

  /** Takes a block that the book has just been stepped by. */
  note({ book, known }: Pick<FoldState, "book" | "known">, { firstSeq, timeNs, sections }: Block): void {
    let seq = firstSeq;
    let marked = 0; // the last mark
    for (const section of sections) {
      if (section.kind === "fills") {
        this.#fills(book, section.fills, seq, timeNs);
        seq += section.fills.count;
      } else {
        for (const fact of section.facts) {
          for (const net of this.#netsOf(book, known, fact)) this.#touch(net, seq, timeNs);
          if (fact.type === "marked") marked = seq;
          seq += 1;
        }
      }
    }
    if (marked > 0) for (const net of book.nets()) if (hasForeign(net)) this.#touch(net, marked, timeNs);
  }

  /** Those touched since the last call. */
  take(): Map<NetRow, Touch> {
    const touches = new Map(this.#touches);
    this.#touches.clear();
    return touches;
  }

  #fills(book: Book, { route, count }: FillColumns, firstSeq: number, timeNs: bigint): void {
    for (let row = 0; row < count; row += 1) {
      const net = book.netRowOf(route[row]!) as NetRow | undefined; // none when all its fills are busted
      if (net !== undefined) this.#touch(net, firstSeq + row, timeNs);
    }
  }

  #netsOf(book: Book, known: FoldState["known"], fact: Fact): Iterable<NetRow> {
    if (isPairFact(fact)) return [];
    switch (fact.type) {
      case "marked":
        return this.#of(book, fact.mark.symbol);
      case "funded":
      case "moved":
        return this.#of(book, fact.symbol, fact.account);
      case "split":
        return this.#of(book, fact.symbol);
      case "renamed":
        return [...this.#of(book, fact.symbol), ...this.#of(book, fact.to)];
      case "settled":
        return this.#of(book, fact.symbol, fact.account === "" ? undefined : fact.account);
      case "defined":
        return [...known.linked(fact.instrument.symbol)].flatMap((symbol) => this.#of(book, symbol));
      case "busted":
      case "amended":
        return [...known.linked(fact.fill.symbol)].flatMap((symbol) => this.#of(book, symbol, fact.fill.account));
      case "chosen":
        return [...book.nets()].filter(({ account }) => account === fact.account);
      case "configured":
      case "capital":
      case "limited":
      case "priced":
      case "breached":
      case "tripped":
      case "reset":
      case "probed":
      case "refused":
        return [];
    }
  }

  /** Positions in a symbol that there are. */
  #of(book: Book, symbol: string, account?: string): NetRow[] {
    this.#index(book);
    return (this.#bySymbol.get(symbol) ?? []).filter((net) => (account === undefined || net.account === account) && book.isUsed(net));
  }

  #index(book: Book): void {
    for (; this.#indexed < book.directory.routeCount; this.#indexed += 1) {
      const net = book.netRowOf(this.#indexed) as NetRow | undefined; // none before the book has met the route
      if (net === undefined) return;
      const known = this.#bySymbol.get(net.symbol);
      if (known === undefined) this.#bySymbol.set(net.symbol, [net]);
      else if (!known.includes(net)) known.push(net);
    }
  }

  #touch(net: NetRow, seq: number, timeNs: bigint): void {
    const touch = this.#touches.get(net);
    if (touch === undefined) this.#touches.set(net, { lastNs: timeNs, lastSeq: seq });
    else {
      touch.lastNs = timeNs;
      touch.lastSeq = Math.max(touch.lastSeq, seq);
    }
  }
}

/** Whether fees or funding wait for a rate, or rest on one. */
function hasForeign({ fees, funding }: NetRow): boolean {
  return fees.foreignCount + (funding?.foreignCount ?? 0) > 0;
}
