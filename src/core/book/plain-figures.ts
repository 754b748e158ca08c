import { formatQuotient } from "../num/index.ts";
import { moneyDigits, type PlainPosition } from "../position/index.ts";
import type { Book } from "./book.ts";
import { netValuation } from "./figures.ts";
import type { Moment } from "./rates.ts";
import type { BookRow, NetRow, VenueRow } from "./rows.ts";
import { pricePerUnit, valueNet, valueVenue, type Valuation } from "./value.ts";
import { isOpen } from "./view.ts";

/** The figures of one row as doubles that are exact: money at `digits` decimals, quantities at `quantityDigits`. Fees, funding and P&L before marks are all known. */
export interface PlainFigures {
  readonly currency: string; // settle
  readonly position: PlainPosition;
  readonly quantityDigits: number;
  readonly digits: number;
  readonly holds: boolean;
  readonly avgPrice: string | null;
  readonly netRealized: number;
  readonly isValued: boolean; // else the next four say nothing
  readonly value: number; // signed
  readonly unrealized: number;
  readonly total: number;
  readonly netTotal: number;
  readonly pnlPercentage: number | null;
  readonly isLossBounded: boolean;
  readonly markPrice: string | null;
  readonly markTimeNs: bigint | undefined;
}

/** A net row and its used venue rows. On a single venue, both have the very same figures. */
export interface PlainRows {
  readonly net: PlainFigures;
  readonly venues: readonly { readonly row: VenueRow; readonly figures: PlainFigures }[];
}

const MOST_DIGITS = 15;
/** 10^22 is the last power of ten that is an exact double. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** The figures of `rowViewsOf` in a fraction of its time, where all amounts are exact doubles; undefined for other positions. */
export function plainRowsOf(book: Book, net: NetRow, moment: Moment): PlainRows | undefined {
  const venues: PlainRows["venues"][number][] = [];
  const valuations: (Valuation | undefined)[] = [];
  for (const row of net.venues) {
    if (!book.isUsed(row)) continue;
    const own = book.table.readPlain(row.row);
    if (own === undefined) return undefined;
    const valuation = valueVenue(book, row, { quantity: BigInt(own.quantity) }, moment);
    const figures = plainFigures(book, row, own, valuation, moment, own.quantity !== 0);
    if (figures === undefined) return undefined;
    if (net.venues.length === 1) return { net: figures, venues: [{ row, figures }] };
    venues.push({ row, figures });
    valuations.push(valuation);
  }
  const whole = book.table.readPlain(net.row);
  const figures = whole && plainFigures(book, net, whole, valueNet(book, net, { quantity: BigInt(whole.quantity) }, valuations), moment, isOpen(book, net));
  return figures && { net: figures, venues };
}

/** The same of a position and of its part on one venue. */
export function plainPartOf(book: Book, net: NetRow, of: VenueRow, moment: Moment): { readonly net: PlainFigures; readonly part: PlainFigures } | undefined {
  const own = book.table.readPlain(of.row);
  const part = own && plainFigures(book, of, own, valueVenue(book, of, { quantity: BigInt(own.quantity) }, moment), moment, own.quantity !== 0);
  if (part === undefined || net.venues.length === 1) return part && { net: part, part };
  const whole = book.table.readPlain(net.row);
  const figures = whole && plainFigures(book, net, whole, netValuation(book, net, { quantity: BigInt(whole.quantity) }, moment), moment, isOpen(book, net));
  return figures && { net: figures, part };
}

function plainFigures(book: Book, row: BookRow, position: PlainPosition, valuation: Valuation | undefined, moment: Moment, holds: boolean): PlainFigures | undefined {
  const { instrument, fees: sideFees, funding, lots } = row;
  const scale = book.table.scale(row.row);
  const { quantityDigits, multiplier, inverse } = scale;
  if (inverse || multiplier.mantissa !== 1n || multiplier.digits !== 0 || funding !== undefined || !sideFees.isEmpty || (lots !== undefined && moment.withoutLots !== true)) return undefined;
  const digits = moneyDigits(scale);
  const { quantity, cost, realized, fees } = position;
  const isFlat = quantity === 0;
  const isValued = valuation !== undefined;
  const value = isValued ? plainValue(valuation, digits) : 0;
  const netRealized = realized - fees;
  const unrealized = value - cost;
  const total = realized + unrealized;
  const netTotal = total - fees;
  if (Number.isNaN(value) || !Number.isSafeInteger(netRealized) || !Number.isSafeInteger(unrealized) || !Number.isSafeInteger(total) || !Number.isSafeInteger(netTotal) || digits >= EXACT_POWERS.length) return undefined;
  const one = EXACT_POWERS[digits]!;
  return {
    currency: instrument.settle, position, quantityDigits, digits, holds, netRealized, isValued, value, unrealized, total, netTotal,
    avgPrice: isFlat ? null : (formatQuotient(cost, quantity, quantityDigits - digits) ?? pricePerUnit(instrument, { mantissa: BigInt(quantity), digits: quantityDigits }, { mantissa: BigInt(cost), digits })),
    pnlPercentage: !isValued || position.peakCost === 0 ? null : (100 * (total / one)) / (position.peakCost / one), // each quotient is the double that is nearest to the amount, as its text would be read
    isLossBounded: quantity >= 0 && cost >= 0 && instrument.kind !== "future",
    markPrice: valuation?.markPrice ?? null,
    markTimeNs: valuation?.markTimeNs,
  };
}

/** A value at so many digits; NaN when it is no exact double there. */
function plainValue({ value }: Valuation, digits: number): number {
  const mantissa = Number(value.mantissa);
  const finer = digits - value.digits;
  const scaled = finer < 0 || finer > MOST_DIGITS ? Number.NaN : mantissa * 10 ** finer;
  return Number.isSafeInteger(mantissa) && Number.isSafeInteger(scaled) ? scaled : Number.NaN;
}
