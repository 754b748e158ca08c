import { formatTime } from "../model/index.ts";
import { finished, type Steps } from "../num/index.ts";
import type { Moment, StrategyValues } from "../book/index.ts";
import { dayText } from "./book-backtest.ts";
import type { Breaker } from "./breaker.ts";
import type { DeskState, RiskDesk } from "./desk.ts";
import { VAR_CONVENTIONS } from "./estimate.ts";
import type { GroupRisk, PortfolioRiskView, PositionRisk, RiskGroupKey, RiskReport, VenueRisk } from "./report.ts";

/** Risk, as `--json` and HTTP show it. VaR and shortfall are losses > 0 in `currency`; null is not known. */
export interface RiskView {
  readonly asOf: string;
  readonly seq: number;
  readonly currency: string;
  readonly method: string;
  readonly confidence: number;
  readonly lookbackDays: number;
  readonly horizonDays: number;
  readonly observations: number; // joint returns that there are
  readonly window: { readonly from: string; readonly to: string } | null; // the days on which the first and the last of them end
  readonly calendar: string;
  readonly missing: readonly { readonly symbol: string; readonly reason: string; readonly count: number }[]; // held symbols that lack returns
  readonly positions: readonly PositionRisk[];
  readonly portfolio: PortfolioRiskView;
  readonly venues: readonly VenueRisk[];
  readonly groups: readonly GroupRisk[];
  readonly breaker: { readonly state: Breaker["state"]; readonly reason: string | null; readonly since: string | null };
}

export interface RiskViewHead {
  readonly seq: number;
  readonly currency: string;
  readonly by: RiskGroupKey; // of groups
  readonly strategies?: StrategyValues | undefined; // who followed the fold of the book: for groups by strategy
  readonly tellsWhy: boolean; // whether the breaker's reason is told: it is of all accounts together
}

/** Everything that a desk knows of risk at a moment. */
export function riskView(desk: RiskDesk, state: DeskState, moment: Moment, head: RiskViewHead): RiskView {
  return finished(riskViewSteps(desk, state, moment, head));
}

/** The same in steps: of this moment, whatever happens before they are taken. */
export function riskViewSteps(desk: RiskDesk, state: DeskState, moment: Moment, { seq, currency, by, strategies, tellsWhy }: RiskViewHead): Steps<RiskView> {
  const { options, observations, returns } = desk.model(state, moment);
  const { state: breaker, reason, sinceNs } = state.breaker;
  const head = {
    asOf: formatTime(moment.nowNs), seq, currency,
    method: options.method, confidence: options.confidence ?? VAR_CONVENTIONS.confidence, lookbackDays: options.lookbackDays, horizonDays: options.horizonDays ?? VAR_CONVENTIONS.horizonDays,
    observations, window: windowOf(returns.days), calendar: returns.calendar,
    missing: [...returns.missing].map(([symbol, { reason: why, count }]) => ({ symbol, reason: why, count })),
  };
  const foot = { breaker: { state: breaker, reason: tellsWhy ? (reason ?? null) : null, since: sinceNs === undefined ? null : formatTime(sinceNs) } };
  return viewOf(head, desk.report(state, moment), desk.groups(state, moment, by, strategies), foot);
}

function* viewOf(head: Omit<RiskView, keyof RiskReport | "groups" | "breaker">, report: Steps<RiskReport>, groups: Steps<readonly GroupRisk[]>, foot: Pick<RiskView, "breaker">): Steps<RiskView> {
  const { positions, portfolio, venues } = yield* report;
  return { ...head, positions, portfolio, venues, groups: yield* groups, ...foot };
}

function windowOf(days: Int32Array): RiskView["window"] {
  const [from, to] = [days[0], days.at(-1)];
  return from === undefined || to === undefined ? null : { from: dayText(from), to: dayText(to) };
}
