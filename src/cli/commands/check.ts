import { markOf } from "../../core/book/index.ts";
import { misfitOf } from "../../core/engine/index.ts";
import { formatTime, isRowProblem, readFillRow } from "../../core/model/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { orderCost, type OrderCost } from "../../core/performance/index.ts";
import type { OrderAnswer, OrderBreach } from "../../core/risk/index.ts";
import { readVenues } from "../../runtime/index.ts";
import { deskOfFolder, type RiskCommandOptions } from "../risk-desk.ts";
import { dim, note, shownAmount, wrapped } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface CheckOptions extends RiskCommandOptions {
  readonly symbol: string;
  readonly venue: string;
  readonly side: string;
  readonly quantity: string;
  readonly price?: string;
  readonly strategy?: string;
}

/** `fillbook check`: would this order breach a limit? Ends with 1 if so. Nothing is booked; how many orders were sent in the last minute only a running service knows. */
export async function check({ account, ...options }: CheckOptions): Promise<number> {
  const { context, configuration, desk, state, moment } = await deskOfFolder(options);
  const { symbol, venue, side, quantity, strategy } = options;
  const mark = markOf(state.book.marks, venue, symbol, moment);
  const price = options.price ?? (mark && formatDecimal(state.book.marks.sinceSplits(symbol, mark, state.book.instruments.of(venue, symbol).inverse)));
  if (price === undefined) throw new UsageError(`--price: is missing, and ${symbol} has no fresh mark on ${venue}`);
  const read = readFillRow({ id: "order", account: account ?? "default", venue, symbol, side, quantity, price, strategy, timestamp: formatTime(moment.nowNs) }, { signed: false, autoId: false });
  if (isRowProblem(read)) throw new UsageError(`--${read.column}: ${read.reason}`);
  const misfit = misfitOf(read.fill, state.book.instruments.of(venue, symbol));
  if (misfit !== undefined) throw new UsageError(misfit.why);
  const { breaker, limits } = configuration;
  const answer = desk.check(state, moment, { fill: read.fill, ordersLastMinute: undefined, probes: breaker.probes, unknown: limits.unknown });
  const { allowed, breaches, standing, warnings, effect, after, var: values } = answer;
  const { currency, marksMaxAgeNs, marksEveryNs, historySize } = context.config;
  const { venues } = readVenues({ dataDir: context.dataDir, currency, marksMaxAgeNs, marksEveryNs, historySize, nowNs: moment.nowNs, fromNs: undefined, toNs: undefined }).view;
  const cost = orderCost(venues, read.fill, state.book.instruments.of(venue, symbol));
  context.print(context.json ? JSON.stringify({ allowed, breaches, standing, warnings, effect, after, var: values, venue: cost ?? null }, null, 2) : `${shown(answer, currency)}\n${shownCost(venue, cost)}`);
  return allowed ? 0 : 1;
}

function shown({ allowed, breaches, standing, warnings, after, var: values }: OrderAnswer, currency: string): string {
  const money = (value: number | null) => (value === null ? "–" : shownAmount(value.toFixed(2), 16));
  const lines = [allowed ? "allowed" : "refused"];
  for (const breach of breaches) lines.push(`  ${told(breach)}`);
  for (const warning of warnings) lines.push(dim(`  near: ${told(warning)}`));
  for (const one of standing) lines.push(dim(`  as before: ${told(one)}`));
  for (const [reason, remedy] of REMEDIES) if ([...breaches, ...standing].some((one) => one.value === null && one.reason?.includes(reason) === true)) lines.push(note(remedy));
  lines.push(`then ${after.account} holds ${shownAmount(after.quantity, 20)} ${after.symbol} at ${after.avgPrice ?? "–"}`);
  lines.push(`portfolio VaR in ${currency}: ${money(values.before)} before, ${money(values.after)} after`);
  return lines.join("\n");
}

/** How the venue did, and what that makes of the order. */
function shownCost(venue: string, cost: OrderCost | undefined): string {
  if (cost === undefined) return dim(`nothing is known of ${venue}: no fill says`);
  const parts = [
    ["slippage", cost.slippage, (value: number) => `slippage ${shownAmount(value.toFixed(4), 14)} ${cost.currency}`],
    ["fees", cost.fees, (value: number) => `fees ${shownAmount(value.toFixed(4), 14)} ${cost.currency}`],
    ["latency", cost.latencyMs.p50, (value: number) => `latency ${value.toFixed(0)} ms${cost.latencyMs.p95 === null ? "" : `, 95 % within ${cost.latencyMs.p95.toFixed(0)} ms`}`],
    ["score", cost.score, (value: number) => `score ${value.toFixed(2)}`],
  ] as const;
  const known = parts.flatMap(([, value, text]) => (value === null ? [] : [text(value)]));
  const unknown = parts.filter(([, value]) => value === null).map(([name]) => name);
  const by = `by its ${cost.fills.toLocaleString("en-US")} ${cost.fills === 1 ? "fill" : "fills"}${unknown.length === 0 ? "" : `; not known: ${unknown.join(", ")}`}`;
  return known.length === 0 ? note(`nothing is known of what ${venue} costs, ${by}`) : `${wrapped(`likely on ${venue}: ${known.join("; ")}`)}\n${dim(by)}`;
}

/** What makes a figure known. */
const REMEDIES = [["no_prices", "no_prices: give daily closes with fillbook prices FILE"], ["too_few", "too_few: fewer than 60 daily closes: fillbook prices FILE"], ["no_mark", "no_mark: what is held has no fresh mark: fillbook marks FILE"], ["no_capital", "no_capital: say what was put in: fillbook events FILE, a deposit of cash"]] as const;

function told({ limit, scope, value, threshold, reason }: OrderBreach): string {
  if (threshold === null) return `${limit}: ${reason ?? value}`;
  return value === null ? `${limit} of ${scope}: not known (${reason ?? "unknown"}), limit ${threshold}` : `${limit} of ${scope}: ${typeof value === "number" ? Number(value.toPrecision(6)) : value}, limit ${threshold}`;
}
