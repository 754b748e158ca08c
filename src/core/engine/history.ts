import { formatDecimal, formatScaled } from "../num/index.ts";
import { formatTimeAs, type Fill } from "../model/index.ts";
import { beforeFill, positionPart, realizedSince, type Before, type Book, type PositionView, type RowView } from "../book/index.ts";
import type { BookedFill, FillObserver } from "./fold.ts";
import type { Foreknowledge } from "./foreknowledge.ts";

/** One fill and what it did, as `--json` and HTTP show it. */
export interface HistoryRow {
  readonly seq: number;
  readonly id: string;
  readonly timestamp: string;
  readonly account: string;
  readonly venue: string;
  readonly venueType: string;
  readonly symbol: string;
  readonly action: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly feeCurrency: string;
  readonly realizedPnl: string; // by this fill, gross, of the net position
  readonly late: boolean; // older than the latest fill of its position
  readonly revision: number; // how often it was restated: corrections, journaled after it, of fills of its position up to it
  readonly signalId: string | null;
  readonly strategy: string | null;
  readonly positionAfter: Omit<PositionView, "venues" | "lots">; // without lots, valued with the marks of the fill's time
  readonly venuePositionAfter: Omit<RowView, "lots"> & { readonly venue: string };
}

export interface HistoryFilter {
  readonly account?: string | undefined;
  readonly accounts?: ReadonlySet<string> | undefined; // only of these
  readonly venue?: string | undefined;
  readonly symbol?: string | undefined;
  readonly fromNs?: bigint | undefined; // inclusive
  readonly toNs?: bigint | undefined; // inclusive
  readonly afterSeq?: number | undefined;
}

/** Hands out a history row for each fill that the filter lets through, in the order of the journal. */
export class HistoryObserver implements FillObserver {
  readonly #filter: HistoryFilter;
  readonly #each: (row: HistoryRow) => boolean;
  isDone = false;
  #before: Before | undefined;

  /** @param each takes a row and says whether it wants more */
  constructor(filter: HistoryFilter, each: (row: HistoryRow) => boolean) {
    this.#filter = filter;
    this.#each = each;
  }

  wants(book: Book, { fills, row, seq, amended }: BookedFill): boolean {
    if (this.isDone) return false;
    const { account, accounts, venue, symbol, fromNs, toNs, afterSeq = 0 } = this.#filter;
    const route = book.directory.route(fills.route[row]!);
    if (seq <= afterSeq || (account !== undefined && route.account !== account) || accounts?.has(route.account) === false) return false;
    if ((venue !== undefined && route.venue !== venue) || (symbol !== undefined && route.symbol !== symbol)) return false;
    const timeNs = amended?.time.ns ?? fills.timeNs(row);
    return (fromNs === undefined || timeNs >= fromNs) && (toNs === undefined || timeNs <= toNs);
  }

  before(book: Book, { fills, row }: BookedFill): void {
    this.#before = beforeFill(book, book.netRowOf(fills.route[row]!).row);
  }

  after(book: Book, { fills, row, seq, amended }: BookedFill, known: Foreknowledge): void {
    const fill = amended ?? fills.read(row, book.directory);
    const net = book.netRowOf(fills.route[row]!);
    const { time } = fill;
    const own = book.venueRowOf(fills.route[row]!);
    const { position: positionAfter, part: venuePositionAfter } = positionPart(book, net, own, { atNs: time.ns, nowNs: time.ns, maxAgeNs: book.marksMaxAgeNs, withoutLots: true });
    this.isDone = !this.#each({
      seq,
      id: fill.id,
      timestamp: formatTimeAs(time.ns, time.unit),
      account: fill.account,
      venue: fill.venue,
      venueType: book.venueTypeOf(own),
      symbol: fill.symbol,
      action: fill.quantity.mantissa > 0n ? "buy" : "sell",
      quantity: formatDecimal(fill.quantity).replace("-", ""),
      price: formatDecimal(fill.price),
      fee: formatDecimal(fill.fee),
      feeCurrency: fill.feeCurrency || net.instrument.quote,
      realizedPnl: realizedBy(book, net.row, this.#before!),
      late: time.ns < this.#before!.lastNs,
      revision: revisionOf(fill, seq, known),
      signalId: fill.signalId || null,
      strategy: fill.strategy || null,
      positionAfter,
      venuePositionAfter,
    });
  }
}

/** The change of realized P&L since `beforeFill`, as text. */
export function realizedBy(book: Book, row: number, before: Before): string {
  return formatScaled(realizedSince(book, row, before), book.table.moneyDigits(row));
}

/** How often a fill was restated: corrections, journaled after it, of fills of its position up to it. */
export function revisionOf({ account, symbol }: Pick<Fill, "account" | "symbol">, seq: number, known: Pick<Foreknowledge, "correctionsOf" | "corrections">): number {
  return known.corrections.length === 0 ? 0 : known.correctionsOf(account, symbol).filter(({ seq: at, by }) => by.seq <= seq && seq < at).length;
}
