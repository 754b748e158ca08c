import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { followerOf, pnlBy } from "../../core/book/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { mustSee, type Principal } from "../access/principal.ts";
import { momentOf, type RouteContext } from "../context.ts";
import { placeOf, timeOf, type marksQuery, type newestHistoryQuery, type pnlQuery, type refusalsQuery, type tripsQuery } from "../schemas.ts";

/** With more positions than this the whole book is valued beside the main thread. */
const MANY_POSITIONS = 5_000;

/** `GET /v1/history`: a row a fill, with the position after it. */
export async function getHistory({ folds }: RouteContext, { account, venue, symbol, from, to, limit, cursor, newest }: z.infer<typeof newestHistoryQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const filter = { account: mustSee(who, account), accounts: who.accounts, venue, symbol, fromNs: timeOf("from", from), toNs: timeOf("to", to), afterSeq: placeOf(cursor) };
  return json(reply, await folds.ask({ kind: "history", filter, limit, newest: newest === "true" }));
}

/** `GET /v1/refusals`: fills that were not booked, the newest first. */
export async function getRefusals({ folds }: RouteContext, { limit, cursor }: z.infer<typeof refusalsQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  return json(reply, await folds.ask({ kind: "refusals", beforeSeq: placeOf(cursor), limit, accounts }));
}

/** `GET /v1/marks`: the marks of record of a symbol, and the live one behind them, in today's units. */
export async function getMarks({ service }: RouteContext, { symbol, from, limit }: z.infer<typeof marksQuery>, reply: FastifyReply): Promise<FastifyReply> {
  const fromNs = timeOf("from", from);
  return json(reply, await service.read(({ book, seq }) => {
    const series = book.marks.venues(symbol).map((venue) => {
      const recorded = book.marks.recorded(venue, symbol);
      const last = book.marks.at(venue, symbol);
      const all = last === undefined || last.timeNs === recorded.at(-1)?.timeNs ? recorded : [...recorded, last];
      const { inverse } = book.instruments.of(venue, symbol);
      return { venue, marks: all.filter(({ timeNs }) => fromNs === undefined || timeNs >= fromNs).slice(-limit).map((mark) => ({ time: formatTime(mark.timeNs), price: formatDecimal(book.marks.sinceSplits(symbol, mark, inverse)) })) };
    });
    return JSON.stringify({ seq, symbol, series: series.filter(({ marks }) => marks.length > 0) });
  }));
}

/** `GET /v1/trips`: closed round trips, and what all of them add up to. */
export async function getTrips({ folds }: RouteContext, { account, venue, symbol, from, to, limit, cursor }: z.infer<typeof tripsQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const filter = { account: mustSee(who, account), accounts: who.accounts, venue, symbol, fromNs: timeOf("from", from), toNs: timeOf("to", to) };
  return json(reply, await folds.ask({ kind: "trips", filter, after: placeOf(cursor), limit }));
}

/** `GET /v1/pnl`: by what the book holds now, or by a fold where it does not hold enough. */
export async function getPnl(context: RouteContext, { by, view, currency, at }: z.infer<typeof pnlQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const atNs = timeOf("at", at);
  const now = await context.service.read(({ book, seq }) => {
    const moment = momentOf(context);
    const isFolded = atNs !== undefined || followerOf(view, by, book.rates) !== undefined || isLarge(book.nets());
    return isFolded ? { live: book.marks.live() } : { text: JSON.stringify({ seq, ...pnlBy(book, by, moment, currency, view, undefined, accounts) }) };
  });
  return json(reply, now.text ?? (await context.folds.ask({ kind: "pnl", by, view, currency, atNs, nowNs: context.clock.nowNs(), live: now.live, accounts })));
}

function isLarge(positions: Iterator<unknown>): boolean {
  for (let count = 0; count <= MANY_POSITIONS; count += 1) if (positions.next().done === true) return false;
  return true;
}

function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(text);
}
