import { formatTime, type LimitName } from "../model/index.ts";
import type { Moment } from "../book/index.ts";
import type { Breaker } from "./breaker.ts";
import type { Check, Judgement } from "./checks.ts";
import type { DeskState, RiskDesk } from "./desk.ts";
import type { RiskViewHead } from "./view.ts";

/** How the book stands, in a few figures: what a bar above every view shows. Sums are exact texts in `currency`; null is not known. */
export interface RiskOverview {
  readonly asOf: string;
  readonly seq: number;
  readonly currency: string;
  readonly equity: string | null; // null: also where no capital was told
  readonly pnl: string | null; // net, since the beginning
  readonly dayPnl: string | null; // net, since midnight UTC
  readonly grossExposure: string | null;
  readonly netExposure: string | null;
  readonly openPositions: number;
  readonly unvalued: number; // of them, those that no mark values
  readonly limits: readonly LimitStanding[]; // one of each limit and kind of scope, the nearest first
  readonly breached: number; // of all limits in force
  readonly near: number; // at their warning level
  readonly unknown: number; // whose value is not known
  readonly breaker: { readonly state: Breaker["state"]; readonly reason: string | null; readonly since: string | null };
}
/** A limit and what stands nearest to it. */
export interface LimitStanding extends Check {
  readonly name: LimitName;
  readonly scope: string; // portfolio, position:A/SYMBOL, account:A, …
}

/** Equity, exposure, the limits that are nearest, and the breaker: computed anew from what the desk holds. */
export function riskOverview(desk: RiskDesk, state: DeskState, moment: Moment, { seq, currency, tellsWhy }: Pick<RiskViewHead, "seq" | "currency" | "tellsWhy">): RiskOverview {
  const { portfolio, judgements } = desk.whole(state, moment);
  const exposures = desk.exposures(moment);
  const { equity, pnl, dayPnl, grossExposure, netExposure } = portfolio;
  const { state: breaker, reason, sinceNs } = state.breaker;
  return {
    asOf: formatTime(moment.nowNs), seq, currency, equity, pnl, dayPnl, grossExposure, netExposure,
    openPositions: exposures.length, unvalued: exposures.filter(({ value }) => value === undefined).length,
    ...limitStandings(judgements),
    breaker: { state: breaker, reason: tellsWhy ? (reason ?? null) : null, since: sinceNs === undefined ? null : formatTime(sinceNs) },
  };
}

/**
 * The limits in force, each with what stands nearest to it, and how many are breached, near or not known. Of positions, accounts and venues there
 * may be thousands: one of each kind is named, all are counted.
 * @example limitStandings([{ limit: "max_var", scope: "position:a/B", account: "a", check: { value: 9, limit: 10, breach: false, utilization: 0.9, warning: true } }]).near // => 1
 */
export function limitStandings(judgements: readonly Judgement[]): Pick<RiskOverview, "limits" | "breached" | "near" | "unknown"> {
  const nearest = new Map<string, LimitStanding>();
  let [breached, near, unknown] = [0, 0, 0];
  for (const { limit: name, scope, check } of judgements) {
    if (check.limit === null) continue;
    if (check.breach === true) breached += 1;
    else if (check.warning) near += 1;
    else if (check.value === null) unknown += 1;
    const kind = `${name} ${scope.split(":")[0]!}`;
    const before = nearest.get(kind);
    if (before === undefined || rank(check) > rank(before)) nearest.set(kind, { ...check, name, scope });
  }
  return { limits: [...nearest.values()].sort((a, b) => rank(b) - rank(a)), breached, near, unknown };
}

/**
 * Every limit in force and what stands to it, the nearest first.
 * @example standingsOf([{ limit: "max_var", scope: "position:a/B", account: "a", check: { value: 9, limit: 10, breach: false, utilization: 0.9, warning: true } }], 5).map(({ name }) => name) // => ["max_var"]
 */
export function standingsOf(judgements: readonly Judgement[], most: number): LimitStanding[] {
  const all = judgements.flatMap(({ limit: name, scope, check }): LimitStanding[] => (check.limit === null ? [] : [{ ...check, name, scope }]));
  return all.sort((a, b) => rank(b) - rank(a)).slice(0, most);
}

/** What is breached comes first, by how far; what is not known last. */
function rank({ breach, utilization, value }: Check): number {
  if (value === null) return -1e9;
  return (breach === true ? 1e9 : 0) + (utilization ?? 0);
}
