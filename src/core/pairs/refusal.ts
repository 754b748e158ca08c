import { compareDecimals, formatDecimal, zero, type Decimal } from "../num/index.ts";
import type { PairCloseAsked, PairFact, PairFillAmended, PairFilled, PairMarket, PairVenue } from "./fact.ts";
import type { PairState } from "./state.ts";

/** Why a fact is not booked. */
export interface PairRefusal {
  readonly is: "refused";
  readonly code: "conflicting_fill" | "conflicting_fact" | "conflicting_pair" | "unknown_pair" | "unknown_market" | "unknown_fill" | "impossible_amount" | "impossible_change" | "missing_id";
  readonly why: string;
}

type Problem = Pick<PairRefusal, "code" | "why">;
const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };

/** Why a fact cannot be booked; undefined where it can. `filled`: the fill that it names, if that is known. */
export function problemOf(fact: PairFact, pair: PairState | undefined, filled: PairFact | undefined): Problem | undefined {
  if (fact.pairId === "" || fact.id === "") return { code: "missing_id", why: "a fact of a pair names its pair, and has an id by which a repeat is known" };
  if (fact.type === "pair_filled") return fillProblem(fact, pair);
  if (fact.type === "pair_defined") return definitionProblem(fact.arbType, fact.markets, pair);
  if (fact.type === "pair_split") return amountProblem(fact.quantity) ?? marketProblem(pair, fact.venue, fact.market);
  if (pair === undefined) return { code: "unknown_pair", why: `no pair ${fact.pairId} has been defined or filled` };
  if ("fill" in fact) {
    const { venue, market, id } = fact.fill;
    if (filled?.type !== "pair_filled" || filled.pairId !== fact.pairId) return { code: "unknown_fill", why: `the pair ${fact.pairId} has no fill ${id} of ${venue} in ${market}` };
    return fact.type === "pair_fill_amended" ? amendmentProblem(fact, filled) : undefined;
  }
  if (fact.type === "pair_close_asked" || fact.type === "pair_close_withdrawn") return closeProblem(fact, pair);
  if (!("market" in fact)) return undefined;
  return (fact.type === "pair_rebated" && fact.market === "" ? undefined : marketProblem(pair, fact.venue, fact.market)) ?? ownProblem(fact);
}

function fillProblem(fill: PairFilled, pair: PairState | undefined): Problem | undefined {
  return amountProblem(fill.quantity) ?? priceProblem(fill.priceCents) ?? feeSharesProblem(fill) ?? (pair?.isDefined === true ? marketProblem(pair, fill.venue, fill.market) : undefined);
}

function feeSharesProblem({ feeShares, quantity, grossCents }: PairFilled): Problem | undefined {
  if (feeShares.mantissa < 0n || compareDecimals(feeShares, quantity) >= 0) return impossible(`a fee of ${formatDecimal(feeShares)} of ${formatDecimal(quantity)} contracts cannot be`);
  return grossCents !== undefined && grossCents.mantissa < 0n ? impossible("what a fill paid or received is at least 0: its action says which") : undefined;
}

function ownProblem(fact: PairFact): Problem | undefined {
  if (fact.type === "pair_merged" || fact.type === "pair_redeemed") return amountProblem(fact.quantity);
  return fact.type === "pair_settled" && fact.payout.is === "cents" ? priceProblem(fact.payout.cents) : undefined;
}

/** What is closed cannot be asked to close, and what was not asked cannot be taken back. */
function closeProblem({ type, pairId }: PairCloseAsked, { status, isCloseAsked }: PairState): Problem | undefined {
  if (type === "pair_close_withdrawn") return isCloseAsked ? undefined : { code: "impossible_change", why: `nobody asked that the pair ${pairId} be closed: there is nothing to take back` };
  return status === "closed" ? { code: "impossible_change", why: `the pair ${pairId} is closed: nothing of it is held` } : undefined;
}

/** A computed fee is computed anew: contracts that it took say nothing against a smaller quantity. */
function amendmentProblem({ quantity, priceCents, feeShares = undefined }: PairFillAmended, filled: PairFilled): Problem | undefined {
  const stays = filled.feeIsComputed ? zero : filled.feeShares;
  const ofShares = quantity === undefined && feeShares === undefined ? undefined : feeSharesProblem({ ...filled, quantity: quantity ?? filled.quantity, feeShares: feeShares ?? stays });
  return (quantity && amountProblem(quantity)) ?? ofShares ?? (priceCents && priceProblem(priceCents));
}

function amountProblem(quantity: Decimal): Problem | undefined {
  return quantity.mantissa > 0n ? undefined : impossible(`a quantity of ${formatDecimal(quantity)}: it is above 0`);
}

function priceProblem(cents: Decimal): Problem | undefined {
  return cents.mantissa >= 0n && compareDecimals(cents, HUNDRED) <= 0 ? undefined : impossible(`${formatDecimal(cents)} cents: a contract costs and pays 0 to 100`);
}

function impossible(why: string): Problem {
  return { code: "impossible_amount", why };
}

function marketProblem(pair: PairState | undefined, venue: PairVenue, market: string): Problem | undefined {
  const known = (pair?.markets ?? []).filter((one) => one.venue === venue);
  if (known.some((one) => one.market === market) || pair === undefined) return undefined;
  const names = known.map((one) => one.market).join(", ");
  return { code: "unknown_market", why: `the pair ${pair.pairId} has no market ${market === "" ? "without a name" : market} at ${venue}${names === "" ? "" : `, but ${names}`}: define the pair with it` };
}

function definitionProblem(arbType: string, markets: readonly PairMarket[], pair: PairState | undefined): Problem | undefined {
  const venues = new Set(markets.map(({ venue }) => venue));
  const wanted: readonly PairVenue[] = arbType === "kalshi_only" ? ["kalshi"] : arbType === "poly_only" ? ["polymarket"] : ["kalshi", "polymarket"];
  if (venues.size !== wanted.length || wanted.some((venue) => !venues.has(venue))) return { code: "conflicting_pair", why: `a pair of type ${arbType} has markets at ${wanted.join(" and ")}, and at no other venue` };
  const names = markets.map(({ venue, market }) => `${venue} ${market}`);
  if (new Set(names).size !== names.length) return { code: "conflicting_pair", why: "a market stands twice in one pair" };
  const missing = pair?.legs.find((leg) => !markets.some(({ venue, market }) => venue === leg.venue && market === leg.market));
  return missing === undefined ? undefined : { code: "conflicting_pair", why: `the pair was filled in ${missing.market === "" ? "a market without a name" : missing.market} at ${missing.venue}, which is not among its markets` };
}

/** A fill in a few words. */
export function contentOf({ action, side, quantity, priceCents, feeCents, pairId }: PairFilled): string {
  return `${action} ${formatDecimal(quantity)} ${side} at ${formatDecimal(priceCents)} cents${feeCents === undefined ? "" : `, fee ${formatDecimal(feeCents)}`}, of pair ${pairId}`;
}
