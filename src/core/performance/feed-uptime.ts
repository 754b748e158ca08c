const MINUTE_NS = 60_000_000_000n;
/** Minutes that a venue may be silent before its feed counts as down. */
const PATIENCE_MINUTES = 5;

/**
 * How much of the time a venue's feed was up, from the signs of life that the book knows: its own marks of record and its fills, by their own times.
 * A minute is up when there was a sign in it or in the minutes of patience before it.
 */
export class FeedUptime {
  readonly #patience: number;
  readonly #signs = new Map<string, Set<number>>(); // minutes since 1970, by venue
  readonly #fed = new Map<string, number>(); // the first minute of a mark of its own, by venue

  /** @param marksEveryNs the interval of marks of record: a feed may be silent for two of them, and for five minutes at least */
  constructor(marksEveryNs = MINUTE_NS) {
    this.#patience = Math.max(PATIENCE_MINUTES, Number((2n * marksEveryNs) / MINUTE_NS));
  }

  marked(venue: string, timeNs: bigint): void {
    const minute = Number(timeNs / MINUTE_NS);
    const first = this.#fed.get(venue);
    if (first === undefined || minute < first) this.#fed.set(venue, minute);
    this.filled(venue, timeNs);
  }

  filled(venue: string, timeNs: bigint): void {
    let signs = this.#signs.get(venue);
    if (signs === undefined) this.#signs.set(venue, (signs = new Set()));
    signs.add(Number(timeNs / MINUTE_NS));
  }

  /**
   * The part of the minutes from a venue's first own mark to `untilNs` in which its feed was up, 0 … 1.
   * @returns undefined for a venue without a mark of its own: fills alone say nothing of a feed
   * @example new FeedUptime().of("kraken", 0n) // => undefined
   */
  of(venue: string, untilNs: bigint): number | undefined {
    const first = this.#fed.get(venue);
    const last = Number(untilNs / MINUTE_NS);
    if (first === undefined || first > last) return undefined;
    const signs = [...this.#signs.get(venue)!].filter((minute) => minute >= first && minute <= last).sort((a, b) => a - b);
    let up = 0;
    for (const [i, minute] of signs.entries()) up += Math.min(this.#patience, (signs[i + 1] ?? last + 1) - minute);
    return up / (last - first + 1);
  }
}
