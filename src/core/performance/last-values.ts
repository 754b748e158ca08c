import { quantile } from "../num/index.ts";

/** The last so many values: percentiles of them are exact, and memory is bounded. */
export class LastValues {
  readonly #most: number;
  readonly #values: number[] = [];
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(value: number): void {
    if (this.#values.length < this.#most) this.#values.push(value);
    else this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#most;
  }

  get count(): number {
    return this.#values.length;
  }

  /** Linear between two values (type 7); null of nothing. */
  percentile(percent: number): number | null {
    return quantile(this.#values, percent / 100) ?? null;
  }
}
