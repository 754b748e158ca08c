import { addDecimals, type Decimal } from "../num/index.ts";
import type { Probed, Reset, Tripped } from "../model/index.ts";

/** The latch that a breach trips: while it is open, checks allow only orders that make a position smaller. */
export interface Breaker {
  readonly state: "closed" | "open" | "half_open";
  readonly sinceNs: bigint | undefined; // undefined: it was never tripped
  readonly by: string | undefined; // what tripped it last: a name of `breaker.trip_on`, or "hand"
  readonly who: string | undefined; // who did what was done last
  readonly reason: string | undefined; // why
  readonly probes: number; // orders beside reducing ones that were let through since it is half open
}

export const NEVER_TRIPPED: Breaker = { state: "closed", sinceNs: undefined, by: undefined, who: undefined, reason: undefined, probes: 0 };

/** The breaker after a fact: a pure fold, so that a journal read again gives the same. */
export function stepBreaker(breaker: Breaker, fact: Tripped | Reset | Probed): Breaker {
  switch (fact.type) {
    case "tripped":
      return { state: "open", sinceNs: fact.timeNs, by: fact.by, who: fact.who, reason: fact.why, probes: 0 };
    case "reset":
      return { state: fact.to, sinceNs: fact.timeNs, by: breaker.by, who: fact.who, reason: fact.why, probes: 0 };
    case "probed":
      return breaker.state === "half_open" ? { ...breaker, probes: breaker.probes + 1 } : breaker;
  }
}

/** What an order does to the position of its account in its symbol. */
export type OrderEffect = "reduces" | "increases";

/**
 * An order reduces when |quantity| of its account and symbol becomes smaller without a flip; closing is reducing. All else increases.
 * @param held signed quantity before @param ordered signed: bought > 0, sold < 0
 * @example effectOf({ mantissa: 5n, digits: 0 }, { mantissa: -5n, digits: 0 }) // => "reduces"
 * @example effectOf({ mantissa: 5n, digits: 0 }, { mantissa: -6n, digits: 0 }) // => "increases"
 */
export function effectOf(held: Decimal, ordered: Decimal): OrderEffect {
  const after = addDecimals(held, ordered);
  const isOpposite = held.mantissa > 0n ? ordered.mantissa < 0n : held.mantissa < 0n && ordered.mantissa > 0n;
  const isFlip = held.mantissa > 0n ? after.mantissa < 0n : after.mantissa > 0n;
  return isOpposite && !isFlip ? "reduces" : "increases";
}

/** Whether the breaker lets an order through. `isProbe`: it is one of `breaker.probes`, and counts once it is journaled as one. */
export type Allowance = { readonly allowed: true; readonly isProbe: boolean } | { readonly allowed: false; readonly why: string };

/**
 * Asks the breaker about an order.
 * @param probes of the configuration: orders that are let through while it is half open, beside reducing ones
 * @example breakerAllows({ state: "open", sinceNs: 0n, by: "daily_loss", who: "fillbook", reason: "lost 6000", probes: 0 }, "reduces", 1) // => { allowed: true, isProbe: false }
 * @example breakerAllows({ state: "half_open", sinceNs: 0n, by: "daily_loss", who: "cool_down", reason: "after 15m", probes: 1 }, "increases", 1) // => { allowed: false, why: "the breaker is half open (daily_loss: after 15m), and 1 of 1 probes is used: only orders that make a position smaller pass" }
 */
export function breakerAllows(breaker: Pick<Breaker, "state" | "by" | "reason" | "probes">, effect: OrderEffect, probes: number): Allowance {
  if (breaker.state === "closed" || effect === "reduces") return { allowed: true, isProbe: false };
  const because = `${breaker.by ?? "hand"}: ${breaker.reason ?? "no reason given"}`;
  if (breaker.state === "open") return { allowed: false, why: `the breaker is open (${because}): only orders that make a position smaller pass` };
  if (breaker.probes < probes) return { allowed: true, isProbe: true };
  return { allowed: false, why: `the breaker is half open (${because}), and ${breaker.probes} of ${probes} probes ${breaker.probes === 1 ? "is" : "are"} used: only orders that make a position smaller pass` };
}

/**
 * What the cool-down does at a time: after it an open breaker is half open, and after it once more, without another trip, closed.
 * @param coolDownNs undefined: only somebody resets it
 * @example coolDownOf({ state: "open", sinceNs: 100n }, 50n) // => { to: "half_open", dueNs: 150n }
 */
export function coolDownOf({ state, sinceNs }: Pick<Breaker, "state" | "sinceNs">, coolDownNs: bigint | undefined): { readonly to: "closed" | "half_open"; readonly dueNs: bigint } | undefined {
  if (coolDownNs === undefined || sinceNs === undefined || state === "closed") return undefined;
  return { to: state === "open" ? "half_open" : "closed", dueNs: sinceNs + coolDownNs };
}
