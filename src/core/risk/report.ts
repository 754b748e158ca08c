import { addDecimals, formatDecimal, zero, type Decimal, type Steps } from "../num/index.ts";
import { formatTime, type Exposure, type LimitName, type LimitSet, type LimitSubject } from "../model/index.ts";
import { DAY_NS } from "../book/index.ts";
import { Judge, numberOf, type Check, type Figure, type Judgement, type Sum } from "./checks.ts";
import { concentrationOf } from "./concentration.ts";
import { judgePairs, marketsView, type MarketCapitalView, type PairChecks, type PairSums } from "./pair-risk.ts";
import { magnitude, Part } from "./part.ts";
import type { RiskModel, Unit } from "./risk-model.ts";
import type { Standing } from "./standing.ts";

/** A position beside its limits, as `--json` and HTTP show it. Losses > 0, in the reporting currency; null: not known, with the reason. */
export interface PositionRisk {
  readonly account: string;
  readonly symbol: string;
  readonly exposure: string | null; // signed
  readonly checks: { readonly positionSize: Check; readonly var: Check; readonly concentration: Check };
  readonly var: number | null; // alone
  readonly expectedShortfall: number | null;
  readonly marginalVar: number | null; // for one more unit of exposure
  readonly componentVar: number | null; // they add up to the portfolio's
  readonly volatility: number | null; // of its symbol's returns, a day
  readonly reason: string | null; // why a figure is not known
}
/** Concentration over one way to divide the book: the largest share, and the sum of squared shares. */
export interface SharesView {
  readonly largest: number | null;
  readonly of: string | null; // whose the largest is
  readonly hhi: number | null;
}
export interface PortfolioRiskView {
  readonly checks: { readonly portfolioVar: Check; readonly maxDrawdown: Check; readonly drawdown: Check; readonly correlationRisk: Check; readonly grossExposure: Check; readonly leverage: Check; readonly dailyLoss: Check } & PairChecks;
  readonly var: number | null;
  readonly expectedShortfall: number | null;
  readonly volatility: number | null; // deviation of a day's P&L, money
  readonly maxDrawdown: string | null; // money, of net P&L
  readonly maxDrawdownPct: number | null; // percent of the highest equity
  readonly drawdownDuration: number | null; // days, of the longest
  readonly drawdownRecovered: boolean | null;
  readonly concentration: number | null; // the largest position's share
  readonly concentrationBy: { readonly position: SharesView; readonly venue: SharesView; readonly currency: SharesView; readonly account: SharesView };
  readonly correlationRisk: number | null;
  readonly grossExposure: string | null;
  readonly netExposure: string | null;
  readonly leverage: number | null; // gross exposure ÷ equity
  readonly pairCapitalByMarket: readonly MarketCapitalView[]; // the greatest first
  readonly equity: string | null;
  readonly pnl: string | null;
  readonly dayPnl: string | null;
  readonly scenarioDay: string | null; // whose loss the VaR is, of historical methods
  readonly repaired: boolean; // whether correlations had to be
  readonly reason: string | null; // why VaR is not known
}
/** What would be lost with a venue, and the risk of what is held there. */
export interface VenueRisk {
  readonly venue: string;
  readonly exposure: string | null; // signed
  readonly heldThere: string | null; // lost if it fails
  readonly componentVar: number | null;
}
/** The risk of one account, venue or symbol: by itself, and its part of the whole. */
export interface GroupRisk {
  readonly key: string;
  readonly exposure: string | null;
  readonly var: number | null;
  readonly expectedShortfall: number | null;
  readonly componentVar: number | null;
}

export interface RiskInput {
  readonly exposures: readonly Exposure[]; // of open positions
  readonly whole: Part; // all of them together
  readonly model: RiskModel;
  readonly limits: LimitSet;
  readonly standing: Standing; // of the whole book
  readonly standingOf: (account: string) => Standing; // asked for only where an account has limits of its own
  readonly pairsOf: (account?: string) => PairSums; // of all pairs, or of those that an account filled
}
export interface RiskReport {
  readonly positions: readonly PositionRisk[];
  readonly portfolio: PortfolioRiskView;
  readonly venues: readonly VenueRisk[];
}
export interface WholeRisk {
  readonly portfolio: PortfolioRiskView;
  readonly judgements: readonly Judgement[]; // of positions, then of the whole
}

const PORTFOLIO = "portfolio";
/** Limits that hold for a whole book, or in an override for the part of one account or venue. */
const WHOLE: readonly LimitName[] = ["max_portfolio_var", "max_drawdown_limit", "max_correlation_risk", "max_gross_exposure", "max_leverage", "max_daily_loss", "max_unhedged_exposure", "max_divergence_loss", "max_pair_capital"];

/** Positions, or groups, of a step. */
const ROWS_A_STEP = 100;

/** Everything that is known of a book's risk, in steps: all of it as it is now, whatever changes before they are taken. */
export function riskOf(input: RiskInput): Steps<RiskReport> {
  const { exposures, whole, limits, standing } = input;
  const pairs = input.pairsOf();
  const portfolio = portfolioView(whole, judgeWhole(new Judge(limits), input, pairs), standing, exposures, pairs);
  return rowsOf(input, portfolio);
}

function* rowsOf(input: RiskInput, portfolio: PortfolioRiskView): Steps<RiskReport> {
  const { exposures, whole, model, limits } = input;
  const judge = new Judge(limits);
  const shareOf = sharesOfWhole(exposures);
  const positions: PositionRisk[] = [];
  for (const exposure of exposures) {
    const { account, symbol, value } = exposure;
    const { alone, ...checks } = judgePosition(judge, input, exposure, shareOf(exposure));
    const marginal = whole.marginalOf(symbol);
    positions.push({
      account, symbol, exposure: textOf(value), checks, var: alone.var.value, expectedShortfall: alone.expectedShortfall.value,
      marginalVar: marginal, componentVar: marginal === null || value === undefined ? null : marginal * numberOf(value), volatility: model.volatilityOf(symbol),
      reason: alone.var.reason ?? whole.reason,
    });
    if (positions.length % ROWS_A_STEP === 0) yield positions.length;
  }
  return { positions, portfolio, venues: yield* venueRisks(exposures, whole) };
}

/** What was judged of positions, as long as neither limits nor returns change: exposures are made anew when they change. */
export class JudgedPositions {
  #limits: LimitSet["limits"] | undefined;
  #model: RiskModel | undefined;
  #judged = new WeakMap<Exposure, readonly Judgement[]>();

  /** Where it is kept; undefined: something has limits of its own, which may change by themselves. */
  of({ limits, model }: RiskInput): WeakMap<Exposure, readonly Judgement[]> | undefined {
    if (Object.keys(limits.overrides ?? {}).length > 0) return undefined;
    if (limits.limits !== this.#limits || model !== this.#model) this.#judged = new WeakMap();
    this.#limits = limits.limits;
    this.#model = model;
    return this.#judged;
  }
}

/** How a book stands to its limits, and the figures of the whole: what `riskOf` says of them, in a fraction of the time. */
export function wholeRiskOf(input: RiskInput, judged: JudgedPositions): WholeRisk {
  const { exposures, whole, limits, standing } = input;
  const judge = new Judge(limits);
  judgePositions(judge, input, judged);
  const pairs = input.pairsOf();
  const checks = judgeWhole(judge, input, pairs);
  return { portfolio: portfolioView(whole, checks, standing, exposures, pairs), judgements: judge.judgements };
}

/** The judgements alone. */
export function judgementsOf(input: RiskInput, judged: JudgedPositions): readonly Judgement[] {
  const judge = new Judge(input.limits);
  judgePositions(judge, input, judged);
  judgeWhole(judge, input, input.pairsOf());
  return judge.judgements;
}

function judgePositions(judge: Judge, input: RiskInput, judged: JudgedPositions): void {
  const { exposures } = input;
  const kept = judged.of(input);
  const shareOf = sharesOfWhole(exposures);
  for (const exposure of exposures) {
    const known = kept?.get(exposure);
    if (known === undefined) {
      const first = judge.judgements.length;
      judgePosition(judge, input, exposure, shareOf(exposure));
      kept?.set(exposure, judge.judgements.slice(first));
      continue;
    }
    for (const one of known) {
      const { limit, scope, account } = one;
      if (limit === "concentration_limit") judge.judgements.push({ limit, scope, account, check: judge.silently(limit, { subject: exposure }, { estimate: shareOf(exposure) }) });
      else judge.judgements.push(one);
    }
  }
}

/** What part of all exposures one is. */
function sharesOfWhole(exposures: readonly Exposure[]): (exposure: Exposure) => Figure {
  const total = exposures.reduce<number | undefined>((sum, { value }) => (sum === undefined || value === undefined ? undefined : sum + Math.abs(numberOf(value))), 0);
  return ({ symbol, value }) => (total === undefined ? { value: null, reason: value === undefined ? missingMark(symbol) : "no_mark" } : { value: total === 0 ? 0 : Math.abs(numberOf(value!)) / total });
}

function missingMark(symbol: string): string {
  return `no_mark: ${symbol}`;
}

/** Judges one position, and its parts on venues that have limits of their own. */
function judgePosition(judge: Judge, { limits, model }: RiskInput, { account, symbol, value, venues }: Exposure, share: Figure): PositionRisk["checks"] & { readonly alone: Unit } {
  const of = { scope: `position:${account}/${symbol}`, account, subject: { account, symbol } };
  const missing = missingMark(symbol);
  const size: Sum = value === undefined ? { value: undefined, reason: missing } : { value: magnitude(value) };
  const alone = value === undefined ? unknownUnit(missing) : model.alone(symbol, numberOf(value));
  const checks = { positionSize: judge.check("max_position_value", of, { amount: size }), var: judge.check("max_var", of, { estimate: alone.var }), concentration: judge.check("concentration_limit", of, { estimate: share }) };
  for (const { venue, value: own } of venues) {
    if (limits.overrides?.venue?.has(venue) !== true) continue;
    const there = { scope: `${of.scope}@${venue}`, account, subject: { account, symbol, venue } };
    judge.check("max_position_value", there, { amount: own === undefined ? { value: undefined, reason: missing } : { value: magnitude(own) } });
    judge.check("max_var", there, { estimate: own === undefined ? { value: null, reason: missing } : model.alone(symbol, numberOf(own)).var });
  }
  return { ...checks, alone };
}

/** Judges the whole book, and each account and venue that has limits of its own. The checks are the whole book's. */
function judgeWhole(judge: Judge, { exposures, whole, model, limits, standing, standingOf, pairsOf }: RiskInput, pairs: PairSums): PortfolioRiskView["checks"] {
  const checks = wholeChecks(judge, { scope: PORTFOLIO, account: "", subject: {} }, whole, standing, pairs);
  for (const [account, own] of limits.overrides?.account ?? []) {
    if (!WHOLE.some((name) => own[name] !== undefined)) continue;
    wholeChecks(judge, { scope: `account:${account}`, account, subject: { account } }, new Part(exposures.filter((one) => one.account === account), model), standingOf(account), pairsOf(account));
  }
  for (const [venue, own] of limits.overrides?.venue ?? []) {
    if (own.max_portfolio_var === undefined && own.max_gross_exposure === undefined) continue;
    const part = new Part(onVenue(exposures, venue), model);
    const of = { scope: `venue:${venue}`, account: "", subject: { venue } };
    judge.check("max_portfolio_var", of, { estimate: part.var });
    judge.check("max_gross_exposure", of, { amount: part.gross });
  }
  return checks;
}

export const RISK_GROUPS = ["account", "venue", "symbol", "strategy"] as const;
export type RiskGroupKey = (typeof RISK_GROUPS)[number];

/**
 * The risk of each account, venue, symbol or strategy by itself, and its part of the whole, in the order of their names.
 * @param strategies the parts of each exposure by strategy, "" for untagged; asked for only by strategy
 */
export function* groupRisks({ exposures, whole, model }: Pick<RiskInput, "exposures" | "whole" | "model">, by: RiskGroupKey, strategies?: (exposure: Exposure) => ReadonlyMap<string, Decimal | undefined>): Steps<GroupRisk[]> {
  const parts = new Map<string, Exposure[]>();
  const add = (key: string, part: Exposure) => {
    const known = parts.get(key);
    if (known === undefined) parts.set(key, [part]);
    else known.push(part);
  };
  for (const exposure of exposures) {
    if (by === "strategy") for (const [name, value] of strategies?.(exposure) ?? []) add(name, { ...exposure, value, venues: [] });
    else if (by === "venue") for (const own of exposure.venues) add(own.venue, { ...exposure, value: own.value, venues: [own] });
    else add(exposure[by], exposure);
  }
  const groups: GroupRisk[] = [];
  for (const [key, own] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    groups.push(groupRisk(key, own, whole, model));
    yield groups.length;
  }
  return groups;
}

function groupRisk(key: string, own: readonly Exposure[], whole: Part, model: RiskModel): GroupRisk {
  const part = new Part(own, model);
  return { key, exposure: textOf(part.net.value), var: part.var.value, expectedShortfall: part.expectedShortfall.value, componentVar: whole.componentOf(own) };
}

function wholeChecks(judge: Judge, of: { readonly scope: string; readonly account: string; readonly subject: LimitSubject }, part: Part, standing: Standing, pairs: PairSums): PortfolioRiskView["checks"] {
  return {
    portfolioVar: judge.check("max_portfolio_var", of, { estimate: part.var }),
    maxDrawdown: judge.silently("max_drawdown_limit", of, { estimate: standing.maxDrawdown.fraction }), // a limit once breached would be so for ever, were it judged by the deepest fall that ever was; what is judged is the fall that lasts
    drawdown: judge.check("max_drawdown_limit", of, { estimate: standing.drawdown.fraction }),
    correlationRisk: judge.check("max_correlation_risk", of, { estimate: part.correlationRisk }),
    grossExposure: judge.check("max_gross_exposure", of, { amount: part.gross }),
    leverage: judge.check("max_leverage", of, { estimate: leverageOf(part.gross, standing.equity) }),
    dailyLoss: judge.check("max_daily_loss", of, { amount: standing.dayPnl.value === undefined ? standing.dayPnl : { value: { ...standing.dayPnl.value, mantissa: -standing.dayPnl.value.mantissa } } }),
    ...judgePairs(judge, of, pairs),
  };
}

export function leverageOf(gross: Sum, equity: Sum): Figure {
  if (gross.value === undefined) return { value: null, reason: gross.reason };
  if (equity.value === undefined) return { value: null, reason: equity.reason };
  return equity.value.mantissa <= 0n ? { value: null, reason: "no_equity" } : { value: numberOf(gross.value) / numberOf(equity.value) };
}

function portfolioView(whole: Part, checks: PortfolioRiskView["checks"], standing: Standing, exposures: readonly Exposure[], pairs: PairSums): PortfolioRiskView {
  const position = sharesOf(exposures, ({ account, symbol }) => `${account}/${symbol}`);
  const parts = exposures.flatMap(({ venues }) => venues);
  const fraction = standing.maxDrawdown.fraction.value;
  return {
    checks,
    var: whole.var.value,
    expectedShortfall: whole.expectedShortfall.value,
    volatility: whole.volatility,
    maxDrawdown: textOf(standing.maxDrawdown.money.value),
    maxDrawdownPct: fraction === null ? null : 100 * fraction,
    drawdownDuration: standing.durationDays,
    drawdownRecovered: standing.recovered,
    concentration: position.largest,
    concentrationBy: { position, venue: sharesOf(parts, ({ venue }) => venue), currency: sharesOf(exposures, ({ settle }) => settle), account: sharesOf(exposures, ({ account }) => account) },
    correlationRisk: whole.correlationRisk.value,
    grossExposure: textOf(whole.gross.value),
    netExposure: textOf(whole.net.value),
    leverage: checks.leverage.value as number | null,
    pairCapitalByMarket: marketsView(pairs),
    equity: textOf(standing.equity.value),
    pnl: textOf(standing.pnl.value),
    dayPnl: textOf(standing.dayPnl.value),
    scenarioDay: whole.report?.scenarioDay === undefined ? null : formatTime(BigInt(whole.report.scenarioDay) * DAY_NS).slice(0, 10),
    repaired: whole.report?.repair !== undefined,
    reason: whole.reason,
  };
}

function sharesOf<T extends { readonly value: Decimal | undefined }>(all: readonly T[], keyOf: (one: T) => string): SharesView {
  const sizes = new Map<string, number>();
  for (const one of all) {
    if (one.value === undefined) return { largest: null, of: null, hhi: null };
    sizes.set(keyOf(one), (sizes.get(keyOf(one)) ?? 0) + Math.abs(numberOf(one.value)));
  }
  const found = concentrationOf([...sizes.values()]);
  return found === undefined ? { largest: 0, of: null, hhi: 0 } : { largest: found.largest, of: [...sizes.keys()][found.index]!, hhi: found.hhi };
}

function* venueRisks(exposures: readonly Exposure[], whole: Part): Steps<VenueRisk[]> {
  const names = new Set(exposures.flatMap(({ venues }) => venues.map(({ venue }) => venue)));
  const risks: VenueRisk[] = [];
  for (const venue of [...names].sort()) {
    const own = onVenue(exposures, venue);
    const held = exposures.flatMap(({ venues }) => venues.filter((one) => one.venue === venue));
    const sum = (values: readonly (Decimal | undefined)[]) => values.reduce((all, value) => all && value && addDecimals(all, value), zero as Decimal | undefined);
    risks.push({ venue, exposure: textOf(sum(own.map(({ value }) => value))), heldThere: textOf(sum(held.map(({ heldThere }) => heldThere))), componentVar: whole.componentOf(own) });
    yield risks.length;
  }
  return risks;
}

/** The parts of exposures that are on a venue. */
function onVenue(exposures: readonly Exposure[], venue: string): Exposure[] {
  return exposures.flatMap((one) => {
    const own = one.venues.filter((part) => part.venue === venue);
    return own.length === 0 ? [] : [{ ...one, value: own[0]!.value, venues: own }];
  });
}

function unknownUnit(reason: string): Unit {
  return { var: { value: null, reason }, expectedShortfall: { value: null, reason } };
}

function textOf(value: Decimal | undefined): string | null {
  return value === undefined ? null : formatDecimal(value);
}
