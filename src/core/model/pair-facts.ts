import type { Decimal } from "../num/index.ts";
import type { Instant } from "./time.ts";

export type PairVenue = "kalshi" | "polymarket";
/** An outcome: of a venue's own market, or of the pair. The two differ where a market's orientation is opposite. */
export type PairSide = "yes" | "no";
/** Which outcome of the pair is bought where. */
export type ArbType = "poly_yes_kalshi_no" | "kalshi_yes_poly_no" | "kalshi_only" | "poly_only";

/** What a market itself says of its fees, as the venue's own answers do; it goes before the schedules. */
export interface MarketFees {
  readonly type?: "quadratic" | "quadratic_with_maker_fees" | undefined; // Kalshi's fee_type
  readonly multiplier?: string | undefined; // Kalshi's fee_multiplier
  readonly rate?: string | undefined; // Polymarket's fd.r; "0" for a market without fees
  readonly category?: string | undefined; // Polymarket's: a word of its fee table, such as crypto_15m or politics
}

/** A market of a pair, and how its outcomes stand to the pair's: said, never read from a label. */
export interface PairMarket {
  readonly venue: PairVenue;
  readonly market: string; // Kalshi: ticker; Polymarket: condition id
  readonly orientation: "same" | "opposite"; // opposite: this market's YES is the pair's NO
  readonly yesToken?: string | undefined; // Polymarket: asset id of the outcome that this market calls YES here
  readonly noToken?: string | undefined;
  readonly resolvesAtNs?: bigint | undefined; // when its result is expected
  readonly fees?: MarketFees | undefined; // what the market itself says of its fees
}

/** What every fact of a pair says. */
interface PairHead {
  readonly pairId: string;
  readonly id: string; // of the fact, within its type, venue and market; never empty
  readonly time: Instant; // when it happened, by whoever reports it
}
/** Names a fill of a venue. */
export interface PairFillRef {
  readonly account: string;
  readonly venue: PairVenue;
  readonly market: string;
  readonly id: string;
}

/** Which markets a pair is made of. A pair that was filled before it was defined is taken to be of one orientation. */
export interface PairDefined extends PairHead {
  readonly type: "pair_defined";
  readonly arbType: ArbType;
  readonly markets: readonly PairMarket[];
  readonly account?: string | undefined; // whose pair it is, filled or not; undefined: of those who fill it
}
/** A fill at one venue. */
export interface PairFilled extends PairHead {
  readonly type: "pair_filled";
  readonly account: string;
  readonly venue: PairVenue;
  readonly market: string; // "": the pair's only market at that venue
  readonly side: PairSide; // of the venue's own market
  readonly action: "buy" | "sell";
  readonly quantity: Decimal; // matched, > 0
  readonly priceCents: Decimal; // of one contract, 0 to 100
  readonly grossCents: Decimal | undefined; // paid or received without fees, where the venue says it; undefined: quantity × price
  readonly feeCents: Decimal | undefined; // the venue's own, paid > 0; undefined: not said
  readonly feeIsComputed: boolean; // from the schedule: the venue's own replaces it
  readonly feeShares: Decimal; // taken out of what was bought, 0 for none
  readonly role: "maker" | "taker" | "";
  readonly isFinal: boolean; // false: matched, not yet confirmed on chain
  readonly orderId: string;
}
/** A fill is final: it stands on chain. */
export interface PairConfirmed extends PairHead {
  readonly type: "pair_confirmed";
  readonly fill: PairFillRef;
}
/** The computed fee of a later fill of the same order: Kalshi rounds over an order. */
export interface PairOrderFee {
  readonly id: string; // of the fill
  readonly feeCents: Decimal;
}
/** A fill never came to be: matched, then failed on chain. */
export interface PairVoided extends PairHead {
  readonly type: "pair_voided";
  readonly fill: PairFillRef;
  readonly why: string;
  readonly orderFees?: readonly PairOrderFee[] | undefined; // of later fills of its order, without it
}
/** A fill was otherwise than first said; what is undefined stays. */
export interface PairFillAmended extends PairHead {
  readonly type: "pair_fill_amended";
  readonly fill: PairFillRef;
  readonly quantity: Decimal | undefined;
  readonly priceCents: Decimal | undefined;
  readonly feeCents: Decimal | undefined; // all of it
  readonly feeShares?: Decimal | undefined; // taken in contracts
  readonly feeIsComputed?: boolean | undefined; // true: by the schedule, for what was amended; else the venue's own
  readonly orderFees?: readonly PairOrderFee[] | undefined; // of later fills of its order, as it stands now
}
/** Paid by a venue beside fills, for making or taking in a market. */
export interface PairRebated extends PairHead {
  readonly type: "pair_rebated";
  readonly venue: PairVenue;
  readonly market: string;
  readonly amountCents: Decimal; // received > 0
}
/** Sets of YES and NO given back for 100 cents each. */
export interface PairMerged extends PairHead {
  readonly type: "pair_merged";
  readonly venue: PairVenue;
  readonly market: string;
  readonly quantity: Decimal; // sets, > 0
}
/** 100 cents each turned into sets of YES and NO, which cost 50 cents a contract each. */
export interface PairSplit extends PairHead {
  readonly type: "pair_split";
  readonly venue: PairVenue;
  readonly market: string;
  readonly quantity: Decimal; // sets, > 0
}
/** Contracts of a resolved market handed in for cash. Pays what the settlement said, or settles them where it has not come yet. */
export interface PairRedeemed extends PairHead {
  readonly type: "pair_redeemed";
  readonly venue: PairVenue;
  readonly market: string;
  readonly side: PairSide; // of the venue's own market
  readonly quantity: Decimal; // > 0
  readonly payoutCents: Decimal; // for all of them
}
/** What a result pays: cents of one YES of the market (its NO pays the rest of 100), or what was paid is given back. */
export type Payout = { readonly is: "cents"; readonly cents: Decimal } | { readonly is: "refund" };
/** A venue said how a market ended. Only what is final books money; the last word of a market counts. */
export interface PairSettled extends PairHead {
  readonly type: "pair_settled";
  readonly venue: PairVenue;
  readonly market: string;
  readonly stage: "provisional" | "disputed" | "final";
  readonly payout: Payout;
  readonly revenueCents: Decimal | undefined; // what the venue paid for the contracts still held; undefined: by the payout
}
/** A market closed, and nobody knows its result yet. */
export interface PairMarketEnded extends PairHead {
  readonly type: "pair_market_ended";
  readonly venue: PairVenue;
  readonly market: string;
}
/** Somebody asks that the pair be closed, or takes it back. */
export interface PairCloseAsked extends PairHead {
  readonly type: "pair_close_asked" | "pair_close_withdrawn";
  readonly by: string;
}

/** What we accept as having happened to a pair. */
export type PairFact = PairDefined | PairFilled | PairConfirmed | PairVoided | PairFillAmended | PairRebated | PairMerged | PairSplit | PairRedeemed | PairSettled | PairMarketEnded | PairCloseAsked;
