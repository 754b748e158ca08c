import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { isOfAccounts, pairsPage, pairsSummary, pairView, type BookedPair } from "../../core/engine/index.ts";
import { formatTime, readTime, type Instant } from "../../core/model/index.ts";
import { NotOfPairs, PAIR_COLUMNS, payoutOf, settlementsOf, type PairFact, type PairQuotes, type PairReport, type PairTexts } from "../../core/pairs/index.ts";
import { readTableBody, type TableShape } from "../../venues/csv/index.ts";
import { forbiddenAccount, mustSee, type Principal } from "../access/principal.ts";
import { bodyProblem, formatOf, jsonBody, wholeBody } from "../body.ts";
import { momentOf, type RouteContext } from "../context.ts";
import { FORBIDDEN_ACCOUNT } from "../own-rows.ts";
import { Problem } from "../problem.ts";
import { placeOf, type pairsQuery, type pairsSummaryQuery } from "../schemas.ts";
import { acknowledgeOf } from "./fills.ts";

const PAIRS: TableShape = { columns: PAIR_COLUMNS, required: ["pair_id"], listKey: "fills" };

/** What became of one row. */
interface RowAnswer {
  readonly index: number;
  readonly status: "accepted" | "duplicate" | "refused";
  readonly seq: number | null;
  readonly reason: string | null;
  readonly warning?: string;
}

/** `POST /v1/pairs/fills`: rows with both legs, fills of one venue, and every other fact of a pair; each is booked whole or not at all. */
export async function postPairFills(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { service, metrics } = context;
  const format = formatOf(request);
  const acknowledge = acknowledgeOf(request);
  const body = await wholeBody(request, context.mostBytes, context.stalledMs);
  const answers: RowAnswer[] = [];
  const rows: { readonly index: number; readonly texts: PairTexts }[] = [];
  let index = 0;
  const refuse = (at: number, code: string, reason: string) => {
    metrics.refusals.inc({ reason: code });
    answers.push({ index: at, status: "refused", seq: null, reason });
  };
  const report = readTableBody(body, format, PAIRS, {
    row: ({ values }) => void rows.push({ index: index++, texts: values }),
    refused: ({ column, reason }) => refuse(index++, "unreadable", column === undefined ? reason : `${column}: ${reason}`),
  });
  if ("problem" in report) throw bodyProblem(`line ${report.line}`, report, { line: report.line });
  const { accounts } = request.who;
  const decisions = rows.length === 0 ? [] : await service.pair(rows.map(({ texts }) => texts), acknowledge, accounts);
  if (accounts !== undefined && decisions.length > 0 && decisions.every((decision) => decision.is === "refused" && decision.code === FORBIDDEN_ACCOUNT)) throw forbiddenAccount(accounts);
  for (const [i, decision] of decisions.entries()) answers.push(answerOf(rows[i]!.index, decision, (code) => metrics.refusals.inc({ reason: code })));
  answers.sort((a, b) => a.index - b.index);
  const refused = answers.filter(({ status }) => status === "refused").length;
  if (refused > 0) request.log.info({ rows: answers.length, refused }, "rows were refused");
  return reply.code(refused > 0 ? 207 : 200).type("application/json; charset=utf-8").send(JSON.stringify({ results: answers, seq: service.seq }));
}

function answerOf(index: number, decision: BookedPair, count: (code: string) => void): RowAnswer {
  if (decision.is === "refused") {
    count(decision.code);
    return { index, status: "refused", seq: null, reason: `${decision.field === undefined ? "" : `${decision.field}: `}${decision.code === "unreadable" ? "" : `${decision.code}: `}${decision.why}` };
  }
  if (decision.is === "known") return { index, status: "duplicate", seq: null, reason: null };
  return { index, status: "accepted", seq: decision.seq, reason: null, ...(decision.warning === undefined ? {} : { warning: decision.warning }) };
}

/** `GET /v1/pairs`: pairs with all their figures. */
export async function getPairs(context: RouteContext, { status, account, limit, cursor }: z.infer<typeof pairsQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const filter = { status, account: mustSee(who, account), accounts: who.accounts };
  const moment = momentOf(context);
  const text = await context.service.read(({ folded, seq }) => {
    const { pairs, next } = pairsPage(folded, moment, filter, { after: placeOf(cursor), limit }, laddersOf(context));
    return JSON.stringify({ asOf: formatTime(moment.nowNs), seq, pairs, next: next === null ? null : `${next}` });
  });
  return reply.type("application/json; charset=utf-8").send(text);
}

/** `GET /v1/pairs/{id}`. */
export async function getPair(context: RouteContext, pairId: string, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const view = await context.service.read(({ folded }) => pairView(folded, momentOf(context), pairId, who.accounts, laddersOf(context)));
  if (view === undefined) throw unknownPair(pairId);
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(view));
}

/** `GET /v1/pairs/summary`. */
export async function getPairsSummary(context: RouteContext, { account }: z.infer<typeof pairsSummaryQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const filter = { account: mustSee(who, account), accounts: who.accounts };
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(await context.service.read(({ folded, seq }) => ({ ...pairsSummary(folded, momentOf(context), filter), seq }))));
}

/** `POST /v1/pairs/{id}/close`: asks that it be closed; it is closing until nothing of it is held. Asked again, nothing changes. */
export async function postPairClose(context: RouteContext, pairId: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = request.headers["content-type"] === undefined ? {} : await jsonBody(context, request, 'who asks: {"by": "…"}, or {}');
  mustHaveOnly(body, ["by", "withdraw"]);
  const pair = await mustBeThere(context, pairId, request.who);
  const isWithdrawn = body["withdraw"] === true;
  const time: Instant = { ns: context.clock.nowNs(), unit: "ns" };
  if (pair.isCloseAsked === !isWithdrawn) return settled(context, pairId, [], request, reply);
  const by = textOf(body, "by") ?? request.who.name ?? request.who.id;
  return settled(context, pairId, [{ type: isWithdrawn ? "pair_close_withdrawn" : "pair_close_asked", pairId, id: `${time.ns}`, time, by }], request, reply);
}

/** `POST /v1/pairs/{id}/settle`: how its markets ended; without a venue all of them, by the pair's own outcome. The same result again changes nothing. */
export async function postPairSettle(context: RouteContext, pairId: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = await jsonBody(context, request, 'a result: {"result": "yes"}, or {"venue": "kalshi", "result": "no"}');
  mustHaveOnly(body, ["result", "outcome", "venue", "market", "stage", "timestamp", "id", "revenueCents"]);
  const pair = await mustBeThere(context, pairId, request.who);
  const time = timeOf(textOf(body, "timestamp"), context.clock.nowNs());
  try {
    const facts = settlementsOf(pair, { payout: payoutOf(textOf(body, "result") ?? textOf(body, "outcome") ?? ""), venue: textOf(body, "venue"), market: textOf(body, "market"), stage: textOf(body, "stage"), id: textOf(body, "id"), revenueCents: textOf(body, "revenueCents"), time });
    return await settled(context, pairId, facts, request, reply);
  } catch (error) {
    if (error instanceof NotOfPairs) throw new Problem(400, "bad_request", `${error.column === "payout" ? "result" : error.column}: ${error.message}`);
    throw error;
  }
}

async function settled(context: RouteContext, pairId: string, facts: readonly PairFact[], request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const reports: readonly PairReport[] = facts;
  for (const decision of reports.length === 0 ? [] : await context.service.pair(reports, "durable", request.who.accounts)) if (decision.is === "refused") throw new Problem(decision.code === "unknown_pair" ? 404 : 409, decision.code, decision.why);
  return getPair(context, pairId, request.who, reply);
}

async function mustBeThere({ service }: RouteContext, pairId: string, { accounts }: Principal) {
  const pair = await service.read(({ folded: { pairs } }) => (isOfAccounts(pairs, pairId, accounts) ? pairs.pair(pairId) : undefined));
  if (pair === undefined) throw unknownPair(pairId);
  return pair;
}

export function unknownPair(pairId: string): Problem {
  return new Problem(404, "unknown_pair", `no pair ${JSON.stringify(pairId.slice(0, 100))} was filled or defined: GET /v1/pairs lists those that there are`);
}

function mustHaveOnly(body: Readonly<Record<string, unknown>>, keys: readonly string[]): void {
  const unknown = Object.keys(body).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Problem(400, "bad_request", `${JSON.stringify(unknown.slice(0, 40))} is no key of it: its keys are ${keys.join(", ")}`);
}

function textOf(body: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const text = body[key];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string") throw new Problem(400, "bad_request", `${key}: is a text`);
  return text.trim();
}

function timeOf(text: string | undefined, nowNs: bigint): Instant {
  if (text === undefined) return { ns: nowNs, unit: "ns" };
  const time = readTime(text);
  if ("problem" in time) throw new Problem(400, "bad_request", `timestamp: ${time.why}`);
  return time;
}

/** Ladders of the service, by what a venue calls them, and what it costs to trade into them. */
export function laddersOf({ markets, service }: RouteContext): Pick<PairQuotes, "ladderOf" | "fees"> {
  return { ladderOf: (venue, symbol) => markets.quote(venue, symbol), fees: service.pairFees };
}
