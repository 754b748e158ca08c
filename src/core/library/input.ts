import type { CostMethod, InstrumentKind, Liquidity, VenueType } from "../model/index.ts";
import { PAIR_COLUMNS, type PairColumn } from "../pairs/index.ts";
import type { Amount, Price, Quantity } from "./amounts.ts";
import { fieldOf, type Fields, type Time } from "./texts.ts";

/** A fill as a program reports it: the columns of a file of fills, in camelCase. */
export interface NewFill {
  readonly id: string; // the venue's own trade id
  readonly venue: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: Quantity;
  readonly price: Price;
  readonly timestamp: Time;
  readonly account?: string | undefined; // "default"
  readonly venueType?: VenueType | undefined;
  readonly orderId?: string | undefined;
  readonly fee?: Amount | undefined; // paid > 0, rebate < 0
  readonly feeCurrency?: string | undefined; // the quote currency
  readonly liquidity?: Liquidity | undefined;
  readonly signalId?: string | undefined;
  readonly strategy?: string | undefined;
  readonly arrivalPrice?: Price | undefined;
  readonly slippage?: string | number | undefined; // basis points, > 0 costs
  readonly latencyMs?: string | number | undefined;
  readonly executionScore?: string | number | undefined; // 0 to 1
}

/** An order that has not been sent. */
export interface NewOrder {
  readonly venue: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: Quantity;
  readonly price?: Price | undefined; // the mark
  readonly account?: string | undefined; // "default"
  readonly strategy?: string | undefined; // whose limits count, too
}

/** What is traded. */
export interface NewInstrument {
  readonly symbol: string;
  readonly kind: InstrumentKind;
  readonly quote: string;
  readonly venue?: string | undefined; // every venue
  readonly base?: string | undefined; // the symbol
  readonly settle?: string | undefined; // the quote; the base of an inverse contract
  readonly multiplier?: string | number | undefined; // 1
  readonly inverse?: boolean | undefined;
  readonly priceIncrement?: string | number | undefined; // its decimals are the most that prices may have
  readonly quantityIncrement?: string | number | undefined;
  readonly expires?: Time | undefined;
}

/** A price to value positions with. */
export interface NewMark {
  readonly symbol: string;
  readonly price: Price;
  readonly venue?: string | undefined; // the symbol on every venue
  readonly timestamp?: Time | undefined; // now
}

interface EventHead {
  readonly id?: string | undefined; // without one, an event is told apart by its content
  readonly account?: string | undefined; // "default"
}
interface Place extends EventHead {
  readonly venue: string;
  readonly symbol: string;
}
interface Timed {
  readonly timestamp: Time;
}
interface MaybeTimed {
  readonly timestamp?: Time | undefined; // now
}

/** Everything else that happens to positions: the types and names of `fillbook events`, in camelCase. */
export type NewEvent =
  | (Place & Timed & { readonly type: "funding"; readonly amount: Amount; readonly currency?: string | undefined }) // received > 0
  | (Place & Timed & { readonly type: "deposit" | "withdrawal"; readonly quantity: Quantity; readonly cost?: Amount | undefined; readonly amount?: undefined }) // of an asset; cost of all of it
  | (EventHead & Timed & { readonly type: "deposit" | "withdrawal"; readonly currency: string; readonly amount: Amount; readonly quantity?: undefined }) // of cash: capital
  | (Timed & { readonly type: "split"; readonly id?: string | undefined; readonly symbol: string; readonly ratio: string }) // new units for one old: "2", "0.1", "3/2"
  | (Timed & { readonly type: "rename"; readonly id?: string | undefined; readonly symbol: string; readonly to: string })
  | (EventHead & Timed & { readonly type: "settlement"; readonly symbol: string; readonly price: Price; readonly venue?: string | undefined }) // of every account and venue that is not named
  | (Place & MaybeTimed & { readonly type: "bust"; readonly fill: string }) // the id of the fill
  | (Place & MaybeTimed & FillChanges & { readonly type: "amend"; readonly fill: string })
  | (EventHead & MaybeTimed & { readonly type: "configure"; readonly method: CostMethod });

/** What an amendment may change of a fill. */
export interface FillChanges {
  readonly side?: "buy" | "sell" | undefined;
  readonly quantity?: Quantity | undefined;
  readonly price?: Price | undefined;
  readonly fee?: Amount | undefined;
  readonly feeCurrency?: string | undefined;
  readonly fillTimestamp?: Time | undefined;
  readonly strategy?: string | undefined;
  readonly signalId?: string | undefined;
}

export const FILL_FIELDS: Fields = {
  what: "a fill",
  texts: ["id", "venue", "symbol", "side", "quantity", "price", "account", "venueType", "orderId", "fee", "feeCurrency", "liquidity", "signalId", "strategy", "arrivalPrice"],
  times: ["timestamp"],
  numbers: ["slippage", "latencyMs", "executionScore"],
};
export const ORDER_FIELDS: Fields = { what: "an order", texts: ["venue", "symbol", "side", "quantity", "price", "account", "strategy"], times: [], numbers: [] };
export const INSTRUMENT_FIELDS: Fields = {
  what: "a definition",
  texts: ["symbol", "kind", "quote", "venue", "base", "settle"],
  times: ["expires"],
  numbers: ["multiplier", "priceIncrement", "quantityIncrement"],
  booleans: ["inverse"],
};
export const MARK_FIELDS: Fields = { what: "a mark", texts: ["symbol", "price", "venue"], times: ["timestamp"] };
export const EVENT_FIELDS: Fields = {
  what: "an event",
  texts: ["type", "id", "account", "venue", "symbol", "currency", "amount", "quantity", "cost", "price", "ratio", "to", "method", "fill", "side", "fee", "feeCurrency", "strategy", "signalId"],
  times: ["timestamp", "fillTimestamp"],
};

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Rest}` ? `${Head}${Capitalize<CamelCase<Rest>>}` : Name;
/** A fill of a pair as a program reports it: the columns of a paired row, or of a fill at one venue, in camelCase; amounts as text. */
export type NewPairFill = { readonly [Name in Exclude<PairColumn, "timestamp"> as CamelCase<Name>]?: string | undefined } & { readonly id: string; readonly pairId: string; readonly timestamp: Time };
export const PAIR_FIELDS: Fields = { what: "pair fill", texts: PAIR_COLUMNS.map(fieldOf).filter((name) => name !== "timestamp"), times: ["timestamp"] };
