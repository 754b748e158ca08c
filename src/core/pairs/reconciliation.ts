import { formatTime, type Instant } from "../model/index.ts";
import type { PairBook } from "./book.ts";
import type { PairVenue } from "./fact.ts";
import { pairFactTexts } from "./fact-texts.ts";
import type { PairFees } from "./record.ts";
import { reconcile, type DifferenceCause } from "./reconcile.ts";
import type { VenueReport } from "./venue-report.ts";

/** Whose reports they are, and how complete. */
export interface Asked {
  readonly venue: PairVenue;
  readonly account: string;
  readonly asked: Instant; // when
  readonly sinceNs?: bigint | undefined; // the fills are all that there are from this time on; undefined: some may be missing
  readonly fees?: PairFees | undefined; // how a fee is computed that the venue does not tell
  readonly holdsAll?: boolean; // true: positions that are not told are 0, though none be told at all; else only where some are told
}

/** How a book and what a venue reports differ, as JSON. Nothing of it is booked. */
export interface Reconciliation {
  readonly venue: PairVenue;
  readonly account: string;
  readonly asked: string;
  readonly compared: { readonly fills: number; readonly positions: number; readonly settlements: number; readonly resolutions: number; readonly orders: number };
  readonly differences: readonly {
    readonly cause: DifferenceCause;
    readonly market: string;
    readonly pairId: string | null; // null: of no pair, or of several
    readonly why: string;
    readonly mends: readonly Readonly<Record<string, string>>[]; // rows that `POST /v1/pairs/fills` and `fillbook import` take
  }[];
  readonly causes: { readonly [cause in DifferenceCause]?: number };
  readonly unreadable: readonly { readonly why: string; readonly raw: string }[]; // raw: at most 4 KiB
}

/** Compares a book with what a venue reported. Orders are counted only: fills say better what became of them. */
export function reconciliation(book: PairBook, reports: readonly VenueReport[], { venue, account, asked, sinceNs, fees, holdsAll = false }: Asked): Reconciliation {
  const of = <Is extends VenueReport["is"]>(is: Is) => reports.filter((report): report is Extract<VenueReport, { readonly is: Is }> => report.is === is);
  const fills = of("fill").map(({ fill }) => fill);
  const positions = of("position").map(({ position }) => position);
  const settlements = of("settlement").map(({ settlement }) => settlement);
  const resolutions = of("resolution").map(({ resolution }) => resolution);
  const found = reconcile(book, { venue, account, asked, fills, fillsSinceNs: sinceNs, positions: positions.length > 0 || holdsAll ? positions : undefined, settlements, resolutions, fees });
  const causes: { [cause in DifferenceCause]?: number } = {};
  for (const { cause } of found) causes[cause] = (causes[cause] ?? 0) + 1;
  return {
    venue, account, asked: formatTime(asked.ns),
    compared: { fills: fills.length, positions: positions.length, settlements: settlements.length, resolutions: resolutions.length, orders: of("order").length },
    differences: found.map(({ cause, market, pairId, why, mends }) => ({ cause, market, pairId, why, mends: mends.map(rowOf) })),
    causes, unreadable: of("unreadable").map(({ why, raw }) => ({ why, raw })),
  };
}

function rowOf(fact: Parameters<typeof pairFactTexts>[0]): Record<string, string> {
  const texts = Object.entries(pairFactTexts(fact)).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "");
  return Object.fromEntries(texts.map(([name, text]) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), text]));
}
