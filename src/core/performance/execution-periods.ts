import { formatTime } from "../model/index.ts";
import type { Execution } from "./execution.ts";
import { ExecutionStats, type Convert, type ExecutionSummary } from "./execution-stats.ts";

export const EXECUTION_PERIODS = ["hour", "day", "week", "month", "quarter", "year"] as const;
export type ExecutionPeriod = (typeof EXECUTION_PERIODS)[number];

/** How the fills of a period were executed. */
export interface ExecutionPeriodView extends ExecutionSummary {
  readonly period: string; // its first day, UTC, of an hour its beginning; a week begins on Monday
}

const HOUR_NS = 3_600_000_000_000n;
const DAY_NS = 86_400_000_000_000n;
const QUARTERS = ["01", "04", "07", "10"] as const;
const DAYS_TO_MONDAY = 3n; // 1970-01-01 was a Thursday

/**
 * The first day of the period that a time is in, in UTC; of an hour its beginning.
 * @example periodOf(1709251200000000000n, "month") // => "2024-03-01"
 * @example periodOf(1709251200000000000n, "week") // => "2024-02-26"
 * @example periodOf(1709251200000000000n, "quarter") // => "2024-01-01"
 * @example periodOf(1709253000000000000n, "hour") // => "2024-03-01T00:00:00Z"
 */
export function periodOf(timeNs: bigint, period: ExecutionPeriod): string {
  if (period === "hour") return formatTime(timeNs - (((timeNs % HOUR_NS) + HOUR_NS) % HOUR_NS));
  const day = timeNs / DAY_NS - (timeNs % DAY_NS < 0n ? 1n : 0n);
  const dayOfWeek = (((day + DAYS_TO_MONDAY) % 7n) + 7n) % 7n;
  const text = formatTime((period === "week" ? day - dayOfWeek : day) * DAY_NS).slice(0, 10);
  if (period === "year") return `${text.slice(0, 4)}-01-01`;
  if (period === "quarter") return `${text.slice(0, 4)}-${QUARTERS[Math.floor((Number(text.slice(5, 7)) - 1) / 3)]!}-01`;
  return period === "month" ? `${text.slice(0, 7)}-01` : text;
}

/** Adds executions up by period. @param most values of each period that percentiles are computed from */
export class ExecutionPeriods {
  readonly #period: ExecutionPeriod;
  readonly #convert: Convert;
  readonly #most: number;
  readonly #stats = new Map<string, ExecutionStats>();

  constructor(period: ExecutionPeriod, convert: Convert, most: number) {
    this.#period = period;
    this.#convert = convert;
    this.#most = most;
  }

  take(execution: Execution): void {
    const period = periodOf(execution.timeNs, this.#period);
    let stats = this.#stats.get(period);
    if (stats === undefined) this.#stats.set(period, (stats = new ExecutionStats(this.#convert, this.#most)));
    stats.take(execution);
  }

  /** Periods with a fill, oldest first. */
  view(): ExecutionPeriodView[] {
    return [...this.#stats].sort(([a], [b]) => (a < b ? -1 : 1)).map(([period, stats]) => ({ period, ...stats.view() }));
  }
}
