import { trimmed } from "../num/index.ts";
import { shown } from "./shown.ts";
import { floorTo } from "./time.ts";

/** How far apart closes are. Days are UTC days. */
export const PRICE_PERIODS = ["1d"] as const;
export type PricePeriod = (typeof PRICE_PERIODS)[number];

const LONGEST = 64;
const SHAPE = /^(\d{0,18})(?:\.(\d{0,40}))?(?:e([+-]?\d{1,2}))?$/i;
const DAY_NS = 86_400_000_000_000n;

/**
 * The UTC day of a time, counted from 1970-01-01.
 * @example dayOf(1704153600000000000n) // => 19724
 */
export function dayOf(ns: bigint): number {
  return Number(floorTo(ns, DAY_NS) / DAY_NS);
}

/** The first nanosecond of a day. */
export function dayNs(day: number): bigint {
  return BigInt(day) * DAY_NS;
}

/**
 * Why a text is no close: closes are plain numbers above 0, for a return over 0 or less has no meaning.
 * @example closeProblem("185.6400000000000001") // => undefined
 * @example closeProblem("0.00") // => "\"0.00\" is not above 0: a return over it has no meaning; leave it out where there is no price"
 */
export function closeProblem(text: string): string | undefined {
  const parts = text.length <= LONGEST ? SHAPE.exec(text) : null;
  if (parts !== null && /[1-9]/.test(parts[1]! + (parts[2] ?? ""))) return undefined;
  if (/^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(text) && !(Number(text) > 0)) return `${shown(text)} is not above 0: a return over it has no meaning; leave it out where there is no price`;
  return `${shown(text)} is not a price: write digits and a point, like 1000.5`;
}

/**
 * Whether two closes say the same price, however they are written.
 * @example sameClose("1.50", "15e-1") // => true
 */
export function sameClose(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [valueOf(a), valueOf(b)];
  return x.mantissa === y.mantissa && x.digits === y.digits;
}

function valueOf(close: string): { readonly mantissa: bigint; readonly digits: number } {
  const [, whole = "", fraction = "", exponent = "0"] = SHAPE.exec(close) ?? [];
  return trimmed(BigInt(whole + fraction), fraction.length - Number(exponent));
}

/**
 * Ascending days as text: the first, and then how far each is from the one before.
 * @example packDays([19724, 19725, 19728]) // => "19724 1 3"
 */
export function packDays(days: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < days.length; i += 1) text += i === 0 ? `${days[0]}` : ` ${days[i]! - days[i - 1]!}`;
  return text;
}

/**
 * Reads what `packDays` wrote.
 * @example unpackDays("19724 1 3") // => [19724, 19725, 19728]
 */
export function unpackDays(text: string): number[] {
  if (text === "") return [];
  let day = 0;
  return text.split(" ").map((step) => (day += Number(step)));
}
