/** When to try again: at once, then after pauses that double up to a longest one, until something succeeds. */
export class BackOff {
  readonly #firstNs: bigint;
  readonly #longestNs: bigint;
  #pauseNs: bigint;
  #notBeforeNs: bigint | undefined;

  constructor(firstNs: bigint, longestNs: bigint) {
    this.#firstNs = firstNs;
    this.#longestNs = longestNs;
    this.#pauseNs = firstNs;
  }

  isDue(nowNs: bigint): boolean {
    return this.#notBeforeNs === undefined || nowNs >= this.#notBeforeNs;
  }

  failed(nowNs: bigint): void {
    this.#notBeforeNs = nowNs + this.#pauseNs;
    this.#pauseNs = this.#pauseNs * 2n > this.#longestNs ? this.#longestNs : this.#pauseNs * 2n;
  }

  succeeded(): void {
    this.#pauseNs = this.#firstNs;
    this.#notBeforeNs = undefined;
  }
}
