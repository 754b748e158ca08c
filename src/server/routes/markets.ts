import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { LadderAnswer, LadderMessage } from "../../core/market/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { isProblem, readDecimal, type Decimal } from "../../core/num/index.ts";
import type { OpportunityView } from "../../core/opportunity/index.ts";
import { readBooksBody } from "../../venues/csv/index.ts";
import { mustSee, seesAll, type Principal } from "../access/principal.ts";
import { bodyProblem, formatOf, wholeBody } from "../body.ts";
import type { RouteContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { inventoryQuery, liquidityQuery, opportunitiesQuery } from "../schemas.ts";
import type { marketsQuery } from "../study-schemas.ts";

/** What one message came to. `code` says it to programs, `reason` and `warning` to people. */
interface BookRow {
  readonly index: number;
  readonly status: "accepted" | "duplicate" | "refused";
  readonly code: LadderAnswer["code"];
  readonly reason: string | null;
  readonly warning?: string;
}

/** Names of markets that an answer lists at most. */
const MOST_NAMED = 20;

/** `POST /v1/books`: snapshots and updates, in their order. What comes in one body is judged at once, when all of it is taken. */
export async function postBooks({ markets, metrics, mostBytes, stalledMs, service }: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const format = formatOf(request);
  const body = await wholeBody(request, mostBytes, stalledMs);
  const read: { readonly index: number | undefined; readonly message: LadderMessage }[] = []; // no index: it is answered already
  const answers: BookRow[] = [];
  let index = 0;
  const report = readBooksBody(body, format, {
    message: (message) => void read.push({ index: index++, message }),
    refused: ({ column, reason }, unread) => {
      answers.push({ index: index++, status: "refused", code: "refused", reason: column === undefined ? reason : `${column}: ${reason}` });
      if (unread !== undefined) read.push({ index: undefined, message: unread });
    },
  });
  if ("problem" in report) throw bodyProblem(`line ${report.line}`, report, { line: report.line });
  const taken = markets.take(read.map(({ message }) => message));
  for (const [i, answer] of taken.entries()) {
    const { index: of } = read[i]!;
    if (of !== undefined) answers.push({ index: of, ...rowOf(answer) });
  }
  const refused = answers.filter(({ status }) => status === "refused").length;
  if (refused > 0) {
    metrics.refusals.inc({ reason: "bad_book" }, refused);
    request.log.info({ rows: answers.length, refused }, "rows were refused");
  }
  return json(reply.code(refused > 0 ? 207 : 200), { results: answers.sort((a, b) => a.index - b.index), seq: service.seq });
}

function rowOf(answer: LadderAnswer): Omit<BookRow, "index"> {
  const { code } = answer;
  switch (answer.code) {
    case "taken":
      return { status: "accepted", code, reason: null };
    case "old":
      return { status: "duplicate", code, reason: null };
    case "waiting":
      return { status: "accepted", code, reason: null, warning: "the ladder waits for a snapshot: until then this is remembered, and the ladder unusable" };
    case "gap":
      return { status: "accepted", code, reason: null, warning: `number ${answer.expected} was to come, and ${answer.came} came: the ladder is unusable until a snapshot` };
    case "mismatch":
      return { status: "accepted", code, reason: null, warning: `the checksum is ${answer.computed} here and ${answer.expected} there: the ladder is unusable until a snapshot` };
    case "refused":
      return { status: "refused", code, reason: answer.why };
  }
}

/** `GET /v1/liquidity`: every market that there are ladders of. */
export function getMarkets({ markets, clock }: RouteContext, { limit }: z.infer<typeof marketsQuery>, reply: FastifyReply): FastifyReply {
  const names = markets.markets();
  const listed = names.slice(0, limit).flatMap((one) => {
    const view = markets.liquidity(one, { levels: 0 });
    return view === undefined ? [] : [{ symbol: view.symbol, best: view.best, spread: view.spread, spreadBasisPoints: view.spreadBasisPoints, imbalance: view.imbalance, usable: view.venues.filter(({ usable }) => usable).length, venues: view.venues.length }];
  });
  return json(reply, { asOf: formatTime(clock.nowNs()), total: names.length, markets: listed });
}

/** `GET /v1/liquidity/{symbol}`: a market by its name, or by what a venue calls it. */
export function getLiquidity({ markets, clock }: RouteContext, symbol: string, { levels, quantity }: z.infer<typeof liquidityQuery>, reply: FastifyReply): FastifyReply {
  const view = markets.liquidity(symbol, { levels }, quantity === undefined ? undefined : sizeOf(quantity));
  if (view !== undefined) return json(reply, { asOf: formatTime(clock.nowNs()), ...view });
  throw noLadder(symbol, markets.markets());
}

function noLadder(symbol: string, names: readonly string[]): Problem {
  const there = names.length === 0 ? "no ladder has come yet: POST /v1/books takes them" : `there are ${names.slice(0, MOST_NAMED).join(", ")}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ""}`;
  return new Problem(404, "not_found", `there is no ladder of ${symbol}: ${there}`);
}

/** `GET /v1/opportunities`: what lives now, the greatest net profit first. Holdings are those that whoever asks may see. */
export async function getOpportunities({ markets, venues, clock, service }: RouteContext, { account, symbol, kind, ended }: z.infer<typeof opportunitiesQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const one = mustSee(who, account);
  venues.wish();
  const isWanted = (of: { readonly symbol: string; readonly kind?: string }) => (symbol === undefined || of.symbol === symbol) && (kind === undefined || of.kind === kind);
  const live = (await markets.opportunities(one === undefined ? who.accounts : new Set([one]))).filter(isWanted);
  const opportunities = seesAll(who) ? live : live.map(withoutLatency);
  const triangles = kind === undefined || kind === "triangle" ? { triangles: markets.triangles().filter((of) => symbol === undefined || of.symbol === symbol) } : {};
  const basis = kind === "basis" ? { basis: markets.basis(symbol) } : {};
  return json(reply, { asOf: formatTime(clock.nowNs()), seq: service.seq, opportunities, ...triangles, ...basis, ...(ended === 0 ? {} : { ended: markets.ended(ended).filter(isWanted).map((of) => (seesAll(who) ? of : withoutLatency(of))) }) });
}

/** How quickly venues answer is of all accounts together. */
function withoutLatency<T extends Omit<OpportunityView, "usesInventory" | "inventoryQuantity">>(of: T): T {
  return { ...of, latencyMs: null, latencyRisk: null, latencyRiskReason: "no_venue_stats" };
}

/** `GET /v1/inventory/{symbol}`: how the goods of a market lie on its venues, and what spreading them evenly would cost. */
export async function getInventory({ markets, clock, service }: RouteContext, symbol: string, { account }: z.infer<typeof inventoryQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const one = mustSee(who, account);
  const view = await markets.inventory(symbol, one === undefined ? who.accounts : new Set([one]));
  if (view === undefined) throw noLadder(symbol, markets.markets());
  return json(reply, { asOf: formatTime(clock.nowNs()), seq: service.seq, ...view });
}

/** @throws Problem for what is no size */
function sizeOf(text: string): Decimal {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Problem(400, "bad_request", `quantity: ${read.why}`);
  if (read.mantissa <= 0n) throw new Problem(400, "bad_request", "quantity: write a size above 0");
  return read;
}

function json(reply: FastifyReply, body: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
}
