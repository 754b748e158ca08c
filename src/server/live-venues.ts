import type { VenuesView, VenueView } from "../core/performance/index.ts";
import type { VenueStats } from "../core/market/index.ts";
import type { Clock, Service } from "../runtime/index.ts";
import type { FoldThread } from "./fold-thread.ts";
import { Problem } from "./problem.ts";

export interface LiveVenuesOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly folds: Pick<FoldThread, "ask">;
  readonly historySize: number; // fills of each venue that percentiles are of
  readonly leastMs?: number; // between two folds; 10,000
  readonly onError: (error: unknown) => void;
}

const LEAST_MS = 10_000;
/** So many times what a fold takes is left to other questions before the next. */
const REST = 19;

/** Statistics of venues, of all accounts, folded from the journal beside the service: anew when somebody needs them, entries came, and the last fold is a while ago. */
export class LiveVenues {
  readonly #options: LiveVenuesOptions;
  #view: VenuesView | undefined;
  #seq = -1; // of the journal when it was folded last
  #version = 0;
  #nextAtMs = 0;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: LiveVenuesOptions) {
    this.#options = options;
  }

  /** What was folded last; undefined before the first. */
  get venues(): readonly VenueView[] | undefined {
    return this.#view?.venues;
  }

  /** Counts the folds that there were. */
  get version(): number {
    return this.#version;
  }

  /** How quickly a venue acts: the 95th percentile of the latencies of its fills, and the share of its reports that were refused. Undefined where no fill says its latency. */
  statsOf(venue: string): VenueStats | undefined {
    const own = this.#view?.venues.find((one) => one.venue === venue);
    const latencyMs = own?.latencyMs.p95 ?? undefined;
    if (own === undefined || latencyMs === undefined) return undefined;
    return { latencyMs, rejectShare: own.fills + own.rejects === 0 ? 0 : own.rejects / (own.fills + own.rejects) };
  }

  /** Sees to it that what is known is not much older than now. Whoever needs it calls this, and does not wait. */
  wish(): void {
    const { service } = this.#options;
    if (this.#isClosed || this.#running !== undefined || service.seq === this.#seq || performance.now() < this.#nextAtMs) return;
    this.#running = this.#fold().catch((error: unknown) => (error instanceof Problem || this.#isClosed ? undefined : this.#options.onError(error))).finally(() => (this.#running = undefined));
  }

  close(): void {
    this.#isClosed = true;
  }

  async #fold(): Promise<void> {
    const { service, clock, folds, historySize, leastMs = LEAST_MS } = this.#options;
    const begun = performance.now();
    this.#nextAtMs = begun + leastMs;
    await service.ready;
    const seq = service.seq;
    const live = await service.readDurable(({ book }) => book.marks.live());
    const text = await folds.ask({ kind: "venues", fromNs: undefined, toNs: undefined, historySize, currency: undefined, nowNs: clock.nowNs(), live });
    this.#view = JSON.parse(text) as VenuesView;
    this.#seq = seq;
    this.#version += 1;
    const now = performance.now();
    this.#nextAtMs = now + Math.max(leastMs, (now - begun) * REST);
  }
}
