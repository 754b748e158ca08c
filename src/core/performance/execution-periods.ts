import { formatTime } from "../model/index.ts";
import type { Execution } from "./execution.ts";
import { ExecutionStats, type Convert, type ExecutionSummary } from "./execution-stats.ts";

export const EXECUTION_PERIODS = ["day", "week", "month"] as const;
export type ExecutionPeriod = (typeof EXECUTION_PERIODS)[number];

/** How the fills of a period were executed. */
export interface ExecutionPeriodView extends ExecutionSummary {
  readonly period: string; // its first day, UTC; a week begins on Monday
}

const DAY_NS = 86_400_000_000_000n;
const DAYS_TO_MONDAY = 3n; // 1970-01-01 was a Thursday

/**
 * The first day of the period that a time is in, in UTC.
 * @example periodOf(1709251200000000000n, "month") // => "2024-03-01"
 * @example periodOf(1709251200000000000n, "week") // => "2024-02-26"
 */
export function periodOf(timeNs: bigint, period: ExecutionPeriod): string {
  const day = timeNs / DAY_NS - (timeNs % DAY_NS < 0n ? 1n : 0n);
  const dayOfWeek = (((day + DAYS_TO_MONDAY) % 7n) + 7n) % 7n;
  const text = formatTime((period === "week" ? day - dayOfWeek : day) * DAY_NS).slice(0, 10);
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
