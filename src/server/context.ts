import type { Moment } from "../core/book/index.ts";
import { Directory } from "../core/model/index.ts";
import type { RiskOptions } from "../core/risk/index.ts";
import type { Clock, MarketKeeper, RiskKeeper, Service } from "../runtime/index.ts";
import type { Gate } from "./access/gate.ts";
import type { FoldThread } from "./fold-thread.ts";
import type { Hub } from "./hub/hub.ts";
import type { SideStream } from "./hub/side-stream.ts";
import type { LiveVenues } from "./live-venues.ts";
import type { Metrics } from "./metrics.ts";

/** What the routes work with. */
export interface RouteContext {
  readonly service: Service;
  readonly clock: Clock;
  readonly currency: string;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly metrics: Metrics;
  readonly performance: PerformanceSettings;
  readonly folds: FoldThread;
  readonly risk: RiskKeeper;
  readonly riskOptions: RiskOptions; // how risk is computed where nobody asks for another way
  readonly markets: MarketKeeper;
  readonly venues: LiveVenues;
  readonly hub: Hub;
  readonly side: SideStream;
  readonly sources: Sources;
  readonly gate: Gate;
  readonly mostBytes: number; // of a body that is read whole
  readonly stalledMs: number; // so long the next piece of a body may take
  readonly dataDir: string;
  readonly run: string; // another one each time the service starts
}

/** What is configured of performance. */
export interface PerformanceSettings {
  readonly historySize: number; // fills that percentiles are computed from
  readonly attributionEnabled: boolean;
  readonly benchmarkSymbol: string | undefined;
}
export const USUAL_PERFORMANCE: PerformanceSettings = { historySize: 10_000, attributionEnabled: true, benchmarkSymbol: undefined };

/** Now, and how old a mark may be. */
export function momentOf({ clock, marksMaxAgeNs }: Pick<RouteContext, "clock" | "marksMaxAgeNs">): Moment {
  return { nowNs: clock.nowNs(), maxAgeNs: marksMaxAgeNs };
}

const MOST_NAMES = 200_000;

/**
 * The numbers by which requests name accounts, symbols and the like: the same for all, so that what comes together is
 * booked together. Names that no fill was booked with would stay for ever, so now and then it begins anew.
 */
export class Sources {
  #directory = new Directory();

  get current(): Directory {
    if (this.#directory.nameCount + this.#directory.routeCount > MOST_NAMES) this.#directory = new Directory();
    return this.#directory;
  }
}
