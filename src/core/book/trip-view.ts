import { addDecimals, formatDecimal, formatRatio, tenTo, zero, type Decimal } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import { isMore, plus, text, type Known } from "./amounts.ts";
import type { BookRow, VenueRow } from "./rows.ts";
import type { Trip } from "./trips.ts";

/** A closed round trip, as `--json` and HTTP show it. Amounts are in `currency`; null where no mark says what a fee was worth. */
export interface TripView {
  readonly account: string;
  readonly symbol: string;
  readonly venue: string | null; // null: of the net row
  readonly direction: "long" | "short";
  readonly openedAt: string;
  readonly closedAt: string;
  readonly durationSeconds: number; // 0 where the closing fill was older than the opening one
  readonly quantity: string;
  readonly entryPrice: string | null;
  readonly exitPrice: string | null;
  readonly grossPnl: string;
  readonly fees: string | null;
  readonly funding: string | null;
  readonly netPnl: string | null; // gross − fees + funding
  readonly fills: number;
  readonly currency: string;
}

/** All trips of one currency. Won and lost by net P&L. */
export interface TripTotals {
  readonly currency: string;
  readonly trips: number;
  readonly winners: number | null; // null, like the next two: a trip's net P&L is not known
  readonly losers: number | null;
  readonly zero: number | null;
  readonly grossPnl: string;
  readonly fees: string | null;
  readonly funding: string | null;
  readonly netPnl: string | null;
  readonly best: string | null; // net P&L
  readonly worst: string | null;
  readonly average: string | null; // 12 significant digits
}

export function tripView(trip: Trip): TripView {
  const { row, direction, openedNs, closedNs, quantity, entryPrice, exitPrice, gross, fees, funding, net, fills } = trip;
  return {
    account: row.account,
    symbol: row.symbol,
    venue: isVenueRow(row) ? row.venue : null,
    direction,
    openedAt: formatTime(openedNs),
    closedAt: formatTime(closedNs),
    durationSeconds: Math.max(0, Number((closedNs - openedNs) / 1_000_000n) / 1000),
    quantity: formatDecimal(quantity),
    entryPrice,
    exitPrice,
    grossPnl: formatDecimal(gross),
    fees: text(fees),
    funding: text(funding),
    netPnl: text(net),
    fills,
    currency: row.instrument.settle,
  };
}

export function isVenueRow(row: BookRow): row is VenueRow {
  return !row.isNet;
}

interface Sums {
  trips: number;
  winners: number;
  losers: number;
  gross: Decimal;
  fees: Known;
  funding: Known;
  net: Known;
  best: Known;
  worst: Known;
}

/** Adds trips up, each currency for itself. */
export class TripSums {
  readonly #byCurrency = new Map<string, Sums>();

  add({ row, gross, fees, funding, net }: Trip): void {
    const { settle } = row.instrument;
    let sums = this.#byCurrency.get(settle);
    if (sums === undefined) this.#byCurrency.set(settle, (sums = { trips: 0, winners: 0, losers: 0, gross: zero, fees: zero, funding: zero, net: zero, best: undefined, worst: undefined }));
    sums.trips += 1;
    sums.gross = addDecimals(sums.gross, gross);
    sums.fees = plus(sums.fees, fees);
    sums.funding = plus(sums.funding, funding);
    sums.net = plus(sums.net, net);
    if (net === undefined) return;
    if (net.mantissa > 0n) sums.winners += 1;
    else if (net.mantissa < 0n) sums.losers += 1;
    if (sums.best === undefined || isMore(net, sums.best)) sums.best = net;
    if (sums.worst === undefined || isMore(sums.worst, net)) sums.worst = net;
  }

  /** By currency, in alphabetical order. */
  totals(): TripTotals[] {
    return [...this.#byCurrency].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sums]) => {
      const { trips, winners, losers, net } = sums;
      const known = <T>(value: T): T | null => (net === undefined ? null : value);
      return {
        currency,
        trips,
        winners: known(winners),
        losers: known(losers),
        zero: known(trips - winners - losers),
        grossPnl: formatDecimal(sums.gross),
        fees: text(sums.fees),
        funding: text(sums.funding),
        netPnl: text(net),
        best: known(text(sums.best)),
        worst: known(text(sums.worst)),
        average: net === undefined ? null : formatRatio(net.mantissa, BigInt(trips) * tenTo(net.digits), AVERAGE_DIGITS),
      };
    });
  }
}

const AVERAGE_DIGITS = 12;
