/** The most turns that pass until something is tried again. */
const MOST_PASSED = 32;

/** Whether to try what may fail: the more often in a row it has, the less often. */
export class Tries {
  #passes = 0; // turns to come
  #next = 1; // of them after the next failure

  isDue(): boolean {
    if (this.#passes === 0) return true;
    this.#passes -= 1;
    return false;
  }

  had(success: boolean): void {
    this.#passes = success ? 0 : this.#next;
    this.#next = success ? 1 : Math.min(MOST_PASSED, this.#next * 2);
  }
}
