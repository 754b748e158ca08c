import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { readAttributionKeys } from "../../core/performance/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { mustSee, type Principal } from "../access/principal.ts";
import type { RouteContext } from "../context.ts";
import type { EquityAnswer } from "../folds.ts";
import { Problem } from "../problem.ts";
import { timeOf, type attributionQuery, type equityQuery, type performanceQuery, type venuesQuery } from "../schemas.ts";

/** `GET /v1/attribution`: P&L by group, folded from the journal, with the marks of now. */
export async function getAttribution(context: RouteContext, { by, currency, from, at }: z.infer<typeof attributionQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  if (!context.performance.attributionEnabled) throw new Problem(403, "not_enabled", "performance_tracking.attribution_enabled is false: set it to true to attribute P&L");
  const keys = readAttributionKeys(by);
  if (typeof keys === "string") throw new Problem(400, "bad_request", `by: "${by}": ${keys}`);
  return json(reply, await context.folds.ask({ kind: "attribution", by: keys, currency, fromNs: timeOf("from", from), atNs: timeOf("at", at), ...(await now(context)), accounts }));
}

/** `GET /v1/performance`: over a span, folded from the journal, with the marks of now. */
export async function getPerformance(context: RouteContext, { from, to, benchmark, currency, everySeconds, periodsPerYear, riskFree, by, rolling, series }: z.infer<typeof performanceQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const { historySize, benchmarkSymbol } = context.performance;
  const asked = { fromNs: timeOf("from", from), toNs: timeOf("to", to), historySize, benchmarkSymbol: benchmark ?? benchmarkSymbol, sampledEveryNs: BigInt(everySeconds) * 1_000_000_000n, periodsPerYear, riskFreeAnnual: riskFree, executionsBy: by, rollingWindow: rolling, series: series === "true" };
  return json(reply, await context.folds.ask({ kind: "performance", ...asked, currency, ...(await now(context)), accounts }));
}

const MOST_POINTS = 5_000;

/** `GET /v1/equity`: a point for each period in which something happened, folded from the journal. */
export async function getEquity({ folds, clock, currency }: RouteContext, { from, account, everySeconds }: z.infer<typeof equityQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const one = mustSee(who, account);
  const fromNs = timeOf("from", from);
  const { seq, all } = JSON.parse(await folds.ask({ kind: "equity", nowNs: clock.nowNs(), each: false, everyNs: BigInt(everySeconds) * 1_000_000_000n, accounts: one === undefined ? who.accounts : new Set([one]) })) as EquityAnswer;
  const points = all.filter(([, endNs]) => fromNs === undefined || BigInt(endNs) >= fromNs).slice(-MOST_POINTS);
  return json(reply, JSON.stringify({ seq, currency, points: points.map(([beginNs, endNs, pnl, capital, , , equity]) => ({ begin: formatTime(BigInt(beginNs)), end: formatTime(BigInt(endNs)), equity, pnl, capital })) }));
}

/** `GET /v1/venues`: over a span, folded from the journal. */
export async function getVenues(context: RouteContext, { from, to, currency }: z.infer<typeof venuesQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  return json(reply, await context.folds.ask({ kind: "venues", fromNs: timeOf("from", from), toNs: timeOf("to", to), historySize: context.performance.historySize, currency, ...(await now(context)), accounts }));
}

/** The time, and the marks that no entry holds. */
async function now({ service, clock }: RouteContext) {
  return { nowNs: clock.nowNs(), live: await service.read(({ book }) => book.marks.live()) };
}

function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(text);
}
