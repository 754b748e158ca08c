import { isProblem, readDecimal, subtractDecimals, type Decimal } from "../num/index.ts";
import { plainPairFact, shown, type Instant } from "../model/index.ts";
import type { PairMarket, PairSettled, Payout } from "./fact.ts";
import type { PairState } from "./state.ts";
import { NotOfPairs } from "./text-row.ts";

/** A result as somebody tells it. */
export interface ToldResult {
  readonly payout: Payout;
  readonly venue?: string | undefined; // undefined: every market of the pair, and the payout is of the pair's YES
  readonly market?: string | undefined;
  readonly stage?: string | undefined; // final
  readonly id?: string | undefined; // by default made of the time
  readonly revenueCents?: string | undefined;
  readonly time: Instant;
}

const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };
const STAGES = ["provisional", "disputed", "final"] as const;

/**
 * The facts that a result comes to, a market each; a market whose last word says the same already gives none. Without a venue the result is the
 * pair's, turned round for a market of the opposite orientation.
 * @throws NotOfPairs
 */
export function settlementsOf(pair: PairState, { payout, venue, market, stage = "final", id, revenueCents, time }: ToldResult): PairSettled[] {
  const ended = STAGES.find((one) => one === stage);
  if (ended === undefined) throw new NotOfPairs("stage", `${shown(stage)} is none of ${STAGES.join(", ")}`);
  const revenue = revenueCents === undefined ? undefined : readDecimal(revenueCents);
  if (revenue !== undefined && isProblem(revenue)) throw new NotOfPairs("revenue_cents", revenue.why);
  const markets = pair.markets.filter((one) => (venue === undefined || one.venue === venue) && (market === undefined || one.market === market));
  if (markets.length === 0) throw new NotOfPairs("venue", `the pair ${pair.pairId} has no such market: it has ${pair.markets.map((one) => `${one.venue} ${one.market}`).join(", ") || "none"}`);
  if (venue !== undefined && markets.length > 1) throw new NotOfPairs("market", `the pair ${pair.pairId} has several at ${venue}: say which`);
  if (revenue !== undefined && markets.length > 1) throw new NotOfPairs("revenue_cents", "is of one market: say its venue");
  return markets.flatMap((one): PairSettled[] => {
    const fact: PairSettled = { type: "pair_settled", pairId: pair.pairId, id: id ?? `${time.ns}`, time, venue: one.venue, market: one.market, stage: ended, payout: venue === undefined ? ofMarket(payout, one) : payout, revenueCents: revenue };
    const last = pair.results.find((result) => result.venue === one.venue && result.market === one.market)?.settled;
    return last !== undefined && saidBy(last) === saidBy(fact) ? [] : [fact];
  });
}

function ofMarket(payout: Payout, { orientation }: PairMarket): Payout {
  return payout.is === "refund" || orientation === "same" ? payout : { is: "cents", cents: subtractDecimals(HUNDRED, payout.cents) };
}

function saidBy(fact: PairSettled): string {
  const { stage, payout, revenueCents } = plainPairFact(fact);
  return JSON.stringify([stage, payout, revenueCents]);
}
