import type { FastifyReply, FastifyRequest } from "fastify";
import { EVENT_COLUMNS, isEventProblem, readEvent, type EventDecision, type EventReport, type PriceDecision } from "../../core/engine/index.ts";
import { dayOf, formatTime, PRICE_PERIODS, readInstrument, readMark, readTime, type Instrument, type Mark, type TextProblem } from "../../core/model/index.ts";
import { readTableBody, type TableShape } from "../../venues/csv/index.ts";
import { forbiddenAccount } from "../access/principal.ts";
import { bodyProblem, formatOf, wholeBody } from "../body.ts";
import type { RouteContext } from "../context.ts";
import { foreignEvent } from "../own-rows.ts";

const MARKS: TableShape = { columns: ["venue", "symbol", "price", "timestamp"], required: ["symbol", "price"], listKey: "marks" };
const INSTRUMENTS: TableShape = {
  columns: ["venue", "symbol", "kind", "base", "quote", "settle", "multiplier", "inverse", "price_increment", "quantity_increment", "expires"],
  required: ["symbol", "kind", "quote"],
  listKey: "instruments",
};
const PRICES: TableShape = { columns: ["date", "symbol", "close", "period"], required: ["date", "symbol", "close"], listKey: "prices" };
const EVENTS: TableShape = { columns: EVENT_COLUMNS, required: ["type"], listKey: "events" };

/** What became of one row. */
interface RowAnswer {
  readonly index: number;
  readonly status: "accepted" | "duplicate" | "refused";
  readonly reason: string | null;
  readonly warning?: string;
}
/** A refused row, with the code that figures count it by. */
interface RefusedRow extends RowAnswer {
  readonly status: "refused";
  readonly code: string;
}

/** Rows of a body: what they say, and why others say nothing. */
interface Rows<T> {
  readonly read: { readonly index: number; readonly value: T }[];
  readonly answers: RefusedRow[];
}

/** `POST /v1/marks`: the newest of each symbol values from now on, the last of each interval is kept. */
export async function postMarks(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const nowNs = context.clock.nowNs();
  const now = formatTime(nowNs);
  const rows = await rowsOf<Mark>(context, request, MARKS, (texts) => readMark({ ...texts, timestamp: texts["timestamp"] || now }, nowNs));
  const kept = rows.read.length === 0 ? 0 : await context.service.mark(rows.read.map(({ value }) => value));
  const accepted = rows.read.map(({ index }): RowAnswer => ({ index, status: "accepted", reason: null }));
  return answer(context, request, reply, [...rows.answers, ...(isMinimal(request) ? [] : accepted)], { kept });
}

/** `POST /v1/instruments`: definitions. One that says what is known already is a duplicate. */
export async function postInstruments(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const rows = await rowsOf<Instrument>(context, request, INSTRUMENTS, readInstrument);
  const decisions = rows.read.length === 0 ? [] : await context.service.define(rows.read.map(({ value }) => value));
  const decided = decisions.map((decision, i): RowAnswer | RefusedRow => ({ index: rows.read[i]!.index, ...(decision.is === "refused" ? { status: "refused", code: "bad_definition", reason: decision.why } : { status: decision.is === "news" ? "accepted" : "duplicate", reason: null }) }));
  return answer(context, request, reply, [...rows.answers, ...decided]);
}

/** `POST /v1/events`: every fact that is no fill, one after the other. */
export async function postEvents(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const nowNs = context.clock.nowNs();
  const { accounts } = request.who;
  let foreign = 0;
  const rows = await rowsOf<EventReport>(context, request, EVENTS, (texts) => {
    const read = readEvent(texts, nowNs);
    if (isEventProblem(read)) return { column: read.column, reason: read.reason };
    if ((read.type === "limited" || isRisk(read)) && !request.who.scopes.includes("admin")) return { column: "type", reason: "forbidden_scope: limits, breaches and the breaker are for who has the scope admin" };
    const why = foreignEvent(read, accounts);
    if (why === undefined) return read;
    foreign += 1;
    return { column: "account", reason: why };
  });
  if (accounts !== undefined && foreign > 0 && foreign === rows.answers.length + rows.read.length) throw forbiddenAccount(accounts);
  const decisions = rows.read.length === 0 ? [] : await context.service.take(rows.read.map(({ value }) => value));
  return answer(context, request, reply, [...rows.answers, ...decisions.map((decision, i) => eventAnswer(rows.read[i]!.index, decision))]);
}

function isRisk(report: EventReport): boolean {
  return report.type === "breached" || report.type === "tripped" || report.type === "reset" || report.type === "probed";
}

/** Closes of one symbol that follow each other in a body, and the rows that they are. */
interface Run {
  readonly symbol: string;
  readonly days: number[];
  readonly closes: string[];
  readonly indexes: number[];
}

/** `POST /v1/prices`: daily closes, a row each. One for a day that has one takes its place; one that says the same is a duplicate. */
export async function postPrices(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const rows = await rowsOf<{ readonly symbol: string; readonly day: number; readonly close: string }>(context, request, PRICES, ({ date = "", symbol = "", close = "", period = "" }) => {
    if (period !== "" && !(PRICE_PERIODS as readonly string[]).includes(period)) return { column: "period", reason: `"${period}" is none of ${PRICE_PERIODS.join(", ")}` };
    const time = readTime(date);
    return "problem" in time ? { column: "date", reason: time.why } : { symbol, day: dayOf(time.ns), close };
  });
  const runs: Run[] = [];
  for (const { index, value } of rows.read) {
    let run = runs.at(-1);
    if (run?.symbol !== value.symbol) runs.push((run = { symbol: value.symbol, days: [], closes: [], indexes: [] }));
    run.days.push(value.day);
    run.closes.push(value.close);
    run.indexes.push(index);
  }
  const decisions = runs.length === 0 ? [] : await context.service.price(runs);
  const answers = decisions.flatMap((decided, i) => decided.map((decision, at) => priceAnswer(runs[i]!.indexes[at]!, decision)));
  const count = (status: RowAnswer["status"]) => answers.filter((one) => one.status === status).length;
  const counts = { accepted: count("accepted"), duplicates: count("duplicate"), refused: count("refused") + rows.answers.length };
  return answer(context, request, reply, [...rows.answers, ...(isMinimal(request) ? answers.filter((one) => one.status === "refused") : answers)], counts);
}

/** `Prefer: return=minimal`: only refused rows are answered one by one. */
function isMinimal({ headers }: FastifyRequest): boolean {
  return /(^|[,\s])return=minimal\b/.test(String(headers["prefer"] ?? ""));
}

function priceAnswer(index: number, decision: PriceDecision): RowAnswer | RefusedRow {
  if (typeof decision === "string") return { index, status: decision === "news" ? "accepted" : "duplicate", reason: null };
  return { index, status: "refused", code: "bad_price", reason: `${decision.column}: ${decision.why}` };
}

function eventAnswer(index: number, decision: EventDecision): RowAnswer | RefusedRow {
  switch (decision.is) {
    case "news":
      return { index, status: "accepted", reason: null, ...(decision.warning === undefined ? {} : { warning: decision.warning }) };
    case "known":
      return { index, status: "duplicate", reason: null };
    case "refused":
      return { index, status: "refused", code: decision.code, reason: `${decision.field === undefined ? "" : `${decision.field}: `}${decision.code}: ${decision.why}` };
  }
}

async function rowsOf<T extends object>(context: RouteContext, request: FastifyRequest, shape: TableShape, read: (texts: Readonly<Record<string, string>>) => T | TextProblem): Promise<Rows<T>> {
  const format = formatOf(request);
  const body = await wholeBody(request, context.mostBytes, context.stalledMs);
  const rows: Rows<T> = { read: [], answers: [] };
  let index = 0;
  const refuse = (column: string | undefined, reason: string, code = "unreadable") => void rows.answers.push({ index: index++, status: "refused", code, reason: column === undefined ? reason : `${column}: ${reason}` });
  const report = readTableBody(body, format, shape, {
    row: ({ values }) => {
      const value = read(values);
      if ("reason" in value) refuse(value.column, value.reason, value.code);
      else rows.read.push({ index: index++, value });
    },
    refused: ({ column, reason }) => refuse(column, reason),
  });
  if ("problem" in report) throw bodyProblem(`line ${report.line}`, report, { line: report.line });
  return rows;
}

function answer({ service, metrics }: RouteContext, request: FastifyRequest, reply: FastifyReply, answers: readonly (RowAnswer | RefusedRow)[], more: Readonly<Record<string, unknown>> = {}): FastifyReply {
  const refused = answers.flatMap((one) => ("code" in one ? [one.code] : []));
  for (const reason of refused) metrics.refusals.inc({ reason });
  if (refused.length > 0) request.log.info({ rows: answers.length, refused: refused.length }, "rows were refused");
  const results = answers.map(({ index, status, reason, warning }): RowAnswer => ({ index, status, reason, ...(warning === undefined ? {} : { warning }) })).sort((a, b) => a.index - b.index);
  return reply.code(refused.length > 0 ? 207 : 200).type("application/json; charset=utf-8").send(JSON.stringify({ results, ...more, seq: service.seq }));
}
