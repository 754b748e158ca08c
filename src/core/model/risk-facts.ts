import type { PricePeriod } from "./prices.ts";

/** Closes of one symbol. One for a day that has one already takes its place. */
export interface Priced {
  readonly type: "priced";
  readonly symbol: string;
  readonly period: PricePeriod;
  readonly days: readonly number[]; // UTC days since 1970, ascending, each once
  readonly closes: readonly string[]; // of each day, as they were written; above 0
}

/** What risk events say beside their type. */
interface RiskHead {
  readonly id: string;
  readonly timeNs: bigint;
}

/** A limit is breached, or no longer. What was so at its time is not judged anew when the journal is read again. */
export interface Breached extends RiskHead {
  readonly type: "breached";
  readonly is: "begun" | "ended";
  readonly limit: string; // the name of a limit, or of another thing that trips, such as stale_marks
  readonly scope: string; // what of: portfolio, account:A, position:A/SYMBOL, …
  readonly account: string; // whose; "" when it is of more than one
  readonly value: string; // as a number, when it began or ended; "" where it was not known
  readonly threshold: string; // as a number; "" where there is none any more
}

/** The breaker was opened. */
export interface Tripped extends RiskHead {
  readonly type: "tripped";
  readonly by: string; // what of `breaker.trip_on`, or "hand"
  readonly who: string; // "fillbook", or who asked for it
  readonly why: string;
}

/** The breaker was closed, or half opened. */
export interface Reset extends RiskHead {
  readonly type: "reset";
  readonly to: "closed" | "half_open";
  readonly who: string; // "cool_down", or who asked for it
  readonly why: string;
}

/** An order that does not reduce a position was let through while the breaker was half open. */
export interface Probed extends RiskHead {
  readonly type: "probed";
  readonly who: string;
  readonly why: string; // which order
}

/** Facts about the breaker and what trips it. They move no position. */
export type RiskEvent = Breached | Tripped | Reset | Probed;
