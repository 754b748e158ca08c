import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { positionsPage, summarize, type Book, type PositionFilter } from "../../core/book/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { mustSee, type Principal } from "../access/principal.ts";
import { momentOf, type RouteContext } from "../context.ts";
import { cursorOf, placeOfCursor } from "../folds.ts";
import { Problem } from "../problem.ts";
import { BAD_CURSOR, timeOf, type positionsQuery } from "../schemas.ts";

type Query = z.infer<typeof positionsQuery>;

/** `GET /v1/positions`: from the live book, or folded anew for a time or an entry of the past. */
export async function getPositions(context: RouteContext, query: Query, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { venue, symbol, status, limit, seq } = query;
  const { who } = request;
  const filter = { account: mustSee(who, query.account), accounts: who.accounts, venue, symbol, status };
  const atNs = timeOf("at", query.at);
  const after = query.cursor === undefined ? undefined : placeOfCursor(query.cursor);
  if (query.cursor !== undefined && after === undefined) throw new Problem(400, "bad_request", BAD_CURSOR);
  void reply.type("application/json; charset=utf-8");
  if (atNs !== undefined || seq !== undefined) {
    if (query.summary === "true") throw new Problem(400, "bad_request", "summary: is told of now only; leave at and seq out");
    if (seq !== undefined) await mustHave(context, seq);
    return reply.send(await context.folds.ask({ kind: "positions", filter, atNs, untilSeq: seq, nowNs: context.clock.nowNs(), after, limit }));
  }
  const answer = await context.service.read((ledger) => {
    const moment = momentOf(context);
    const tag = tagOf(context, who, ledger.book, ledger.seq, moment.nowNs);
    if (isKnown(request.headers["if-none-match"], tag)) return { tag, text: undefined };
    const { positions, next } = positionsPage(ledger.book, moment, filter, { after, limit });
    const summary = query.summary === "true" ? { summary: summarize(ledger.book, moment, filter) } : {};
    return { tag, text: JSON.stringify({ asOf: formatTime(moment.nowNs), seq: ledger.seq, ...summary, capital: capitalOf(ledger.book, filter), positions, next: next === null ? null : cursorOf(next) }) };
  });
  void reply.header("etag", answer.tag);
  return answer.text === undefined ? reply.code(304).send() : reply.send(answer.text);
}

/** An entry that is there and on disk, where a fold finds it. @throws Problem for one that is not there yet */
async function mustHave({ service }: RouteContext, seq: number): Promise<void> {
  const { last, durable } = await service.read((ledger) => ({ last: ledger.seq, durable: ledger.durableThrough }));
  if (seq > last) throw new Problem(404, "not_found", `seq: there is no entry ${seq} yet: the journal ends at entry ${last}`);
  if (seq > durable) await service.readDurable(() => undefined); // buffered: it is about to be
}

function capitalOf(book: Book, { account, accounts }: PositionFilter): { readonly account: string; readonly currency: string; readonly amount: string }[] {
  const bags = [...book.capital].filter(([of]) => (account === undefined || of === account) && accounts?.has(of) !== false).sort(([a], [b]) => (a < b ? -1 : 1));
  return bags.flatMap(([of, bag]) => bag.entries().map(([currency, amount]) => ({ account: of, currency, amount: formatDecimal(amount) })));
}

/** Names what the live book holds, for whoever asks: entries and marks; where marks grow too old, the second too. Ages of marks go on meanwhile, so it is a weak one. */
function tagOf({ run, marksMaxAgeNs }: RouteContext, { id, accounts }: Principal, book: Book, seq: number, nowNs: bigint): string {
  return `W/"${run}-${seq}-${book.rates.version}${accounts === undefined ? "" : `-${id}`}${marksMaxAgeNs === undefined ? "" : `-${nowNs / 1_000_000_000n}`}"`;
}

function isKnown(header: string | undefined, tag: string): boolean {
  return header !== undefined && (header.trim() === "*" || header.split(",").some((one) => one.trim() === tag));
}
