import type { PnlKey, PnlViewName } from "../book/index.ts";
import type { PairFees } from "../pairs/index.ts";
import type { Time } from "./texts.ts";

/** How a book counts. */
export interface BookOptions {
  readonly currency?: string | undefined; // what symbols are quoted in that name none; "USD"
  readonly marksMaxAge?: number | undefined; // seconds; older marks value nothing; left out: any age does
  readonly now: () => bigint | Date | string; // bigint: nanoseconds since 1970
  readonly pairFees?: PairFees | undefined; // how fees of pairs are computed where a venue says none; by what the venues published
  readonly onListenerError: (error: unknown) => void;
}

export interface HistoryFilter {
  readonly account?: string | undefined;
  readonly venue?: string | undefined;
  readonly symbol?: string | undefined;
  readonly from?: Time | undefined; // inclusive
  readonly to?: Time | undefined; // inclusive
}

export interface PnlOptions {
  readonly by?: PnlKey | undefined; // "symbol"
  readonly currency?: string | undefined; // the only one that positions settle in, else the book's
  readonly view?: PnlViewName | undefined; // "gross": what realized has inside
}
