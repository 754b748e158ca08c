import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { markOf, type Book, type Moment } from "../../core/book/index.ts";
import { misfitOf } from "../../core/engine/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { formatTime, isRowProblem, readFillRow, type Fill } from "../../core/model/index.ts";
import { orderCost, type OrderCost } from "../../core/performance/index.ts";
import { RiskDesk, riskOverview, riskViewSteps, scenariosOf, stress, varMethodOf, type EquityHistory, type RiskOptions } from "../../core/risk/index.ts";
import { deskState, inSlices } from "../../runtime/index.ts";
import { mustSee, seesAll, type Principal } from "../access/principal.ts";
import { jsonBody } from "../body.ts";
import { momentOf, type RouteContext } from "../context.ts";
import { jsonSteps } from "../json-steps.ts";
import { pointOf } from "../equity-texts.ts";
import type { EquityAnswer } from "../folds.ts";
import { Problem } from "../problem.ts";
import type { riskQuery, stressQuery } from "../schemas.ts";

type RiskQuery = z.infer<typeof riskQuery>;

/**
 * `GET /v1/risk`: positions and portfolio beside their limits. Another method, confidence or horizon than the configured one, and some accounts only, are computed for
 * the one who asks; the rest is what the service keeps anyway.
 */
export async function getRisk(context: RouteContext, query: RiskQuery, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const { risk, riskOptions, currency } = context;
  const own = { ...riskOptions, ...asked(query) };
  const accounts = accountsOf(query.account, who);
  const head = { currency, by: query.by, tellsWhy: seesAll(who) };
  if (accounts === undefined && query.by !== "strategy" && isSame(own, riskOptions)) {
    const steps = await risk.look((desk, ledger, moment) => riskViewSteps(desk, deskState(ledger), moment, { seq: ledger.seq, ...head }));
    return json(reply, await inSlices(jsonSteps(await inSlices(steps))));
  }
  const live = await context.service.read(({ book }) => book.marks.live());
  return json(reply, await context.folds.ask({ kind: "risk", options: own, by: query.by, nowNs: context.clock.nowNs(), live, accounts, tellsWhy: head.tellsWhy }));
}

/** `GET /v1/overview`: the figures that a page shows all the time. Of some accounts only, they are folded for the one who asks. */
export async function getOverview({ risk, riskOptions, currency, service, folds, clock }: RouteContext, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const tellsWhy = seesAll(who);
  if (who.accounts === undefined) return json(reply, await risk.look((desk, ledger, moment) => JSON.stringify(riskOverview(desk, deskState(ledger), moment, { seq: ledger.seq, currency, tellsWhy }))));
  const live = await service.read(({ book }) => book.marks.live());
  return json(reply, await folds.ask({ kind: "overview", options: riskOptions, nowNs: clock.nowNs(), live, accounts: who.accounts, tellsWhy }));
}

/** `GET /v1/risk/stress`: what named scenarios would do to the book. */
export async function getStress(context: RouteContext, query: z.infer<typeof stressQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const desk = await deskOf(context, context.riskOptions, accountsOf(query.account, who));
  return json(reply, await context.service.read((ledger) => {
    desk.touch(ledger.book);
    const state = deskState(ledger);
    const moment = momentOf(context);
    const exposures = desk.exposures(moment);
    const input = desk.stressInput(state, moment);
    const scenarios = scenariosOf(exposures).filter(({ name }) => query.scenario === undefined || name === query.scenario);
    if (scenarios.length === 0) throw new Problem(404, "not_found", `there is no scenario ${query.scenario}: ${scenariosOf(exposures).map(({ name }) => name).join(", ")}`);
    return JSON.stringify({ asOf: formatTime(moment.nowNs), seq: ledger.seq, currency: context.currency, scenarios: stress(scenarios, input) });
  }));
}

const ORDER = ["account", "venue", "symbol", "side", "quantity", "price", "strategy"] as const;

/** `POST /v1/check`: what an order would make of the book, and which limits it would breach. Nothing is booked. */
export async function postCheck(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = await jsonBody(context, request, 'an order: {"symbol": "BTC/USD", "venue": "kraken", "side": "buy", "quantity": "1", "price": "60000"}');
  const unknown = Object.keys(body).find((key) => !(ORDER as readonly string[]).includes(key));
  if (unknown !== undefined) throw new Problem(400, "bad_request", `${JSON.stringify(unknown.slice(0, 40))} is no key of an order: they are ${ORDER.join(", ")}`);
  const fill = await orderOf(context, body);
  mustSee(request.who, fill.account);
  const { allowed, breaches, standing, warnings, effect, after, var: values } = await context.risk.check({ fill }, request.who.name ?? request.who.id);
  const told = seesAll(request.who) ? { breaches, standing, warnings, var: values } : { breaches: breaches.map(withoutWhole), standing: standing.map(withoutWhole), warnings: warnings.map(withoutWhole), var: { before: null, after: null } };
  const venue = seesAll(request.who) ? await costOf(context, fill) : undefined; // how a venue did is of all accounts together
  return json(reply, JSON.stringify({ allowed, breaches: told.breaches, standing: told.standing, warnings: told.warnings, effect, after, var: told.var, venue: venue ?? null }));
}

/** What the order will likely cost, by what was known of its venue when it was looked at last: nobody waits for a fold. */
async function costOf({ venues, service }: RouteContext, fill: Fill): Promise<OrderCost | undefined> {
  venues.wish();
  const known = venues.venues;
  return known && service.read(({ book }) => orderCost(known, fill, book.instruments.of(fill.venue, fill.symbol)));
}

/** The figures of all accounts together are not for a token that sees some: of the portfolio, of a venue, and a position's share of all of them. */
function withoutWhole<T extends { readonly scope: string; readonly limit: string }>(breach: T): T {
  return breach.scope === "portfolio" || breach.scope.startsWith("venue:") || breach.limit === "concentration_limit" ? { ...breach, value: breach.limit === "breaker" ? "closed to it" : null, reason: "of all accounts together" } : breach;
}

/** Reads an order by the rules of fills. Without a price it is taken at the mark. @throws Problem */
async function orderOf({ clock, service, marksMaxAgeNs }: RouteContext, body: Readonly<Record<string, unknown>>): Promise<Fill> {
  const text = (key: (typeof ORDER)[number]) => {
    const value = body[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw new Problem(400, "bad_request", `${key}: write it as a text`);
    return value;
  };
  const nowNs = clock.nowNs();
  const [venue = "", symbol = ""] = [text("venue"), text("symbol")];
  for (const [key, value] of [["venue", venue], ["symbol", symbol]] as const) if (value === "") throw new Problem(400, "bad_request", `${key}: is missing`);
  const price = text("price") ?? (await service.read(({ book }) => markText(book, venue, symbol, { nowNs, maxAgeNs: marksMaxAgeNs })));
  if (price === undefined) throw new Problem(400, "bad_request", `price: is missing, and ${symbol} has no fresh mark on ${venue}`);
  const read = readFillRow({ id: "order", account: text("account") ?? "default", venue, symbol, side: text("side"), quantity: text("quantity"), price, strategy: text("strategy"), timestamp: formatTime(nowNs) }, { signed: false, autoId: false });
  if (isRowProblem(read)) throw new Problem(400, "bad_request", `${read.column}: ${read.reason}`);
  const misfit = await service.read(({ book }) => misfitOf(read.fill, book.instruments.of(venue, symbol)));
  if (misfit !== undefined) throw new Problem(400, misfit.code, misfit.why);
  return read.fill;
}

function markText(book: Book, venue: string, symbol: string, moment: Moment): string | undefined {
  const mark = markOf(book.marks, venue, symbol, moment);
  return mark && formatDecimal(book.marks.sinceSplits(symbol, mark, book.instruments.of(venue, symbol).inverse));
}

/** A desk of its own: for other conventions, or some accounts. */
export async function deskOf(context: RouteContext, options: RiskOptions, accounts: ReadonlySet<string> | undefined): Promise<RiskDesk> {
  const desk = new RiskDesk(options, context.currency, accounts);
  desk.setHistory(await equityHistory(context, accounts));
  return desk;
}

/** Equity day by day of some accounts, or of all. */
export async function equityHistory({ folds, clock }: Pick<RouteContext, "folds" | "clock">, accounts?: ReadonlySet<string>): Promise<EquityHistory> {
  const { all, accounts: each } = JSON.parse(await folds.ask({ kind: "equity", nowNs: clock.nowNs(), each: true, accounts })) as EquityAnswer;
  const points = all.map(pointOf);
  const own = new Map(each.map(([account, texts]) => [account, texts.map(pointOf)]));
  return (account) => (account === undefined ? points : (own.get(account) ?? []));
}

function asked({ method, confidence, horizon }: RiskQuery): Partial<RiskOptions> {
  const found = method === undefined ? undefined : varMethodOf(method);
  return { ...(found === undefined ? {} : { method: found }), ...(confidence === undefined ? {} : { confidence }), ...(horizon === undefined ? {} : { horizonDays: horizon }) };
}

function isSame(a: RiskOptions, b: RiskOptions): boolean {
  return a.method === b.method && a.confidence === b.confidence && a.horizonDays === b.horizonDays;
}

/** The accounts that are looked at; undefined: all. @throws Problem for one that is not for who asks */
export function accountsOf(account: string | undefined, who: Principal): ReadonlySet<string> | undefined {
  const one = mustSee(who, account);
  return one === undefined ? who.accounts : new Set([one]);
}

export function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(text);
}
