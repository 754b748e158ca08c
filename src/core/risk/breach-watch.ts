import type { Judgement } from "./checks.ts";
import { checkOf, type CheckName } from "../model/index.ts";

/** A breach that began or ended. */
export interface BreachChange {
  readonly is: "begun" | "ended";
  readonly limit: string;
  readonly scope: string;
  readonly account: string;
  readonly value: string; // "" where it is not known any more
  readonly threshold: string; // "" where there is none any more
  readonly check: CheckName | Signal | undefined; // what `breaker.trip_on` calls it
}

/** What may trip the breaker beside limits. */
export type Signal = "refusal_burst" | "stale_marks";
/** Something that is breached and is no limit: too many refusals, marks that are too old. */
export interface SignalRaised {
  readonly signal: Signal;
  readonly value: number;
  readonly threshold: number;
}

/** A breach that is journaled and has not ended. */
export interface KnownBreach {
  readonly limit: string;
  readonly scope: string;
  readonly account: string;
}

/**
 * Finds what began and what ended. A breach begins at once; it has ended when its figure has been known and within the limit for a while (`quietNs`): a figure that
 * wavers about its limit is one breach. What is not known neither begins a breach nor ends one.
 */
export class BreachWatch {
  readonly #quietNs: bigint;
  readonly #withinSinceNs = new Map<string, bigint>();

  constructor(quietNs: bigint) {
    this.#quietNs = quietNs;
  }

  changes(judgements: readonly Judgement[], signals: readonly SignalRaised[], known: readonly KnownBreach[], nowNs: bigint): BreachChange[] {
    const going = new Map(known.map((one) => [keyOf(one), one]));
    const changes: BreachChange[] = [];
    const seen = new Set<string>();
    for (const key of this.#withinSinceNs.keys()) if (!going.has(key)) this.#withinSinceNs.delete(key);
    const scopes = new Set(known.map(({ scope }) => scope));
    const telling = judgements.filter(({ scope, check }) => check.breach === true || scopes.has(scope)); // the rest neither begins nor ends anything
    for (const { limit, scope, account, check } of worstOf(telling)) {
      const key = keyOf({ limit, scope });
      seen.add(key);
      const isGoing = going.has(key);
      if (check.breach === true && !isGoing) changes.push({ is: "begun", limit, scope, account, value: textOf(check.value), threshold: textOf(check.limit), check: checkOf(limit) });
      if (check.breach !== false || !isGoing) this.#withinSinceNs.delete(key);
      else if (this.#hasBeenQuiet(key, nowNs)) changes.push({ is: "ended", limit, scope, account, value: textOf(check.value), threshold: textOf(check.limit), check: checkOf(limit) });
    }
    for (const { signal, value, threshold } of signals) {
      const key = keyOf({ limit: signal, scope: "portfolio" });
      seen.add(key);
      this.#withinSinceNs.delete(key);
      if (!going.has(key)) changes.push({ is: "begun", limit: signal, scope: "portfolio", account: "", value: `${value}`, threshold: `${threshold}`, check: signal });
    }
    for (const [key, { limit, scope, account }] of going) {
      if (!seen.has(key) && this.#hasBeenQuiet(key, nowNs)) changes.push({ is: "ended", limit, scope, account, value: "", threshold: "", check: undefined }); // the position is closed, the limit unset
    }
    return changes;
  }

  #hasBeenQuiet(key: string, nowNs: bigint): boolean {
    const since = this.#withinSinceNs.get(key);
    if (since === undefined) this.#withinSinceNs.set(key, nowNs);
    if (nowNs - (since ?? nowNs) < this.#quietNs) return false;
    this.#withinSinceNs.delete(key);
    return true;
  }
}

/** One judgement of each limit and scope: positions of one account and name that do not net, as spot and a perpetual, are told of as one. */
function worstOf(judgements: readonly Judgement[]): Iterable<Judgement> {
  const worst = new Map<string, Judgement>();
  for (const one of judgements) {
    const key = keyOf(one);
    const known = worst.get(key);
    if (known === undefined || badness(one) > badness(known)) worst.set(key, one);
  }
  return worst.values();
}

/** A breach is worse than what is not known, which is worse than peace; of two breaches the deeper. */
function badness({ check: { breach, utilization } }: Judgement): number {
  return breach === true ? 2 + Math.max(0, utilization ?? 0) : breach === null ? 1 : 0;
}

function keyOf({ limit, scope }: { readonly limit: string; readonly scope: string }): string {
  return `${limit}\u0000${scope}`;
}

function textOf(value: string | number | null): string {
  return value === null ? "" : `${value}`;
}
