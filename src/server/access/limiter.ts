interface Bucket {
  left: number;
  atMs: number;
}

const MINUTE_MS = 60_000;
const MOST_KEYS = 10_000;

/** Lets so many through a minute, each for itself: a minute's worth at once, and then as they come back. */
export class Limiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one; returns 0, or after how many seconds there will be one. */
  take(key: string, perMinute: number, nowMs = performance.now()): number {
    const bucket = this.#buckets.get(key) ?? { left: perMinute, atMs: nowMs };
    bucket.left = Math.min(perMinute, bucket.left + ((nowMs - bucket.atMs) * perMinute) / MINUTE_MS);
    bucket.atMs = nowMs;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket); // the last in the order is the last that was used
    if (this.#buckets.size > MOST_KEYS) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.left < 1) return Math.max(1, Math.ceil(((1 - bucket.left) * MINUTE_MS) / perMinute / 1000));
    bucket.left -= 1;
    return 0;
  }
}
