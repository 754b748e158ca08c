import { beforeFill, plainPart, positionPart, type Before, type Book, type NetRow, type VenueRow } from "../core/book/index.ts";
import { realizedBy, revisionOf, type BookedFill, type FillObserver, type FoldState } from "../core/engine/index.ts";
import { formatTime, formatTimeAs } from "../core/model/index.ts";
import { formatDecimal } from "../core/num/index.ts";
import { figureTexts } from "../core/performance/index.ts";
import { CopyLines, copyText, jsonOf, withoutNul } from "./copy-text.ts";
import { netId } from "./position-rows.ts";
import { uuidOf } from "./uuid.ts";

export const HISTORY_COLUMNS = [
  "id", "position_id", "seq", "fill_id", "account", "venue", "venue_type", "symbol", "action", "quantity", "price", "fee", "fee_currency", "timestamp", "time_exact",
  "realized_pnl", "unrealized_pnl", "late", "revision", "signal_id", "strategy", "position_after", "venue_position_after", "created_at",
] as const;
export const PERFORMANCE_COLUMNS = [
  "id", "seq", "account", "symbol", "signal_id", "venue", "strategy", "quantity", "price", "slippage", "latency_ms", "execution_score", "pnl", "currency", "fee", "fee_currency", "timestamp", "created_at",
] as const;

/** Rows of fills as COPY reads them. */
export interface FillText {
  readonly history: readonly Uint8Array[]; // trader_position_history
  readonly performance: readonly Uint8Array[]; // trader_performance
}

/** What all rows of a route say alike, as COPY reads it. */
interface RouteTexts {
  readonly net: NetRow;
  readonly positionId: string;
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly about: string; // how the JSON of the position begins, up to its method
  readonly aboutPart: string; // the same of its part on the venue
}

/**
 * Makes the rows of fills as they are booked, as COPY reads them: what `HistoryObserver` tells, a row a line, without making the objects
 * in between. `test/readable-fill-rows.ts` is the plain way to write the same.
 */
export class FillRows implements FillObserver {
  readonly isDone = false;
  readonly #history = new CopyLines();
  readonly #performance = new CopyLines();
  #count = 0;
  /** The journal's time of the block at hand. */
  createdAt = "";
  readonly #wanted: (route: number, seq: number) => boolean;
  readonly #routes: RouteTexts[] = [];
  #before: Before | undefined;

  /** @param wanted whether a fill of a route is to have rows */
  constructor(wanted: (route: number, seq: number) => boolean) {
    this.#wanted = wanted;
  }

  /** Rows that wait. */
  get count(): number {
    return this.#count;
  }

  /** Takes out those that wait. */
  *take(): Iterable<FillText> {
    if (this.#count === 0) return;
    this.#count = 0;
    yield { history: this.#history.take(), performance: this.#performance.take() };
  }

  wants(_book: Book, { fills, row, seq }: BookedFill): boolean {
    return this.#wanted(fills.route[row]!, seq);
  }

  before(book: Book, { fills, row }: BookedFill): void {
    this.#before = beforeFill(book, book.netRowOf(fills.route[row]!).row);
  }

  after(book: Book, { fills, row, seq, amended }: BookedFill, known: FoldState["known"]): void {
    const route = fills.route[row]!;
    const [net, own] = [book.netRowOf(route), book.venueRowOf(route)];
    const fill = amended ?? fills.read(row, book.directory);
    const { positionId, account, venue, symbol, ...of } = this.#textsOf(route, net, own);
    const { ns, unit } = fill.time;
    const { position, part, unrealizedPnl } = afterFill(book, net, own, ns, of);
    const action = fill.quantity.mantissa > 0n ? "buy" : "sell";
    const signed = formatDecimal(fill.quantity);
    const quantity = signed.startsWith("-") ? signed.slice(1) : signed;
    const price = formatDecimal(fill.price);
    const fee = formatDecimal(fill.fee);
    const feeCurrency = copyText(fill.feeCurrency || net.instrument.quote);
    const at = formatTime(ns);
    const pnl = realizedBy(book, net.row, this.#before!);
    const isLate = ns < this.#before!.lastNs;
    const signal = copyText(fill.signalId || null);
    const strategy = copyText(fill.strategy || null);
    const { slippage, latencyMs, executionScore } = figureTexts(fill, own.instrument, book.rates);
    this.#count += 1;
    this.#history.add(
      `${uuidOf("fill", `${seq}`)}\t${positionId}\t${seq}\t${copyText(fill.id)}\t${account}\t${venue}\t${book.venueTypeOf(own)}\t${symbol}\t${action}\t${quantity}\t${price}\t${fee}\t${feeCurrency}\t${at}\t${formatTimeAs(ns, unit)}\t` +
        `${pnl}\t${unrealizedPnl ?? "\\N"}\t${isLate}\t${revisionOf(fill, seq, known)}\t${signal}\t${strategy}\t${position}\t${part}\t${this.createdAt}\n`,
    );
    this.#performance.add(
      `${uuidOf("execution", `${seq}`)}\t${seq}\t${account}\t${symbol}\t${signal}\t${venue}\t${strategy}\t${signed}\t${price}\t${copyText(slippage)}\t${copyText(latencyMs)}\t${copyText(executionScore)}\t` +
        `${pnl}\t${copyText(net.instrument.settle)}\t${fee}\t${feeCurrency}\t${at}\t${this.createdAt}\n`,
    );
  }

  #textsOf(route: number, net: NetRow, own: VenueRow): RouteTexts {
    const known = this.#routes[route];
    if (known?.net === net) return known;
    const texts = {
      net, positionId: netId(net), account: copyText(net.account), venue: copyText(own.venue), symbol: copyText(net.symbol),
      about: copyText(jsonOf({ account: net.account, symbol: net.symbol, kind: net.instrument.kind }).slice(0, -1)),
      aboutPart: copyText(jsonOf({ venue: own.venue }).slice(0, -1)),
    };
    this.#routes[route] = texts;
    return texts;
  }
}

/** The JSON of the position after a fill and of its part on the venue, as COPY reads it. */
function afterFill(book: Book, net: NetRow, own: VenueRow, timeNs: bigint, { about, aboutPart }: Pick<RouteTexts, "about" | "aboutPart">): { readonly position: string; readonly part: string; readonly unrealizedPnl: string | null } {
  const moment = { atNs: timeNs, nowNs: timeNs, maxAgeNs: book.marksMaxAgeNs, withoutLots: true };
  const plain = plainPart(book, net, own, moment);
  if (plain !== undefined) return { position: `${about},"method":"${book.methodOf(net.account)}",${copyText(withoutNul(plain.position))}}`, part: `${aboutPart},${copyText(withoutNul(plain.part))}}`, unrealizedPnl: plain.unrealizedPnl };
  const { position, part } = positionPart(book, net, own, moment);
  return { position: copyText(jsonOf(position)), part: copyText(jsonOf(part)), unrealizedPnl: position.unrealizedPnl };
}
