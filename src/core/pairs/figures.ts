import { addDecimals, compareDecimals, divideDecimals, greatestOf, leastOf, multiplyDecimals, negatedDecimal, subtractDecimals, zero, type Decimal } from "../num/index.ts";
import type { ArbType, PairSide, PairVenue, Payout } from "./fact.ts";
import { costOf, fullPayout, otherSide, sumHeld, type Leg } from "./leg.ts";
import type { PairState } from "./state.ts";
import { payoffCents } from "./step.ts";

/** What a venue's market pays, as cents of one YES of the pair. */
export type Ending = Payout;
export const YES_WINS: Ending = { is: "cents", cents: { mantissa: 100n, digits: 0 } };
export const NO_WINS: Ending = { is: "cents", cents: zero };

/** Money and contracts of a pair, exact. Cents. What Kalshi has netted counts as held: its 100 cents a set are certain. */
export interface PairFigures {
  readonly yesQuantity: Decimal;
  readonly noQuantity: Decimal;
  readonly hedgedQuantity: Decimal;
  readonly decided: PairSide | undefined; // what a final result has made of the question; undefined: it is open, or the venues disagree
  readonly unhedgedSide: PairSide | undefined;
  readonly unhedgedQuantity: Decimal;
  readonly isFullyHedged: boolean;
  readonly grossCents: Decimal; // price paid for what is held
  readonly feesCents: Decimal; // of what is held
  readonly costCents: Decimal; // both
  readonly capitalCents: Decimal; // the part of the cost that is not paid back yet
  readonly hedgedCostCents: Decimal; // of the hedged quantity, at each side's average
  readonly lockedCents: Decimal; // 100 × hedged − its cost
  readonly exposedCostCents: Decimal; // cost − hedged cost
  readonly guaranteedCents: Decimal; // least over the outcomes on which the venues agree
  readonly maxProfitCents: Decimal;
  readonly maxLossCents: Decimal; // ≥ 0
  readonly yesCents: Decimal; // P&L of what is held when YES wins everywhere
  readonly noCents: Decimal;
  readonly worstCents: Decimal; // least when each market may end as it likes
  readonly realizedCents: Decimal; // all of it
  readonly nettedCents: Decimal; // the part of it that the outcomes hold, too
  readonly mergeableQuantity: Decimal; // sets that Polymarket would take back now
}

/** Decimals of a cent that the cost of a part is rounded to, half-even: averages do not end. */
const AVERAGE_DIGITS = 6;

/** P&L of what is held when the markets end so, before rounding by a venue. Realized P&L of what is no longer held is not in it. */
export function pnlIf(pair: PairState, endingOf: (venue: PairVenue, market: string) => Ending): Decimal {
  const paid = pair.legs.map((leg) => payoffCents(leg, endingOf(leg.venue, leg.market), leg.side)).reduce(addDecimals, zero);
  return subtractDecimals(addDecimals(paid, nettedPayout(pair)), costCents(pair));
}

/**
 * The figures of a pair. Outcomes on which the venues agree are YES everywhere and NO everywhere; once a market has settled, only what
 * agrees with it is left.
 */
export function figuresOf(pair: PairState): PairFigures {
  const { legs } = pair;
  const held = (side: PairSide): Leg[] => legs.filter((leg) => leg.side === side);
  const all = (of: readonly Leg[]): ReturnType<typeof sumHeld> => of.map((leg) => sumHeld(leg.open, leg.netted)).reduce(sumHeld, { quantity: zero, grossCents: zero, feesCents: zero });
  const [yes, no, total] = [all(held("yes")), all(held("no")), all(legs)];
  const [yesQuantity, noQuantity] = [yes.quantity, no.quantity];
  const hedgedQuantity = greatestOf(zero, leastOf(yesQuantity, noQuantity));
  const difference = subtractDecimals(yesQuantity, noQuantity);
  const cost = costOf(total);
  const hedgedCostCents = hedgedQuantity.mantissa === 0n ? zero : addDecimals(shareOf(costOf(yes), hedgedQuantity, yesQuantity), shareOf(costOf(no), hedgedQuantity, noQuantity));
  const [yesCents, noCents] = [pnlIf(pair, () => YES_WINS), pnlIf(pair, () => NO_WINS)];
  const sides = possibleSides(pair);
  const possible = sides.map((side) => (side === "yes" ? yesCents : noCents));
  const guaranteedCents = possible.reduce(leastOf);
  return {
    yesQuantity, noQuantity, hedgedQuantity, decided: sides.length === 1 ? sides[0] : undefined,
    unhedgedSide: difference.mantissa === 0n ? undefined : difference.mantissa > 0n ? "yes" : "no",
    unhedgedQuantity: difference.mantissa < 0n ? negatedDecimal(difference) : difference,
    isFullyHedged: difference.mantissa === 0n && yesQuantity.mantissa > 0n,
    grossCents: total.grossCents, feesCents: total.feesCents, costCents: cost, capitalCents: legs.map((leg) => costOf(leg.open)).reduce(addDecimals, zero),
    hedgedCostCents, lockedCents: subtractDecimals(fullPayout(hedgedQuantity), hedgedCostCents), exposedCostCents: subtractDecimals(cost, hedgedCostCents),
    guaranteedCents, maxProfitCents: possible.reduce(greatestOf), maxLossCents: greatestOf(zero, negatedDecimal(guaranteedCents)), yesCents, noCents, worstCents: worstOf(pair),
    realizedCents: Object.values(pair.realized).reduce<Decimal>(addDecimals, zero), nettedCents: pair.realized.netted, mergeableQuantity: mergeable(legs),
  };
}

/** The type of a pair: as defined, or as its fills tell. */
export function arbTypeOf({ arbType, legs }: PairState): ArbType {
  if (arbType !== undefined) return arbType;
  const of = (venue: PairVenue, side: PairSide): Decimal => legs.filter((leg) => leg.venue === venue && leg.side === side).map((leg) => sumHeld(leg.open, leg.netted).quantity).reduce(addDecimals, zero);
  const sides = (venue: PairVenue): number => new Set(legs.filter((leg) => leg.venue === venue).map(({ side }) => side)).size;
  const has = (venue: PairVenue): boolean => sides(venue) > 0;
  if (has("kalshi") !== has("polymarket") && sides(has("kalshi") ? "kalshi" : "polymarket") === 2) return has("kalshi") ? "kalshi_only" : "poly_only";
  const kalshiYes = has("kalshi") ? compareDecimals(of("kalshi", "yes"), of("kalshi", "no")) : compareDecimals(of("polymarket", "no"), of("polymarket", "yes"));
  const first = legs[0];
  const leans = kalshiYes !== 0 ? kalshiYes > 0 : first === undefined || (first.side === "yes") === (first.venue === "kalshi");
  return leans ? "kalshi_yes_poly_no" : "poly_yes_kalshi_no";
}

function shareOf(cost: Decimal, part: Decimal, whole: Decimal): Decimal {
  return compareDecimals(part, whole) === 0 ? cost : divideDecimals(multiplyDecimals(cost, part), whole, AVERAGE_DIGITS, "half_even");
}

function costCents({ legs }: PairState): Decimal {
  return legs.map((leg) => addDecimals(costOf(leg.open), costOf(leg.netted))).reduce(addDecimals, zero);
}

function nettedPayout({ legs }: PairState): Decimal {
  return fullPayout(legs.filter((leg) => leg.venueSide === "yes").map((leg) => leg.netted.quantity).reduce(addDecimals, zero));
}

/** What YES of the pair may still come to where the venues agree: what has settled as yes or no has decided it. */
function possibleSides({ results, markets }: PairState): readonly PairSide[] {
  const decided = results.flatMap(({ venue, market, settled }): PairSide[] => {
    if (settled?.stage !== "final" || settled.payout.is !== "cents") return [];
    const { cents } = settled.payout;
    const own: PairSide | undefined = cents.mantissa === 0n ? "no" : compareDecimals(cents, { mantissa: 100n, digits: 0 }) === 0 ? "yes" : undefined;
    const isOpposite = markets.find((one) => one.venue === venue && one.market === market)?.orientation === "opposite";
    return own === undefined ? [] : [isOpposite ? otherSide(own) : own];
  });
  return new Set(decided).size === 1 ? decided.slice(0, 1) : ["yes", "no"];
}

/** Each market by itself, and each at its worst. */
function worstOf(pair: PairState): Decimal {
  const markets = new Map<string, Leg[]>();
  for (const leg of pair.legs) {
    const key = `${leg.venue} ${leg.market}`;
    markets.set(key, [...(markets.get(key) ?? []), leg]);
  }
  const least = [...markets.values()].map((legs) => [YES_WINS, NO_WINS].map((ending) => legs.map((leg) => payoffCents(leg, ending, leg.side)).reduce(addDecimals, zero)).reduce(leastOf));
  return subtractDecimals(addDecimals(least.reduce(addDecimals, zero), nettedPayout(pair)), costCents(pair));
}

function mergeable(legs: readonly Leg[]): Decimal {
  const sets = legs.filter(({ venue, venueSide }) => venue === "polymarket" && venueSide === "yes").map((yes) => {
    const no = legs.find(({ venue, market, venueSide }) => venue === "polymarket" && market === yes.market && venueSide === "no");
    return no === undefined ? zero : greatestOf(zero, leastOf(yes.open.quantity, no.open.quantity));
  });
  return sets.reduce(addDecimals, zero);
}
