import { addDecimals, compareDecimals, formatDecimal, zero, type Decimal } from "../num/index.ts";
import type { LimitSubject, PairExposure } from "../model/index.ts";
import type { Check, Judge, Sum } from "./checks.ts";

/** What pairs stand to lose together, in the reporting currency. */
export interface PairSums {
  readonly unhedged: Sum;
  readonly divergence: Sum;
  readonly markets: readonly { readonly venue: string; readonly market: string; readonly capital: Sum }[]; // the greatest first
}

/** What is paid for what pairs hold in one market, as JSON. */
export interface MarketCapitalView {
  readonly venue: string;
  readonly market: string;
  readonly capital: string | null;
}
export interface PairChecks {
  readonly unhedgedExposure: Check;
  readonly divergenceLoss: Check;
  readonly pairCapital: Check; // of the market that is worst
}

/** @param convert dollars into the reporting currency; undefined: no rate */
export function pairSumsOf(pairs: Iterable<PairExposure>, convert: (dollars: Decimal) => Decimal | undefined): PairSums {
  let [unhedged, divergence] = [zero, zero];
  const markets = new Map<string, { readonly venue: string; readonly market: string; capital: Decimal }>();
  for (const pair of pairs) {
    unhedged = addDecimals(unhedged, pair.unhedged);
    divergence = addDecimals(divergence, pair.divergence);
    for (const { venue, market, capital } of pair.markets) {
      const kept = markets.get(`${venue} ${market}`) ?? { venue, market, capital: zero };
      markets.set(`${venue} ${market}`, { ...kept, capital: addDecimals(kept.capital, capital) });
    }
  }
  const sumOf = (dollars: Decimal): Sum => {
    const value = dollars.mantissa === 0n ? zero : convert(dollars);
    return value === undefined ? { value, reason: "no_rate: USD" } : { value };
  };
  const greatestFirst = [...markets.values()].sort((a, b) => compareDecimals(b.capital, a.capital));
  return { unhedged: sumOf(unhedged), divergence: sumOf(divergence), markets: greatestFirst.map(({ venue, market, capital }) => ({ venue, market, capital: sumOf(capital) })) };
}

/** Holds what pairs stand to lose against its limits: the first two of all pairs together, capital of each market by itself. */
export function judgePairs(judge: Judge, of: { readonly scope: string; readonly account: string; readonly subject: LimitSubject }, { unhedged, divergence, markets }: PairSums): PairChecks {
  const head = of.account === "" ? "" : `${of.scope}/`;
  const capital = markets.map((one) => judge.check("max_pair_capital", { scope: `${head}market:${one.venue}/${one.market}`, account: of.account, subject: { ...of.subject, venue: one.venue, symbol: one.market } }, { amount: one.capital }));
  return {
    unhedgedExposure: judge.check("max_unhedged_exposure", of, { amount: unhedged }),
    divergenceLoss: judge.check("max_divergence_loss", of, { amount: divergence }),
    pairCapital: capital.length === 0 ? judge.silently("max_pair_capital", of, { amount: { value: zero } }) : capital.reduce((worst, one) => (badness(one) > badness(worst) ? one : worst)),
  };
}

/** A breach is worse than what is not known; of two the one that is nearer its limit. Where none has a limit the first is shown: the greatest. */
function badness({ breach, utilization }: Check): number {
  return (breach === true ? 2_000_000 : breach === null ? 1_000_000 : 0) + Math.min(utilization ?? 0, 999_999);
}

/** Capital by market as JSON. */
export function marketsView({ markets }: PairSums): MarketCapitalView[] {
  return markets.map(({ venue, market, capital }) => ({ venue, market, capital: capital.value === undefined ? null : formatDecimal(capital.value) }));
}
