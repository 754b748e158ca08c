/** Closes of one symbol, one a day. */
export interface PriceSeries {
  readonly symbol: string;
  readonly days: Int32Array; // UTC days since 1970-01-01, ascending
  readonly closes: Float64Array; // above 0
}

/**
 * On which days prices are compared. `exchange_days`: those on which more than half of the listed series that rest at weekends have a close; what a venue
 * that never closes did over a weekend is then in Monday's return. `every_day`: all days; on days that are no exchange days a series that
 * rests keeps its last close and so has a return of 0, which is counted.
 */
export type Calendar = "exchange_days" | "every_day";

const DAYS_A_WEEK = 7;

/** Whether a day is a Saturday or a Sunday: 1970-01-01 was a Thursday. */
function isWeekend(day: number): boolean {
  const ofWeek = (((day + 3) % DAYS_A_WEEK) + DAYS_A_WEEK) % DAYS_A_WEEK; // 0 is Monday
  return ofWeek >= 5;
}

/** Whether a series rests at weekends: it has no close on one. */
export function rests(series: PriceSeries): boolean {
  return !series.days.some(isWeekend);
}

/**
 * The days on which the resting series trade. Where none rests, every day on which any has a close.
 * @example [...exchangeDays([{ symbol: "A", days: Int32Array.of(0, 1, 4), closes: Float64Array.of(1, 2, 3) }])] // => [0, 1, 4]
 */
export function exchangeDays(all: readonly PriceSeries[]): Int32Array {
  const resting = all.filter((series) => series.days.length > 0 && rests(series));
  const counted = resting.length > 0 ? resting : all.filter((series) => series.days.length > 0);
  if (counted.length === 0) return new Int32Array(0);
  const { first, last } = spanOf(counted);
  const closes = new Int32Array(last - first + 1);
  const listed = new Int32Array(last - first + 2);
  for (const { days } of counted) {
    for (const day of days) closes[day - first]! += 1;
    listed[days[0]! - first]! += 1;
    listed[days.at(-1)! - first + 1]! -= 1;
  }
  const found: number[] = [];
  let open = 0;
  for (let i = 0; i < closes.length; i += 1) {
    open += listed[i]!;
    if (closes[i]! > 0 && (resting.length === 0 || closes[i]! * 2 > open)) found.push(first + i);
  }
  return Int32Array.from(found);
}

/** All days from the first close to the last. */
export function everyDay(all: readonly PriceSeries[]): Int32Array {
  const priced = all.filter((series) => series.days.length > 0);
  if (priced.length === 0) return new Int32Array(0);
  const { first, last } = spanOf(priced);
  return Int32Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function spanOf(all: readonly PriceSeries[]): { first: number; last: number } {
  return { first: Math.min(...all.map(({ days }) => days[0]!)), last: Math.max(...all.map(({ days }) => days.at(-1)!)) };
}
