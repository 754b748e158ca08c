import { abs, assert, divideHalfEven, tenTo } from "../num/index.ts";
import type { LotOrigin, Lots, UnitPrice } from "./lots.ts";
import { moneyDigits, type Scale } from "./scale.ts";

/**
 * One row of the book, readable: the reference that the columnar hot path is held equal to. Quantities are integers at
 * the row's quantity digits, money at its money digits. Everything is of the row's whole life unless it says otherwise.
 */
export interface Position {
  readonly quantity: bigint; // long > 0n, short < 0n
  readonly cost: bigint; // paid for what is held now; negative when short
  readonly realized: bigint; // before fees
  readonly fees: bigint; // in the settle currency, paid > 0n
  readonly volume: bigint;
  readonly trades: number;
  readonly peakCost: bigint; // the greatest |cost| so far
  readonly openedNs: bigint; // when the present position, or the last one, was opened
  readonly lastNs: bigint; // the latest time of its fills
}

export const NEVER = -(2n ** 63n);
export const flat: Position = { quantity: 0n, cost: 0n, realized: 0n, fees: 0n, volume: 0n, trades: 0, peakCost: 0n, openedNs: NEVER, lastNs: NEVER };

/** A trade as one row sees it: in the row's digits, its value already worked out by `valueOf`. */
export interface Trade {
  readonly quantity: bigint; // signed, never 0n
  readonly value: bigint; // signed like the quantity (for positive prices)
  readonly fee: bigint; // in the settle currency
  readonly timeNs: bigint;
}

/**
 * The row after one fill, at average cost. One rule serves open, add, reduce, close and flip: a fill first closes what it
 * can, and what is left opens. Closing releases `round_half_even(cost × closed ÷ held)`; the remainder stays in cost. So
 * after every fill `realized − cost = −Σ value` exactly (linear), or `realized + cost = Σ value` (inverse, where a
 * long gains as its base value falls).
 * @example applyTrade(flat, { quantity: 2n, value: 200n, fee: 0n, timeNs: 0n }, false).cost // => 200n
 */
export function applyTrade(position: Position, trade: Trade, inverse: boolean, by?: ByLots): Position {
  const moved = applyMove(position, trade, inverse, by);
  return {
    ...moved,
    fees: moved.fees + trade.fee,
    volume: moved.volume + abs(trade.quantity),
    trades: moved.trades + 1,
    lastNs: trade.timeNs > position.lastNs ? trade.timeNs : position.lastNs,
  };
}

/** What moves a position: a trade, or something that is none. */
export interface Move {
  readonly quantity: bigint; // signed, never 0n
  readonly value: bigint | undefined; // undefined: what it closes leaves at its cost, what it opens comes for nothing
  readonly timeNs: bigint;
}

/** The lots that a row keeps, and where a lot that is opened comes from. Without them cost is the average. */
export interface ByLots {
  readonly lots: Lots;
  readonly origin: LotOrigin;
  readonly unit?: UnitPrice | undefined; // of what is moved, where its value is rounded
}

/**
 * The same for what is no trade and no volume: a fee in kind (as if that much had been sold at the fill's price), a
 * settlement, a deposit, a withdrawal. It moves quantity, cost and realized P&L.
 */
export function applyMove(position: Position, { quantity, value, timeNs }: Move, inverse: boolean, by?: ByLots): Position {
  assert(quantity !== 0n, "a fill moves a quantity");
  const held = position.quantity;
  const closed = closedBy(held, quantity);
  const released = closed === 0n ? 0n : by !== undefined ? by.lots.close(closed) : closed === held ? position.cost : divideHalfEven(position.cost * closed, held);
  const closingValue = value === undefined ? -released : partOf(value, -closed, quantity);
  const opened = quantity + closed;
  const openingValue = value === undefined ? 0n : value - closingValue;
  if (opened !== 0n) by?.lots.open(opened, openingValue, by.origin, by.unit);
  const gain = -closingValue - released;
  const cost = position.cost - released + openingValue;
  const opens = held === 0n || (held + quantity !== 0n && held > 0n !== held + quantity > 0n);
  return {
    ...position,
    quantity: held + quantity,
    cost,
    realized: position.realized + (inverse ? -gain : gain),
    peakCost: abs(cost) > position.peakCost ? abs(cost) : position.peakCost,
    openedNs: opens ? timeNs : position.openedNs,
  };
}

/**
 * Each unit held becomes over ÷ under units; what they cost stays. What does not come out even is rounded, half-even; a
 * holding that is rounded away is lost, and its cost with it.
 */
export function applySplit(position: Position, over: bigint, under: bigint, inverse: boolean, lots?: Lots): Position {
  const quantity = divideHalfEven(position.quantity * over, under);
  if (quantity === 0n) {
    lots?.close(position.quantity);
    return { ...position, quantity, cost: 0n, realized: position.realized + (inverse ? position.cost : -position.cost) };
  }
  lots?.split(over, under);
  return { ...position, quantity };
}

/** The value of `part` of a quantity: exact when linear, else rounded half-even. */
export function partOf(value: bigint, part: bigint, quantity: bigint): bigint {
  if (part === 0n) return 0n;
  return part === quantity ? value : divideHalfEven(value * part, quantity);
}

/** The same row counted in finer digits: exact. */
export function rescalePosition(position: Position, from: Scale, to: Scale): Position {
  const q = tenTo(to.quantityDigits - from.quantityDigits);
  const m = tenTo(moneyDigits(to) - moneyDigits(from));
  return {
    ...position,
    quantity: position.quantity * q,
    volume: position.volume * q,
    cost: position.cost * m,
    realized: position.realized * m,
    fees: position.fees * m,
    peakCost: position.peakCost * m,
  };
}

/** The part of `held` that `traded` closes: signed like `held`, 0n when it adds. */
export function closedBy(held: bigint, traded: bigint): bigint {
  if (held === 0n || held > 0n === traded > 0n) return 0n;
  return abs(held) <= abs(traded) ? held : -traded;
}
