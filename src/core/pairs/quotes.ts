import { addDecimals, formatDecimal, multiplyDecimals, zero, type Decimal } from "../num/index.ts";
import type { Instant } from "../model/index.ts";
import { adviceFor, type Advice, type Venue } from "./advice.ts";
import type { PairFilled, PairMarket, PairSide, PairVenue } from "./fact.ts";
import { scheduleFees, type FeeTerms } from "./fees.ts";
import { figuresOf } from "./figures.ts";
import { otherSide, type Leg } from "./leg.ts";
import { dollarsToCents, restOf, type PairLevel, type PairPrices } from "./prices.ts";
import type { PairState } from "./state.ts";

/** What could be traded now of one symbol, best first; prices in dollars of one contract. */
export interface PairQuote {
  readonly bids: readonly { readonly price: Decimal; readonly quantity: Decimal }[];
  readonly asks: readonly { readonly price: Decimal; readonly quantity: Decimal }[];
}
/** Where prices come from. What is not known is undefined. */
export interface PairQuotes {
  readonly ladderOf?: ((venue: PairVenue, symbol: string) => PairQuote | undefined) | undefined; // of a market's YES, by the market's id; of a token, by the token's
  readonly markAt?: ((venue: string, symbol: string) => Decimal | undefined) | undefined; // dollars, in the same way
  readonly fees?: FeeTerms | undefined; // how a taker's fees are computed
  readonly account?: string | undefined; // whose they are
  readonly askCents?: Decimal | undefined; // of the side that is missing, wherever and however many: goes before the others
  readonly bidCents?: Decimal | undefined; // for the side that there is too much of
}
export type PriceSource = "ladder" | "mark" | "given";

/** What to do about the part of a pair that is not hedged, as JSON. */
export interface PairAdvice {
  readonly pairId: string;
  readonly unhedgedSide: PairSide | null; // null: nothing is
  readonly unhedgedQuantity: string;
  readonly advice: (Advice & { readonly completePricesFrom: PriceSource | null; readonly unwindPricesFrom: PriceSource | null }) | null;
  readonly reasons: { readonly advice: string | null; readonly complete: string | null; readonly unwind: string | null }; // why one is null
}

interface Way extends Venue {
  readonly from: PriceSource;
}

/**
 * Complete or unwind, at the prices that are known: a ladder's levels, else the mark as if any number could be traded at it. Fees are those of a taker by the
 * schedule of the moment; where no schedule says them, what it would come to is not known, and that way is not offered.
 */
export function pairAdvice(pair: PairState, quotes: PairQuotes, now: Instant): PairAdvice {
  const { unhedgedSide, unhedgedQuantity, decided } = figuresOf(pair);
  const head = { pairId: pair.pairId, unhedgedSide: unhedgedSide ?? null, unhedgedQuantity: formatDecimal(unhedgedQuantity) };
  const nothing = (why: string): PairAdvice => ({ ...head, advice: null, reasons: { advice: why, complete: null, unwind: null } });
  if (unhedgedSide === undefined) return nothing("nothing is unhedged");
  if (pair.status === "closed") return nothing("the pair is closed");
  if (decided !== undefined) return nothing(`a venue has decided: ${decided.toUpperCase()}`);
  const buying = waysOf(pair, otherSide(unhedgedSide), "buy", quotes, now);
  const selling = waysOf(pair, unhedgedSide, "sell", quotes, now);
  const advice = adviceFor(pair, buying.ways, selling.ways);
  if (advice === undefined) return nothing("a venue has a final result");
  const { complete, unwind } = advice;
  const why = (way: object | null, { ways, missing }: Ways, enough: string) => (way !== null ? null : (missing[0] ?? (ways.length === 0 ? "no_price" : enough)));
  return {
    ...head,
    advice: { ...advice, completePricesFrom: complete && buying.ways.find(({ venue }) => venue === complete.venue)!.from, unwindPricesFrom: unwind && selling.ways.find(({ venue }) => venue === unwind.venue)!.from },
    reasons: { advice: null, complete: why(complete, buying, "too_few_offered"), unwind: why(unwind, selling, "too_few_wanted") },
  };
}

/** Bids of ladders for what is held, and a taker's fees on them, level by level; a market whose fees no schedule says has no bids that could be counted. */
export function bidsOfLadders(ladderOf: NonNullable<PairQuotes["ladderOf"]>, now: Instant, fees: PairQuotes["fees"] = undefined): Pick<PairPrices, "bidsOf" | "exitFeeOf"> {
  const feeOf = (market: PairMarket, level: PairLevel) => feesOf(market, "sell", now, { fees })(level);
  const marketOf = ({ venue, market }: Leg): PairMarket => ({ venue, market, orientation: "same" });
  const known = new Map<string, PairMarket>(); // as pairs define them: their own fees
  return {
    bidsOf: (leg, market = marketOf(leg)) => {
      known.set(`${leg.venue} ${leg.market}`, market);
      return feeOf(market, { priceCents: FIFTY, quantity: ONE }) === undefined ? undefined : levelsOf(market, leg.venueSide, "sell", { ladderOf }, zero)?.levels;
    },
    exitFeeOf: (leg, level) => feeOf(known.get(`${leg.venue} ${leg.market}`) ?? marketOf(leg), level) ?? zero,
  };
}

interface Ways {
  readonly ways: readonly Way[];
  readonly missing: readonly string[]; // why a market with a price is left out
}

/** Where a side of the pair could be bought or sold. */
function waysOf(pair: PairState, side: PairSide, action: "buy" | "sell", quotes: PairQuotes, now: Instant): Ways {
  const ways: Way[] = [];
  const missing: string[] = [];
  for (const market of pair.markets) {
    const isHeld = pair.legs.some((leg) => leg.venue === market.venue && leg.market === market.market && leg.side === side && leg.open.quantity.mantissa > 0n);
    if (action === "sell" && !isHeld) continue;
    const found = levelsOf(market, market.orientation === "opposite" ? otherSide(side) : side, action, quotes, figuresOf(pair).unhedgedQuantity);
    if (found === undefined) missing.push(`no_price: ${market.venue} ${market.market}`);
    else if (feesOf(market, action, now, quotes)({ priceCents: FIFTY, quantity: ONE }) === undefined) missing.push(`no_fee_schedule: ${market.venue} ${market.market}`);
    else ways.push({ venue: market.venue, levels: found.levels, from: found.from, feeOf: feesOf(market, action, now, quotes) as (level: PairLevel) => Decimal });
  }
  return { ways, missing };
}

const FIFTY: Decimal = { mantissa: 50n, digits: 0 };
const ONE: Decimal = { mantissa: 1n, digits: 0 };

/** The levels at which one outcome of a market can be bought or sold. */
function levelsOf({ venue, market, yesToken, noToken }: PairMarket, side: PairSide, action: "buy" | "sell", quotes: PairQuotes, quantity: Decimal): { readonly levels: readonly PairLevel[]; readonly from: PriceSource } | undefined {
  const given = action === "buy" ? quotes.askCents : quotes.bidCents;
  if (given !== undefined) return { levels: [{ priceCents: given, quantity }], from: "given" };
  const token = side === "yes" ? yesToken : noToken;
  const own = token === undefined ? undefined : quotes.ladderOf?.(venue, token);
  if (own !== undefined) return { levels: (action === "buy" ? own.asks : own.bids).map(asCents), from: "ladder" };
  const ofYes = quotes.ladderOf?.(venue, market);
  if (ofYes !== undefined && side === "yes") return { levels: (action === "buy" ? ofYes.asks : ofYes.bids).map(asCents), from: "ladder" };
  if (ofYes !== undefined) return { levels: (action === "buy" ? ofYes.bids : ofYes.asks).map(asCents).map((level) => ({ ...level, priceCents: restOf(level.priceCents) })), from: "ladder" }; // who buys NO at 30 meets who bids 70 for YES
  const [ownMark, yesMark] = [token === undefined ? undefined : quotes.markAt?.(venue, token), quotes.markAt?.(venue, market)];
  if (ownMark !== undefined) return { levels: [{ priceCents: dollarsToCents(ownMark), quantity }], from: "mark" };
  if (yesMark === undefined) return undefined;
  const cents = dollarsToCents(yesMark);
  return { levels: [{ priceCents: side === "yes" ? cents : restOf(cents), quantity }], from: "mark" };
}

function asCents({ price, quantity }: PairQuote["asks"][number]): PairLevel {
  return { priceCents: dollarsToCents(price), quantity };
}

/** A taker's fees, asked level by level, best first, as of one order: Kalshi rounds over an order. */
function feesOf({ venue, market, fees }: PairMarket, action: "buy" | "sell", time: Instant, { fees: terms, account = "" }: Pick<PairQuotes, "fees" | "account">): (level: PairLevel) => Decimal | undefined {
  const order: PairFilled[] = [];
  return ({ priceCents, quantity }) => {
    order.push({ type: "pair_filled", pairId: "", id: "", time, account, venue, market, side: "yes", action, quantity, priceCents, grossCents: undefined, feeCents: undefined, feeIsComputed: false, feeShares: zero, role: "taker", isFinal: true, orderId: "" });
    const fee = scheduleFees(order, fees, terms).at(-1);
    // shares that a buyer was charged cost what they were bought for
    return fee && addDecimals(fee.feeCents, multiplyDecimals(fee.feeShares, priceCents));
  };
}
