import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { readAttributionKeys, weightsProblem, type BenchmarkWeight } from "../../core/performance/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { isProblem, readDecimal } from "../../core/num/index.ts";
import { spanProblem } from "../../runtime/index.ts";
import { mustSee, type Principal } from "../access/principal.ts";
import { isDocument, jsonBody } from "../body.ts";
import type { RouteContext } from "../context.ts";
import type { EquityAnswer } from "../folds.ts";
import { Problem } from "../problem.ts";
import { timeOf, type attributionQuery, type equityQuery, type performanceQuery, type venuesQuery } from "../schemas.ts";

/** `GET /v1/attribution`: P&L by group, folded from the journal, with the marks of now. */
export async function getAttribution(context: RouteContext, { by, currency, from, at }: z.infer<typeof attributionQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  if (!context.performance.attributionEnabled) throw new Problem(403, "not_enabled", "performance_tracking.attribution_enabled is false: set it to true to attribute P&L");
  const keys = readAttributionKeys(by);
  if (typeof keys === "string") throw new Problem(400, "bad_request", `by: "${by}": ${keys}`);
  const [fromNs, atNs] = [timeOf("from", from), timeOf("at", at)];
  if (atNs !== undefined) mustBeSpan(fromNs, atNs, atNs);
  return json(reply, await context.folds.ask({ kind: "attribution", by: keys, currency, fromNs, atNs, ...(await now(context)), accounts }));
}

/** `GET /v1/performance`: over a span, folded from the journal, with the marks of now. */
export async function getPerformance(context: RouteContext, query: z.infer<typeof performanceQuery>, { accounts }: Principal, reply: FastifyReply, weights?: readonly BenchmarkWeight[]): Promise<FastifyReply> {
  const { benchmark, currency, everySeconds, periodsPerYear, riskFree, by, rolling, series, fills } = query;
  const { historySize, benchmarkSymbol } = context.performance;
  const asked = { ...spanOf(context, query), historySize, benchmarkSymbol: benchmark ?? benchmarkSymbol, sampledEveryNs: BigInt(everySeconds) * 1_000_000_000n, periodsPerYear, riskFreeAnnual: riskFree, executionsBy: by, rollingWindow: rolling, series: series === "true", lastFills: fills, weights };
  return json(reply, await context.folds.ask({ kind: "performance", ...asked, currency, ...(await now(context)), accounts }));
}

const MOST_WEIGHTS = 5_000;
const WEIGHTS = 'weights: {"weights": [{"symbol": "SPY", "weight": 0.6, "segment": "stocks"}]}';

/** `POST /v1/performance`: the same, against a benchmark of weights too. Nothing is booked. */
export async function postPerformance(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const weights = weightsOf(await jsonBody(context, request, WEIGHTS));
  const problem = weightsProblem(weights);
  if (problem !== undefined) throw new Problem(400, "bad_request", `weights: ${problem}`);
  return getPerformance(context, request.query as z.infer<typeof performanceQuery>, request.who, reply, weights);
}

function weightsOf({ weights, ...rest }: Readonly<Record<string, unknown>>): BenchmarkWeight[] {
  if (!Array.isArray(weights) || weights.length > MOST_WEIGHTS || Object.keys(rest).length > 0) throw new Problem(400, "bad_request", `send nothing but ${WEIGHTS}, ${MOST_WEIGHTS} at most`);
  return weights.map((row: unknown, i) => {
    if (!isDocument(row)) throw new Problem(400, "bad_request", `weights[${i}]: send ${WEIGHTS}`);
    const { symbol, weight, segment } = row;
    if (typeof symbol !== "string" || symbol === "") throw new Problem(400, "bad_request", `weights[${i}].symbol: write the name of a symbol`);
    const part = typeof weight === "number" || typeof weight === "string" ? readDecimal(`${weight}`) : undefined; // numbers of a body stay texts
    if (part === undefined || isProblem(part) || !(Number(weight) >= 0 && Number(weight) <= 1)) throw new Problem(400, "bad_request", `weights[${i}].weight: is no part of 1: write 0.25 for a quarter`);
    if (segment !== undefined && typeof segment !== "string") throw new Problem(400, "bad_request", `weights[${i}].segment: write it as a text`);
    return { symbol, weight: Number(weight), segment: segment || symbol };
  });
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
export async function getVenues(context: RouteContext, query: z.infer<typeof venuesQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  return json(reply, await context.folds.ask({ kind: "venues", ...spanOf(context, query), historySize: context.performance.historySize, currency: query.currency, ...(await now(context)), accounts }));
}

function spanOf({ clock }: RouteContext, { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): { readonly fromNs: bigint | undefined; readonly toNs: bigint | undefined } {
  const span = { fromNs: timeOf("from", from), toNs: timeOf("to", to) };
  mustBeSpan(span.fromNs, span.toNs, clock.nowNs());
  return span;
}

function mustBeSpan(fromNs: bigint | undefined, toNs: bigint | undefined, nowNs: bigint): void {
  const problem = spanProblem(fromNs, toNs, nowNs);
  if (problem !== undefined) throw new Problem(400, "bad_request", `from: ${problem}`);
}

/** The time, and the marks that no entry holds. */
async function now({ service, clock }: RouteContext) {
  return { nowNs: clock.nowNs(), live: await service.read(({ book }) => book.marks.live()) };
}

function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(text);
}
