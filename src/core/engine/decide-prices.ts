import type { PriceHistory } from "../market/index.ts";
import { closeProblem, dayNs, dayOf, formatTime, nameProblem, sameClose, shown, type PricePeriod, type Priced } from "../model/index.ts";

/** Closes of one symbol as they are reported, in any order. */
export interface PriceRun {
  readonly symbol: string;
  readonly period?: PricePeriod | undefined; // 1d
  readonly days: ArrayLike<number>; // UTC days since 1970
  readonly closes: readonly string[];
}

/** What a close comes to. */
export type PriceDecision = "news" | "known" | { readonly column: "symbol" | "date" | "close"; readonly why: string };
/** What closes come to: of each run, in its order. */
export interface PricesDecision {
  readonly decisions: readonly (readonly PriceDecision[])[];
  readonly facts: readonly Priced[];
}

/** Closes of one fact, at most. */
const CLOSES_A_FACT = 4_096;
/** Days are those that a time can name. */
const FURTHEST_DAY = 100_000;

/**
 * Decides closes against those that are held. Of several for one day the last counts; one that says what is held already is no news.
 * @param nowNs no close is of a day that has not begun
 */
export function decidePrices(held: PriceHistory, runs: readonly PriceRun[], nowNs: bigint): PricesDecision {
  const news = new Map<string, Map<number, string>>(); // by symbol, by day
  const today = dayOf(nowNs);
  const decisions = runs.map(({ symbol, days, closes }): PriceDecision[] => {
    const unnamed = nameProblem(symbol);
    if (unnamed !== undefined) return Array.from(days, () => ({ column: "symbol", why: `${shown(symbol)} ${unnamed}` }));
    let own = news.get(symbol);
    if (own === undefined) news.set(symbol, (own = new Map<number, string>()));
    return closes.map((close, i) => {
      const day = days[i]!;
      const why = closeProblem(close);
      if (why !== undefined) return { column: "close", why };
      if (!Number.isInteger(day) || Math.abs(day) > FURTHEST_DAY) return { column: "date", why: "is no day" };
      if (day > today) return { column: "date", why: `future_time: ${formatTime(dayNs(day)).slice(0, 10)} has not begun: a close is of a day that has been` };
      const standing = own.get(day) ?? held.closeOf(symbol, day);
      if (standing !== undefined && sameClose(standing, close)) return "known";
      own.set(day, close);
      return "news";
    });
  });
  return { decisions, facts: [...news].flatMap(([symbol, closes]) => factsOf(symbol, closes)) };
}

function factsOf(symbol: string, closes: ReadonlyMap<number, string>): Priced[] {
  const days = [...closes.keys()].sort((a, b) => a - b);
  const facts: Priced[] = [];
  for (let from = 0; from < days.length; from += CLOSES_A_FACT) {
    const part = days.slice(from, from + CLOSES_A_FACT);
    facts.push({ type: "priced", symbol, period: "1d", days: part, closes: part.map((day) => closes.get(day)!) });
  }
  return facts;
}
