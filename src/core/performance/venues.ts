import type { EquityPoint } from "../book/index.ts";
import type { VenueType } from "../model/index.ts";
import { addDecimals, formatDecimal, zero } from "../num/index.ts";
import type { Execution } from "./execution.ts";
import { ExecutionStats, type Convert, type ExecutionSummary } from "./execution-stats.ts";
import { halved, weighted } from "./score.ts";

/** Parts of a venue's score, each 0 to 1; null where it is not known. */
export interface VenueScoreParts {
  readonly slippage: number | null; // 2^(−average ÷ 10 basis points)
  readonly fees: number | null; // 2^(−effective rate ÷ 10 basis points)
  readonly latency: number | null; // 2^(−median ÷ 250 ms)
  readonly accepted: number | null; // fills ÷ (fills + rejects)
}

/** How a venue did. Figures of `ExecutionSummary` are of its fills. */
export interface VenueView extends Omit<ExecutionSummary, "realizedPnl"> {
  readonly venue: string; // of a type: ""
  readonly venueType: string;
  readonly rank: number; // 1 is best; those without a score come last
  readonly score: number | null; // weighted mean of the parts that are known; null where neither slippage nor latency is
  readonly scoreParts: VenueScoreParts;
  readonly rejects: number; // reports of it that were refused
  readonly pnl: string | null; // net, of its own rows, made in the span; null for a type
  readonly feedUptime: number | null; // 0 to 1, of the minutes since its first own mark in the span; null for one without, a broker, and a type
}
export interface VenuesView {
  readonly currency: string;
  readonly venues: readonly VenueView[];
  readonly types: readonly VenueView[];
}

/** What of venues no execution tells. */
export interface VenueFacts {
  readonly rejects: ReadonlyMap<string, number>; // by venue
  readonly pnl: ReadonlyMap<string, string | null>; // net, of the span, by venue; null where it is not known
  readonly uptime: (venue: string) => number | undefined; // of its feed
  readonly typeOf: (venue: string) => VenueType; // of one without a fill
}

/** How much each part counts. */
const VENUE_WEIGHTS: Readonly<Record<keyof VenueScoreParts, number>> = { slippage: 0.35, fees: 0.3, latency: 0.2, accepted: 0.15 };

interface Group {
  readonly venue: string;
  readonly venueType: VenueType;
  readonly stats: ExecutionStats;
}

/** Adds executions up by venue and by type of venue. */
export class VenueTally {
  readonly #convert: Convert;
  readonly #most: number;
  readonly #venues = new Map<string, Group>();
  readonly #types = new Map<string, Group>();

  /** @param most values of each that percentiles are computed from */
  constructor(convert: Convert, most: number) {
    this.#convert = convert;
    this.#most = most;
  }

  take(execution: Execution): void {
    const { fill, venueType } = execution;
    this.#of(this.#venues, fill.venue, fill.venue, venueType).stats.take(execution);
    this.#of(this.#types, venueType, "", venueType).stats.take(execution);
  }

  /** Venues with a fill, and those that had none in the span and yet refused a report, or made or lost something. */
  view(currency: string, { rejects, pnl, uptime, typeOf }: VenueFacts): VenuesView {
    const rejectsOfType = new Map<string, number>();
    for (const venue of new Set([...rejects.keys(), ...[...pnl].filter(([, made]) => made !== "0").map(([name]) => name)])) {
      const { venueType } = this.#of(this.#venues, venue, venue, typeOf(venue));
      this.#of(this.#types, venueType, "", venueType);
      rejectsOfType.set(venueType, (rejectsOfType.get(venueType) ?? 0) + (rejects.get(venue) ?? 0));
    }
    return {
      currency,
      venues: ranked([...this.#venues.values()].map((group) => viewOf(group, rejects.get(group.venue) ?? 0, pnl.get(group.venue) ?? (pnl.has(group.venue) ? null : "0"), group.venueType === "broker" ? undefined : uptime(group.venue)))),
      types: ranked([...this.#types.values()].map((group) => viewOf(group, rejectsOfType.get(group.venueType) ?? 0, null, undefined))),
    };
  }

  #of(groups: Map<string, Group>, key: string, venue: string, venueType: VenueType): Group {
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { venue, venueType, stats: new ExecutionStats(this.#convert, this.#most) }));
    return group;
  }
}

function viewOf({ venue, venueType, stats }: Group, rejects: number, pnl: string | null, uptime: number | undefined): Omit<VenueView, "rank"> {
  const { realizedPnl: _, ...summary } = stats.view();
  const parts = {
    slippage: halved(summary.slippageBasisPoints.average ?? undefined, 10),
    fees: halved(summary.effectiveFeeBasisPoints ?? undefined, 10),
    latency: halved(summary.latencyMs.p50 ?? undefined, 250),
    accepted: summary.fills + rejects === 0 ? undefined : summary.fills / (summary.fills + rejects),
  };
  const scoreParts: VenueScoreParts = { slippage: parts.slippage ?? null, fees: parts.fees ?? null, latency: parts.latency ?? null, accepted: parts.accepted ?? null };
  return { venue, venueType, score: parts.slippage === undefined && parts.latency === undefined ? null : (weighted(parts, VENUE_WEIGHTS) ?? null), scoreParts, rejects, pnl, feedUptime: uptime ?? null, ...summary };
}

function ranked(views: readonly Omit<VenueView, "rank">[]): VenueView[] {
  return [...views].sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.venue < b.venue ? -1 : 1)).map((view, i) => ({ rank: i + 1, ...view }));
}

/** Net P&L made in a span, from the points of a curve; null where it is not known. @param points from the first on */
export function pnlWithin(points: readonly EquityPoint[], fromNs: bigint | undefined): string | null {
  const before = fromNs === undefined ? undefined : points.filter(({ endNs }) => endNs < fromNs).at(-1);
  const [base, last] = [before === undefined ? zero : before.pnl, points.length === 0 ? zero : points.at(-1)!.pnl];
  return base === undefined || last === undefined ? null : formatDecimal(addDecimals(last, { ...base, mantissa: -base.mantissa }));
}
