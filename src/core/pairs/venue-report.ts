import type { Decimal } from "../num/index.ts";
import type { Instant } from "../model/index.ts";
import type { PairSide, PairVenue } from "./fact.ts";

/** A trade as a venue tells it. Which pair it belongs to the venue does not know. */
export interface VenueFill {
  readonly account: string;
  readonly venue: PairVenue;
  readonly market: string; // Kalshi: ticker; Polymarket: condition id
  readonly token: string | undefined; // Polymarket: asset id. What it stands for a pair's definition says, never a label
  readonly side: PairSide | undefined; // Kalshi: of the market; Polymarket: undefined, the token says it
  readonly action: "buy" | "sell";
  readonly quantity: Decimal; // > 0
  readonly priceCents: Decimal;
  readonly feeCents: Decimal | undefined; // undefined: the venue does not say
  readonly role: "maker" | "taker" | "";
  readonly status: "matched" | "final" | "failed"; // matched: not final on chain yet
  readonly id: string; // "": this channel gives none; it can be compared, not booked
  readonly orderId: string;
  readonly time: Instant;
}

/** What a venue says is held. */
export interface VenuePosition {
  readonly venue: PairVenue;
  readonly market: string;
  readonly token: string | undefined;
  readonly quantity: Decimal; // Kalshi: YES > 0, NO < 0; Polymarket: shares of the token
  readonly costCents: Decimal | undefined; // of what is held
  readonly realizedCents: Decimal | undefined;
  readonly feesCents: Decimal | undefined;
  readonly isRedeemable: boolean;
}

/** What Kalshi paid for a market. */
export interface VenueSettlement {
  readonly venue: "kalshi";
  readonly market: string;
  readonly result: string; // yes, no, scalar, …
  readonly yesQuantity: Decimal; // bought over its life; what is in both was netted
  readonly noQuantity: Decimal;
  readonly yesCostCents: Decimal | undefined;
  readonly noCostCents: Decimal | undefined;
  readonly revenueCents: Decimal; // for the net contracts
  readonly valueCents: Decimal | undefined; // not always of YES: see `settledYesCents`
  readonly feesCents: Decimal | undefined;
  readonly time: Instant | undefined;
}

/** How a Polymarket market ended. */
export interface VenueResolution {
  readonly venue: "polymarket";
  readonly market: string;
  readonly payouts: readonly { readonly token: string; readonly cents: Decimal }[]; // none: closed without a result
  readonly stage: "provisional" | "final";
  readonly time: Instant | undefined;
}

/** How far an order is filled. Fills say it better; it is here to compare. */
export interface VenueOrder {
  readonly venue: PairVenue;
  readonly market: string;
  readonly token: string | undefined;
  readonly side: PairSide | undefined;
  readonly action: "buy" | "sell";
  readonly orderId: string;
  readonly filledQuantity: Decimal;
  readonly grossCents: Decimal | undefined; // paid or received for what was filled, without fees
  readonly feesCents: Decimal | undefined;
  readonly status: string;
}

/** What a venue said, read but not yet believed. */
export type VenueReport =
  | { readonly is: "fill"; readonly fill: VenueFill }
  | { readonly is: "position"; readonly position: VenuePosition }
  | { readonly is: "settlement"; readonly settlement: VenueSettlement }
  | { readonly is: "resolution"; readonly resolution: VenueResolution }
  | { readonly is: "order"; readonly order: VenueOrder }
  | { readonly is: "unreadable"; readonly why: string; readonly raw: string }; // raw: at most 4 KiB
