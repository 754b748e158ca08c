import type { Instrument } from "./instrument.ts";
import type { FillColumns } from "./columns.ts";
import type { DirectoryPage } from "./directory.ts";
import type { FillIdentity } from "./fill.ts";

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

/** What we accept as having happened, beside fills, which travel as `FillColumns`. */
export type Fact =
  | { readonly type: "defined"; readonly instrument: Instrument }
  | { readonly type: "configured"; readonly currency: string } // the base currency: the quote of symbols that name none
  | { readonly type: "marked"; readonly mark: Mark }
  | { readonly type: "refused"; readonly identity: FillIdentity; readonly refusal: Refusal; readonly raw: string };

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
