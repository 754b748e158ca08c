import { PriceHistory } from "../market/index.ts";
import { dayOf, isRiskEvent, type Breached, type Fact } from "../model/index.ts";
import { NEVER_TRIPPED, stepBreaker, type Breaker } from "../risk/index.ts";

/** A breach that goes on, and where it began. */
export interface OngoingBreach {
  readonly seq: number;
  readonly fact: Breached;
}

/**
 * What facts say of risk: prices, the breaker, and the breaches that go on. It follows the order of the journal and decides
 * nothing; estimates are made from it, and none is in it.
 */
export class RiskState {
  readonly prices = new PriceHistory();
  readonly #breaches = new Map<string, OngoingBreach>(); // by limit and scope
  #breaker = NEVER_TRIPPED;
  #lastNs: bigint | undefined;
  #version = 0;

  get breaker(): Breaker {
    return this.#breaker;
  }
  /** The latest time that a fact about the breaker or a breach has; what is decided next is later, whatever the clock does. */
  get lastNs(): bigint | undefined {
    return this.#lastNs;
  }
  /** Grows with each fact about the breaker or a breach. */
  get version(): number {
    return this.#version;
  }

  /** Breaches that go on, by the names of limit and scope. */
  breaches(): OngoingBreach[] {
    return [...this.#breaches].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, breach]) => breach);
  }

  breachOf(limit: string, scope: string): OngoingBreach | undefined {
    return this.#breaches.get(keyOf({ limit, scope }));
  }

  /** Takes a fact that stands at `seq` of the journal. @param atNs prices of days that ended later are left out */
  take(fact: Fact, seq: number, atNs?: bigint): void {
    if (fact.type === "priced") return this.prices.take(fact, atNs === undefined ? undefined : dayOf(atNs) - 1);
    if (!isRiskEvent(fact)) return;
    this.#version += 1;
    if (this.#lastNs === undefined || this.#lastNs < fact.timeNs) this.#lastNs = fact.timeNs;
    if (fact.type !== "breached") this.#breaker = stepBreaker(this.#breaker, fact);
    else if (fact.is === "begun") this.#breaches.set(keyOf(fact), { seq, fact });
    else this.#breaches.delete(keyOf(fact));
  }

  /** Sets the breaker as a state had it. */
  restore(breaker: Breaker, lastNs: bigint): void {
    this.#breaker = breaker;
    this.#lastNs = lastNs;
  }
}

function keyOf({ limit, scope }: Pick<Breached, "limit" | "scope">): string {
  return `${limit}\u0000${scope}`;
}
