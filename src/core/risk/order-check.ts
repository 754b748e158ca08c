import type { Decimal } from "../num/index.ts";
import type { Exposure, LimitName, LimitSet, LimitSubject } from "../model/index.ts";
import { breakerAllows, type Breaker, type OrderEffect } from "./breaker.ts";
import { Judge, numberOf, type Figure, type Judgement, type Sum } from "./checks.ts";
import { magnitude, type Part, type PartFigures } from "./part.ts";
import { leverageOf } from "./report.ts";
import type { RiskModel } from "./risk-model.ts";
import type { Standing } from "./standing.ts";

/** A limit that an order would breach, as `--json` and HTTP show it. */
export interface OrderBreach {
  readonly limit: string;
  readonly scope: string;
  readonly value: string | number | null; // null: not known
  readonly threshold: string | number | null;
  readonly reason?: string; // why the value is not known
}
export interface OrderFindings {
  readonly allowed: boolean;
  readonly breaches: readonly OrderBreach[]; // why it is not allowed
  readonly standing: readonly OrderBreach[]; // limits that stay breached, or unknown, though the order makes it no worse
  readonly warnings: readonly OrderBreach[]; // limits that it would come near to
  readonly effect: OrderEffect;
  readonly isProbe: boolean; // it is let through as one of `breaker.probes`
  readonly var: { readonly before: number | null; readonly after: number | null }; // of the portfolio
}

/** Exposures that have limits of their own, or all of them. */
export interface OrderScope {
  readonly scope: string; // portfolio, account:A, venue:V
  readonly account: string;
  readonly subject: LimitSubject;
  readonly part: Part;
  readonly before: Exposure | undefined; // the ordered position's, as far as it belongs here
  readonly after: Exposure;
  readonly standing: Standing | undefined; // undefined: nothing that rests on equity is checked
}
export interface OrderInput {
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly strategy: string; // "" for none
  readonly effect: OrderEffect;
  readonly orderValue: Decimal | undefined; // |quantity| at the order's price, in the reporting currency
  readonly ordersLastMinute: number | undefined; // before this one; undefined: nobody counts
  readonly scopes: readonly [OrderScope, ...OrderScope[]]; // the portfolio first
  readonly model: RiskModel;
  readonly limits: LimitSet;
  readonly breaker: Breaker;
  readonly probes: number; // of the configuration
  readonly unknown: "refuse" | "allow";
}

/**
 * Whether an order may be sent. A limit that would be breached refuses it. An order that only makes a position smaller is refused by none that is breached already, unless
 * it makes that worse, and by none that is not known: so nobody is kept from going out.
 */
export function checkOrder(input: OrderInput): OrderFindings {
  const { account, venue, symbol, strategy, effect, scopes, model, limits, unknown } = input;
  const [portfolio] = scopes;
  const subject = { account, venue, symbol, ...(strategy === "" ? {} : { strategy }) };
  const [was, is] = [new Judge(limits), new Judge(limits)];
  const orders = new Judge(limits);
  orders.check("max_order_value", { scope: "order", account, subject }, { amount: input.orderValue === undefined ? { value: undefined, reason: `no_rate: ${symbol}` } : { value: input.orderValue } });
  if (input.ordersLastMinute !== undefined) orders.check("max_order_rate", { scope: `account:${account}`, account, subject }, { estimate: { value: input.ordersLastMinute + 1 } });
  const changed = portfolio.part.with(portfolio.before, portfolio.after);
  const position = { scope: `position:${account}/${symbol}`, account, subject };
  judgePosition(was, position, portfolio.before, portfolio.part.size, model);
  judgePosition(is, position, portfolio.after, changed.size, model);
  for (const one of scopes) {
    judgePart(was, one, one.part, one.standing);
    judgePart(is, one, one === portfolio ? changed : one.part.with(one.before, one.after), one.standing);
  }
  const breaches: OrderBreach[] = [];
  const standing: OrderBreach[] = [];
  const warnings: OrderBreach[] = [];
  orders.judgements.forEach((judgement) => sort(judgement, undefined));
  is.judgements.forEach((judgement, i) => sort(judgement, was.judgements[i]));
  const allowance = breakerAllows(input.breaker, effect, input.probes);
  if (!allowance.allowed) breaches.push({ limit: "breaker", scope: "portfolio", value: input.breaker.state, threshold: null, reason: allowance.why });
  return { allowed: breaches.length === 0, breaches, standing, warnings, effect, isProbe: allowance.allowed && allowance.isProbe, var: { before: portfolio.part.var.value, after: changed.var.value } };

  function sort(after: Judgement, before: Judgement | undefined): void {
    const { check } = after;
    const told = breachOf(after);
    if (check.warning) warnings.push(told);
    if (check.breach === false) return;
    const isLet = effect === "reduces" && (check.breach === null || (before?.check.breach === true && !isMore(check.value, before.check.value)));
    if (check.breach === null && (unknown === "allow" || isLet)) standing.push(told);
    else if (isLet) standing.push(told);
    else breaches.push(told);
  }
}

function judgePosition(judge: Judge, of: { readonly scope: string; readonly account: string; readonly subject: LimitSubject }, exposure: Exposure | undefined, size: number | undefined, model: RiskModel): void {
  const { symbol = "", value } = exposure ?? {};
  const held = exposure === undefined ? { mantissa: 0n, digits: 0 } : value;
  const missing = `no_mark: ${symbol}`;
  const amount: Sum = held === undefined ? { value: undefined, reason: missing } : { value: magnitude(held) };
  const alone: Figure = held === undefined ? { value: null, reason: missing } : model.alone(symbol, numberOf(held)).var;
  const share: Figure = held === undefined || size === undefined ? { value: null, reason: held === undefined ? missing : "no_mark" } : { value: size === 0 ? 0 : Math.abs(numberOf(held)) / size };
  judge.check("max_position_value", of, { amount });
  judge.check("max_var", of, { estimate: alone });
  judge.check("concentration_limit", of, { estimate: share });
}

function judgePart(judge: Judge, of: OrderScope, figures: PartFigures, standing: Standing | undefined): void {
  judge.check("max_portfolio_var", of, { estimate: figures.var });
  judge.check("max_gross_exposure", of, { amount: figures.gross });
  if (standing === undefined) return;
  judge.check("max_correlation_risk", of, { estimate: figures.correlationRisk });
  judge.check("max_leverage", of, { estimate: leverageOf(figures.gross, standing.equity) });
  judge.check("max_drawdown_limit", of, { estimate: standing.drawdown.fraction });
  const { dayPnl } = standing;
  judge.check("max_daily_loss", of, { amount: dayPnl.value === undefined ? dayPnl : { value: { ...dayPnl.value, mantissa: -dayPnl.value.mantissa } } });
}

function breachOf({ limit, scope, check: { value, limit: threshold, reason } }: Judgement): OrderBreach {
  return { limit, scope, value, threshold, ...(reason === undefined ? {} : { reason }) };
}

function isMore(a: string | number | null, b: string | number | null): boolean {
  return a === null || b === null || Number(a) > Number(b) + 1e-9;
}

/** Whether a limit holds for an account or a venue alone, so that the part must be looked at. */
export function hasOwn(limits: LimitSet, scope: "account" | "venue", name: string, of: readonly LimitName[]): boolean {
  const own = limits.overrides?.[scope]?.get(name);
  return own !== undefined && of.some((limit) => own[limit] !== undefined);
}
