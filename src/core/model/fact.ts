import type { Decimal } from "../num/index.ts";
import type { Instrument } from "./instrument.ts";
import type { FillColumns } from "./columns.ts";
import type { DirectoryPage } from "./directory.ts";
import type { Fill, FillIdentity } from "./fill.ts";
import type { LimitedBy, LimitOverrides, Limits } from "./limits.ts";
import type { CostMethod } from "./method.ts";
import type { PairFact } from "./pair-facts.ts";
import type { Priced, RiskEvent } from "./risk-facts.ts";

/** A price to value positions with. An empty venue marks the symbol on every venue. */
export interface Mark {
  readonly venue: string;
  readonly symbol: string;
  readonly price: string; // exact decimal text
  readonly timeNs: bigint;
}

/** Why a fill was not booked. It is journaled and shown; the engine carries on. */
export type Refusal =
  | { readonly code: "conflicting_fill"; readonly why: string; readonly firstSeq: number } // same identity, other content; an exact repeat is no news
  | { readonly code: "too_precise" | "impossible_price"; readonly why: string; readonly field: "quantity" | "price" };

/** What every event says: whose id it brought ("" for none) and when it happened. */
interface EventHead {
  readonly id: string;
  readonly timeNs: bigint;
}
/** Paid or received for holding a perpetual: received > 0. */
export interface Funded extends EventHead {
  readonly type: "funded";
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly amount: Decimal;
  readonly currency: string;
}
/** An asset came into an account (quantity > 0) or left it, without a trade. */
export interface Moved extends EventHead {
  readonly type: "moved";
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly quantity: Decimal; // never 0
  readonly cost: Decimal | undefined; // of all of it, signed like the quantity (for positive prices), in the settle currency; undefined: it leaves at its book cost
}
/** Capital: cash came into an account (> 0) or left it. */
export interface Capital extends EventHead {
  readonly type: "capital";
  readonly account: string;
  readonly currency: string;
  readonly amount: Decimal;
}
/** Every unit of a symbol became over ÷ under units, on every venue. */
export interface Split extends EventHead {
  readonly type: "split";
  readonly symbol: string;
  readonly over: bigint; // > 0n
  readonly under: bigint; // > 0n
}
/** A symbol is called otherwise from now on, on every venue: its positions go on under the new name. */
export interface Renamed extends EventHead {
  readonly type: "renamed";
  readonly symbol: string;
  readonly to: string;
}
/** Every position in a symbol was closed at a price: expiry, or the outcome of a market. */
export interface Settled extends EventHead {
  readonly type: "settled";
  readonly account: string; // "": every account
  readonly venue: string; // "": every venue
  readonly symbol: string;
  readonly price: Decimal;
}
/** A fill never happened. */
export interface Busted extends EventHead {
  readonly type: "busted";
  readonly fill: FillIdentity;
  readonly seq: number; // of the fill
}
/** A fill happened otherwise: in its place stands this one, of the same identity. */
export interface Amended extends EventHead {
  readonly type: "amended";
  readonly fill: Fill;
  readonly seq: number; // of the fill as first booked
}
/** The cost method of an account, for all its fills. */
export interface Chosen extends EventHead {
  readonly type: "chosen";
  readonly account: string;
  readonly method: CostMethod;
}
/** The limits on risk are these from now on, all of them. */
export interface Limited extends EventHead {
  readonly type: "limited";
  readonly by: LimitedBy;
  readonly limits: Limits;
  readonly overrides?: LimitOverrides; // where there are some
}
/** Facts that change positions where they stand in the journal. */
export type PositionEvent = Funded | Moved | Split | Renamed | Settled;
/** Facts that change how earlier and later fills are read. */
export type Correction = Busted | Amended;
/** What `fillbook events` takes. */
export type Event = PositionEvent | Capital | Correction | Chosen | Limited | RiskEvent;

/** Every type of event, and whether it changes positions where it stands. */
const EVENTS: Readonly<Record<Event["type"], boolean>> = { funded: true, moved: true, split: true, renamed: true, settled: true, capital: false, busted: false, amended: false, chosen: false, limited: false, breached: false, tripped: false, reset: false, probed: false };

export function isEvent(fact: Fact): fact is Event {
  return fact.type in EVENTS;
}
export function isRiskEvent(fact: Fact): fact is RiskEvent {
  return fact.type === "breached" || fact.type === "tripped" || fact.type === "reset" || fact.type === "probed";
}
export function isPositionEvent(fact: Fact): fact is PositionEvent {
  return isEvent(fact) && EVENTS[fact.type];
}

/** What we accept as having happened, beside fills, which travel as `FillColumns`. */
export type Fact =
  | { readonly type: "defined"; readonly instrument: Instrument }
  | { readonly type: "configured"; readonly currency: string } // the base currency: the quote of symbols that name none
  | { readonly type: "marked"; readonly mark: Mark; readonly everyNs?: bigint } // everyNs: of each so long interval one mark is of record; a minute where it is not said
  | { readonly type: "refused"; readonly identity: FillIdentity; readonly refusal: Refusal; readonly raw: string }
  | Priced
  | PairFact
  | Event;

/** A run of entries of one kind, in the order of the journal. A fill is one entry, a fact is one. */
export type Section =
  | { readonly kind: "fills"; readonly page: DirectoryPage; readonly fills: FillColumns } // page: the names and routes these fills are the first to use
  | { readonly kind: "facts"; readonly facts: readonly Fact[] };

/** What one group commit wrote. */
export interface Block {
  readonly firstSeq: number;
  readonly count: number;
  readonly timeNs: bigint; // the journal's own time
  readonly sections: readonly Section[];
}
