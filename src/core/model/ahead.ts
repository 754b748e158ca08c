import type { FillColumns } from "./columns.ts";
import { formatTime } from "./time.ts";

/** Clocks of venues and machines differ: so far ahead of the clock here a time may be. */
const ALLOWED_NS = 10_000_000_000n;

/**
 * How a time stands to the clock here when it is ahead of it by more than clocks differ; undefined when it is not.
 * @example aheadOf(1709208000000000000n, 1709208000000000000n) // => undefined
 * @example aheadOf(1709208011000000000n, 1709208000000000000n) // => "dated 2024-02-29T12:00:11Z, and the clock here says 2024-02-29T12:00:00Z"
 */
export function aheadOf(timeNs: bigint, nowNs: bigint): string | undefined {
  return timeNs - nowNs <= ALLOWED_NS ? undefined : `dated ${formatTime(timeNs)}, and the clock here says ${formatTime(nowNs)}`;
}

/** What to tell of a fill with such a time: it is booked, since fills have happened, and its time is likely wrong. */
export function aheadWarning(timeNs: bigint, nowNs: bigint): string | undefined {
  const ahead = aheadOf(timeNs, nowNs);
  return ahead && `future_time: ${ahead}: it is booked, but fills that follow count as late, and a book as of now does not know it. If the time is wrong, amend it (fill_timestamp)`;
}

/** The rows of fills whose times are ahead of the clock. */
export function rowsAhead(fills: FillColumns, nowNs: bigint): number[] {
  const most = nowNs + ALLOWED_NS;
  const high = Number(most >> 32n);
  const low = Number(most & 0xffff_ffffn);
  const rows: number[] = [];
  for (let row = 0; row < fills.count; row += 1) {
    const rowHigh = fills.timeHigh[row]!;
    if (rowHigh > high || (rowHigh === high && fills.timeLow[row]! > low)) rows.push(row);
  }
  return rows;
}
