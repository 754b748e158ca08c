import type { Decimal } from "../num/index.ts";

/** How much stands at a price. In an update, a quantity of 0 says that the level is gone. */
export interface Level {
  readonly price: Decimal;
  readonly quantity: Decimal; // ≥ 0
}

/** Decimals of all prices and of all quantities of a ladder. */
export interface LadderDigits {
  readonly price: number;
  readonly quantity: number;
}

/** How a venue sums up its best levels, so that a copy can be compared. */
export interface LadderChecksum {
  readonly kind: ChecksumKind;
  readonly value: number; // of 32 bits, as the venue states it: signed or not
}
export const CHECKSUM_KINDS = ["kraken", "okx"] as const;
export type ChecksumKind = (typeof CHECKSUM_KINDS)[number];

/**
 * What a venue says about one ladder: all of it, or the levels that changed.
 *
 * Numbers count what a venue sent about this ladder. An update follows what came before when its `firstSequence` (by
 * default its `sequence`) is not beyond the next number, or when its `previousSequence` is the number before. A venue that
 * gives no numbers is believed to lose nothing.
 */
export interface LadderMessage {
  readonly type: "snapshot" | "update";
  readonly venue: string;
  readonly symbol: string; // as the venue calls it
  readonly timeUs: number; // microseconds since 1970 UTC, by the venue
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly sequence?: number;
  readonly firstSequence?: number;
  readonly previousSequence?: number;
  readonly checksum?: LadderChecksum;
  readonly digits?: LadderDigits; // in which the venue writes, needless zeros included: some checksums are made of them
  readonly depth?: number; // levels a side that the venue keeps saying; without it, all
  readonly funding?: Funding; // of a perpetual, as its venue announces it; it holds until it says otherwise
  readonly unread?: string; // why what it says could not be read: the rest of it counts for nothing then
}

/** What a perpetual pays from those who are long to those who are short, every `intervalHours`; below 0 the other way. */
export interface Funding {
  readonly rate: number; // share of the position's value
  readonly intervalHours: number; // > 0
}

/** What became of a message. */
export type LadderAnswer =
  | { readonly code: "taken" }
  | { readonly code: "old" } // said before, or overtaken
  | { readonly code: "gap"; readonly expected: number; readonly came: number } // unusable from here to the next snapshot
  | { readonly code: "waiting" } // for a snapshot; the update is remembered
  | { readonly code: "mismatch"; readonly expected: number; readonly computed: number } // checksum: unusable to the next snapshot
  | { readonly code: "refused"; readonly why: string };

/** Why a ladder is not to be relied on. */
export type Unusable = "no_snapshot" | "gap" | "checksum" | "crossed" | "stale" | "ahead";
