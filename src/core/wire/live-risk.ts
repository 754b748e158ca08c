import type { OngoingBreach, RiskState } from "../engine/index.ts";
import { formatTime } from "../model/index.ts";
import type { Breaker } from "../risk/index.ts";
import type { AccountScope, Since } from "./live-rows.ts";
import type { WireBreach, WireBreaker, WireRisk } from "./protocol.ts";

/** Who is told: of breaches of these accounts. Who is bound to accounts is not told why the breaker stands as it does: that may be of others. */
export interface RiskScope {
  readonly accounts: AccountScope;
  readonly isBound: boolean;
}

/** The breaker and the breaches that go on, tick by tick: what one tick changed, and all of it for who missed some. */
export class LiveRisk {
  #state: RiskState | undefined;
  #version = -1;
  #ongoing = new Map<string, OngoingBreach>(); // by limit and scope
  #changed: readonly WireBreach[] = []; // by the last tick
  #breaker: Breaker | undefined;
  #hasBreakerChanged = false;
  #tick = 0; // of the last change
  #to = 0; // the entry that it ended with

  /** Ends a tick: risk stands as it did at entry `seq`. */
  end(risk: RiskState, tick: number, seq: number): void {
    this.#changed = [];
    this.#hasBreakerChanged = false;
    if (risk === this.#state && risk.version === this.#version) return;
    const before = this.#ongoing;
    this.#ongoing = new Map(risk.breaches().map((breach) => [keyOf(breach), breach]));
    const ended = [...before].filter(([key]) => !this.#ongoing.has(key)).map(([, breach]) => wireBreach(breach, "ended"));
    const begun = [...this.#ongoing].filter(([key, { seq: at }]) => before.get(key)?.seq !== at).map(([, breach]) => wireBreach(breach, "begun"));
    this.#hasBreakerChanged = JSON.stringify(breakerOf(risk.breaker, true)) !== JSON.stringify(this.#breaker && breakerOf(this.#breaker, true));
    this.#changed = [...ended, ...begun];
    this.#breaker = risk.breaker;
    this.#state = risk;
    this.#version = risk.version;
    if (this.#changed.length === 0 && !this.#hasBreakerChanged) return;
    this.#tick = tick;
    this.#to = seq;
  }

  /** What the last tick changed; undefined where that is nothing to who is told. */
  changed({ accounts, isBound }: RiskScope): WireRisk | undefined {
    const breaches = this.#changed.filter((breach) => isSeen(breach.account, accounts)).map((breach) => toldTo(breach, isBound));
    if (breaches.length === 0 && !this.#hasBreakerChanged) return undefined;
    return { ...(this.#hasBreakerChanged ? { breaker: breakerOf(this.#breaker!, !isBound) } : {}), breaches };
  }

  /** All of it, where something has changed since. */
  changedSince(since: Since, scope: RiskScope): WireRisk | undefined {
    return "tick" in since ? (this.#tick > since.tick ? this.all(scope) : undefined) : this.#to >= since.seq ? this.all(scope) : undefined;
  }

  /** All of it, after the first tick. */
  all({ accounts, isBound }: RiskScope): WireRisk {
    const breaches = [...this.#ongoing.values()].filter(({ fact }) => isSeen(fact.account || null, accounts)).map((breach) => toldTo(wireBreach(breach, "begun"), isBound));
    return { all: true, ...(this.#breaker === undefined ? {} : { breaker: breakerOf(this.#breaker, !isBound) }), breaches };
  }
}

function keyOf({ fact: { limit, scope } }: OngoingBreach): string {
  return `${limit}\u0000${scope}`;
}

/** A breach of more than one account is seen by who sees all. */
function isSeen(account: string | null, accounts: AccountScope): boolean {
  return accounts === undefined || (account !== null && accounts.has(account));
}

/** A position's share is of all accounts together: with its size it would tell how much the others hold. */
function toldTo(breach: WireBreach, isBound: boolean): WireBreach {
  return isBound && breach.limit === "concentration_limit" ? { ...breach, value: null } : breach;
}

function wireBreach({ seq, fact: { limit, scope, account, value, threshold, timeNs } }: OngoingBreach, is: "begun" | "ended"): WireBreach {
  return { is, limit, scope, account: account || null, value: value || null, threshold: threshold || null, since: formatTime(timeNs), seq };
}

function breakerOf({ state, sinceNs, by, who, reason, probes }: Breaker, isTold: boolean): WireBreaker {
  const told = isTold ? { reason: reason ?? null, by: by ?? null, who: who ?? null } : { reason: null, by: null, who: null };
  return { state, ...told, since: sinceNs === undefined ? null : formatTime(sinceNs), probesUsed: probes };
}
