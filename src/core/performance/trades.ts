import { sum, type Numbers } from "../num/index.ts";
import { estimate, present, type Estimate } from "./estimate.ts";

/** What the P&L of trades comes to, without holding them. */
export interface TradeSums {
  readonly wins: number;
  readonly losses: number;
  readonly zeros: number; // counted apart
  readonly won: number; // Σ of the winners
  readonly lost: number; // Σ of the losers, ≤ 0
}

/** @example tradeSums([3, -1, 0, -1]) // => { wins: 1, losses: 2, zeros: 1, won: 3, lost: -2 } */
export function tradeSums(values: Numbers): TradeSums {
  const all = present(values);
  const [winners, losers] = [all.filter((value) => value > 0), all.filter((value) => value < 0)];
  return { wins: winners.length, losses: losers.length, zeros: all.length - winners.length - losers.length, won: sum(winners), lost: sum(losers) };
}

/**
 * The part of trades that won. Trades of zero P&L are left out, or count as no wins.
 * @example winRate({ wins: 1, losses: 1, zeros: 2, won: 5, lost: -1 }) // => 0.5
 * @example winRate({ wins: 1, losses: 1, zeros: 2, won: 5, lost: -1 }, "as_losses") // => 0.25
 */
export function winRate({ wins, losses, zeros }: TradeSums, zerosCount: "left_out" | "as_losses" = "left_out"): Estimate {
  const all = wins + losses + (zerosCount === "left_out" ? 0 : zeros);
  return all === 0 ? "too_few" : wins / all;
}

/**
 * Profit factor: what was won ÷ what was lost.
 * @example profitFactor({ wins: 1, losses: 1, zeros: 0, won: 6, lost: -4 }) // => 1.5
 */
export function profitFactor({ won, lost }: Pick<TradeSums, "won" | "lost">): Estimate {
  return lost === 0 ? "no_losses" : estimate(won / Math.abs(lost));
}

/**
 * Payoff ratio: the mean winner ÷ the size of the mean loser.
 * @example payoffRatio({ wins: 2, losses: 1, zeros: 0, won: 6, lost: -2 }) // => 1.5
 */
export function payoffRatio({ wins, losses, won, lost }: TradeSums): Estimate {
  if (losses === 0) return "no_losses";
  return wins === 0 ? "too_few" : estimate(won / wins / Math.abs(lost / losses));
}

/**
 * Expectancy: what a trade brings on average, those of zero left out.
 * @example expectancy({ wins: 1, losses: 1, zeros: 3, won: 6, lost: -2 }) // => 2
 */
export function expectancy({ wins, losses, zeros, won, lost }: TradeSums): Estimate {
  if (wins + losses === 0) return zeros === 0 ? "too_few" : 0;
  return estimate((won + lost) / (wins + losses));
}

/**
 * Kelly's fraction: p − (1 − p) ÷ b, with p the win rate and b the payoff ratio. What the past says one should have staked.
 * @see Kelly (1956), Bell System Technical Journal 35(4), 917–926
 * @example kellyFraction({ wins: 1, losses: 1, zeros: 0, won: 2, lost: -1 }) // => 0.25
 */
export function kellyFraction(sums: TradeSums): Estimate {
  const [p, b] = [winRate(sums), payoffRatio(sums)];
  if (typeof b !== "number") return b;
  return typeof p === "number" ? estimate(p - (1 - p) / b) : p;
}
