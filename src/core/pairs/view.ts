import { addDecimals, compareDecimals, formatDecimal, formatRatio, negatedDecimal, roundDecimal, subtractDecimals, tenTo, zero, greatestOf, type Decimal } from "../num/index.ts";
import { formatTime } from "../model/index.ts";
import type { ArbType, PairSide, PairVenue } from "./fact.ts";
import { arbTypeOf, figuresOf, NO_WINS, pnlIf, YES_WINS, type Ending, type PairFigures } from "./figures.ts";
import { costOf, emptyLeg, sumHeld, type Leg } from "./leg.ts";
import { unrealizedAtBids, unrealizedAtMarks, type PairPrices } from "./prices.ts";
import type { PairState, PairStatus } from "./state.ts";
import { payoffCents } from "./step.ts";

/** A leg as JSON: money in cents and contracts as decimal text. */
export interface LegView {
  readonly venue: PairVenue;
  readonly market: string;
  readonly side: PairSide; // of the pair
  readonly venueSide: PairSide; // of the venue's own market
  readonly quantity: string; // held; what Kalshi has netted counts, and `openQuantity` is the rest
  readonly openQuantity: string;
  readonly nettedQuantity: string;
  readonly settledQuantity: string;
  readonly avgPriceCents: string | null; // without fees; null when nothing is held
  readonly costCents: string; // of what is held, without fees
  readonly feesCents: string; // of what is held
  readonly feesPaidCents: string; // over its life
  readonly feeShares: string; // taken in contracts, over its life
  readonly fills: number;
}

/** A pair as JSON. What is not known is null. */
export interface PairView {
  readonly pairId: string;
  readonly arbType: ArbType;
  readonly status: PairStatus;
  readonly openedAt: string | null;
  readonly legs: readonly LegView[];
  readonly costCents: string;
  readonly feesCents: string;
  readonly yesQuantity: string;
  readonly noQuantity: string;
  readonly hedgedQuantity: string;
  readonly unhedgedSide: PairSide | null;
  readonly unhedgedQuantity: string;
  readonly isFullyHedged: boolean;
  readonly guaranteedProfitCents: string;
  readonly guaranteedProfitWholeCents: string; // floor
  readonly maxProfitCents: string;
  readonly maxLossCents: string;
  readonly maxLossWholeCents: string; // ceiling
  readonly lockedProfitOnHedgedCents: string;
  readonly exposedCostCents: string; // cost of what is not hedged
  readonly outcomes: { readonly yes: string; readonly no: string; readonly kalshiYesPolyNo: string | null; readonly kalshiNoPolyYes: string | null; readonly fiftyFifty: string; readonly refund: string }; // null: there is one venue only; refund: of prices, not of fees
  readonly worstWithDivergenceCents: string;
  readonly mismatchLossCents: string; // what is lost when both sides lose; 0 when nothing
  readonly confirmedGuaranteedProfitCents: string; // if nothing comes of fills that are not final
  readonly realizedPnlCents: string | null; // after fees; null while a market has ended and its result is not known
  readonly provisionalPnlCents: string | null; // of what is held in markets whose result is told and not final; null where there is none
  readonly realizedBy: { readonly sold: string; readonly netted: string; readonly merged: string; readonly settled: string; readonly rebates: string };
  readonly guaranteedTotalCents: string; // guaranteed + realized
  readonly unrealizedPnlCents: string | null;
  readonly unrealizedAtBidsCents: string | null;
  readonly capitalLockedCents: string;
  readonly claimableCents: string; // settled, to be redeemed
  readonly mergeableQuantity: string;
  readonly daysToResolution: number | null;
  readonly annualizedReturn: number | null; // guaranteed ÷ capital × 365 ÷ days; 0.1 is 10 %
  readonly changes: readonly { readonly from: PairStatus; readonly to: PairStatus; readonly cause: string; readonly at: string }[];
}

export interface PairViewOptions {
  readonly nowNs: bigint;
  readonly prices?: PairPrices | undefined;
  readonly confirmed?: PairState | undefined; // the pair with its final fills only; left out: all are final
}

const FIFTY_FIFTY: Ending = { is: "cents", cents: { mantissa: 50n, digits: 0 } };
const REFUND: Ending = { is: "refund" };
const NS_A_DAY = 86_400_000_000_000;
const DAYS_A_YEAR = 365;
const AVERAGE_SIGNIFICANT = 12;

/** A pair with all its figures, at a time. */
export function viewOf(pair: PairState, { nowNs, prices = {}, confirmed = pair }: PairViewOptions): PairView {
  const figures = figuresOf(pair);
  const { realized } = pair;
  const elsewhere = subtractDecimals(figures.realizedCents, figures.nettedCents);
  const isOneVenue = ["kalshi_only", "poly_only"].includes(arbTypeOf(pair));
  const days = daysToResolution(pair, nowNs);
  const unrealizedPnl = unrealizedAtMarks(pair, prices);
  const atBids = unrealizedAtBids(pair, prices);
  return {
    pairId: pair.pairId, arbType: arbTypeOf(pair), status: pair.status, openedAt: pair.openedAtNs === undefined ? null : formatTime(pair.openedAtNs),
    legs: shownLegs(pair).map(legView),
    costCents: text(figures.costCents), feesCents: text(figures.feesCents), yesQuantity: text(figures.yesQuantity), noQuantity: text(figures.noQuantity),
    hedgedQuantity: text(figures.hedgedQuantity), unhedgedSide: figures.unhedgedSide ?? null, unhedgedQuantity: text(figures.unhedgedQuantity), isFullyHedged: figures.isFullyHedged,
    guaranteedProfitCents: text(figures.guaranteedCents), guaranteedProfitWholeCents: wholeCents(figures.guaranteedCents, "floor"), maxProfitCents: text(figures.maxProfitCents),
    maxLossCents: text(figures.maxLossCents), maxLossWholeCents: wholeCents(figures.maxLossCents, "ceiling"),
    lockedProfitOnHedgedCents: text(figures.lockedCents), exposedCostCents: text(figures.exposedCostCents),
    outcomes: {
      yes: text(figures.yesCents), no: text(figures.noCents),
      kalshiYesPolyNo: isOneVenue ? null : text(pnlIf(pair, byVenue(YES_WINS, NO_WINS))), kalshiNoPolyYes: isOneVenue ? null : text(pnlIf(pair, byVenue(NO_WINS, YES_WINS))),
      fiftyFifty: text(pnlIf(pair, () => FIFTY_FIFTY)), refund: text(pnlIf(pair, () => REFUND)),
    },
    worstWithDivergenceCents: text(figures.worstCents), mismatchLossCents: text(greatestOf(zero, negatedDecimal(figures.worstCents))),
    confirmedGuaranteedProfitCents: text(confirmed === pair ? figures.guaranteedCents : figuresOf(confirmed).guaranteedCents),
    realizedPnlCents: pair.status === "expired" ? null : text(figures.realizedCents),
    provisionalPnlCents: provisionalPnl(pair),
    realizedBy: { sold: text(realized.sold), netted: text(realized.netted), merged: text(realized.merged), settled: text(realized.settled), rebates: text(realized.rebates) },
    guaranteedTotalCents: text(addDecimals(figures.guaranteedCents, elsewhere)),
    unrealizedPnlCents: unrealizedPnl === undefined ? null : text(unrealizedPnl), unrealizedAtBidsCents: atBids === undefined ? null : text(atBids),
    capitalLockedCents: text(figures.capitalCents), claimableCents: text(pair.claimableCents), mergeableQuantity: text(figures.mergeableQuantity),
    daysToResolution: days ?? null, annualizedReturn: annualizedReturn(figures, days) ?? null,
    changes: pair.changes.map(({ from, to, cause, timeNs }) => ({ from, to, cause, at: formatTime(timeNs) })),
  };
}

/**
 * A figure in whole cents, without promising more than there is: guarantees go to the floor, losses to the ceiling.
 * @example wholeCents({ mantissa: 325n, digits: 1 }, "floor") // => "32"
 * @example wholeCents({ mantissa: -14972n, digits: 2 }, "floor") // => "-150"
 */
export function wholeCents(cents: Decimal, rounding: "floor" | "ceiling"): string {
  return text(roundDecimal(cents, 0, rounding));
}

/** The ending of a market by its venue. */
export function byVenue(kalshi: Ending, polymarket: Ending): (venue: PairVenue) => Ending {
  return (venue) => (venue === "kalshi" ? kalshi : polymarket);
}

/** Days until the last market that holds something is expected to resolve; undefined where one does not say, or it is past. */
function daysToResolution({ legs, markets }: PairState, nowNs: bigint): number | undefined {
  const held = markets.filter(({ venue, market }) => legs.some((leg) => leg.venue === venue && leg.market === market && leg.open.quantity.mantissa !== 0n));
  const times = held.map(({ resolvesAtNs }) => resolvesAtNs);
  if (times.length === 0 || times.includes(undefined)) return undefined;
  const last = (times as bigint[]).reduce((a, b) => (a > b ? a : b));
  return last > nowNs ? Number(last - nowNs) / NS_A_DAY : undefined;
}

/** What results that are not final yet would make of the legs that they are of. */
function provisionalPnl({ legs, results }: PairState): string | null {
  const pnls = results.flatMap(({ venue, market, settled }) => (settled?.stage !== "provisional" ? [] : legs.filter((leg) => leg.venue === venue && leg.market === market).map((leg) => subtractDecimals(payoffCents(leg, settled.payout, leg.venueSide), costOf(leg.open)))));
  return pnls.length === 0 ? null : text(pnls.reduce(addDecimals));
}

/** Simple, not compounded. Only what is guaranteed and not realized yet, on the capital that is still locked. */
function annualizedReturn({ guaranteedCents, nettedCents, capitalCents }: PairFigures, days: number | undefined): number | undefined {
  if (days === undefined || capitalCents.mantissa <= 0n) return undefined;
  return (Number(text(subtractDecimals(guaranteedCents, nettedCents))) / Number(text(capitalCents))) * (DAYS_A_YEAR / days);
}

/** The legs that were filled, and those that the pair's type waits for. */
function shownLegs(pair: PairState): Leg[] {
  const arbType = arbTypeOf(pair);
  const wanted: readonly (readonly [PairVenue, PairSide])[] = arbType === "poly_yes_kalshi_no" ? [["kalshi", "no"], ["polymarket", "yes"]] : arbType === "kalshi_yes_poly_no" ? [["kalshi", "yes"], ["polymarket", "no"]] : [];
  const missing = wanted.filter(([venue, side]) => !pair.legs.some((leg) => leg.venue === venue && leg.side === side)).map(([venue, side]) => {
    const market = pair.markets.find((one) => one.venue === venue);
    return { ...emptyLeg(venue, market?.market ?? "", side, "same"), venueSide: market?.orientation === "opposite" ? (side === "yes" ? "no" : "yes") : side } satisfies Leg;
  });
  return [...pair.legs, ...missing].sort((a, b) => (a.venue === b.venue ? 0 : a.venue === "kalshi" ? -1 : 1));
}

function legView(leg: Leg): LegView {
  const held = sumHeld(leg.open, leg.netted);
  return {
    venue: leg.venue, market: leg.market, side: leg.side, venueSide: leg.venueSide, quantity: text(held.quantity), openQuantity: text(leg.open.quantity), nettedQuantity: text(leg.netted.quantity),
    settledQuantity: text(leg.settled), avgPriceCents: averageOf(held.grossCents, held.quantity), costCents: text(held.grossCents), feesCents: text(held.feesCents),
    feesPaidCents: text(leg.feesPaidCents), feeShares: text(leg.feeShares), fills: leg.fills,
  };
}

function averageOf(gross: Decimal, quantity: Decimal): string | null {
  if (compareDecimals(quantity, zero) === 0) return null;
  return formatRatio(gross.mantissa * tenTo(quantity.digits), quantity.mantissa * tenTo(gross.digits), AVERAGE_SIGNIFICANT);
}

const text = formatDecimal;

/** What is paid for what is held, fees included, by market: the capital that a limit on a market looks at. */
export function capitalByMarket(pair: PairState): ReadonlyMap<string, Decimal> {
  const sums = new Map<string, Decimal>();
  for (const leg of pair.legs) sums.set(`${leg.venue} ${leg.market}`, addDecimals(sums.get(`${leg.venue} ${leg.market}`) ?? zero, costOf(leg.open)));
  return sums;
}
