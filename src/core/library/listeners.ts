import type { PositionView } from "../book/index.ts";

/** What changed: all of it is booked by the time a listener is told. */
export interface Change {
  readonly seq: number; // the last entry of the book
  readonly positions: readonly PositionView[]; // as they are now
  readonly removed: readonly PositionKey[]; // those there are no more: renamed away, or all of their fills busted
}
export interface PositionKey {
  readonly account: string;
  readonly symbol: string;
  readonly currency: string; // settle
}
export type Listener = (change: Change) => void;

/**
 * Tells listeners of changes, in the order of the changes, also when a listener makes the next one. One that throws keeps
 * nobody from hearing, and nothing from being booked.
 */
export class Listeners {
  readonly #listeners = new Set<{ readonly tell: Listener }>(); // one function may listen twice
  readonly #onError: (error: unknown) => void;
  readonly #waiting: Change[] = [];
  #isTelling = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  add(tell: Listener): () => void {
    const listener = { tell };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(change: Change): void {
    this.#waiting.push(change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) for (const { tell } of [...this.#listeners]) this.#tellOne(tell, next);
    } finally {
      this.#isTelling = false;
    }
  }

  #tellOne(tell: Listener, change: Change): void {
    try {
      tell(change);
    } catch (error) {
      this.#onError(error);
    }
  }
}
