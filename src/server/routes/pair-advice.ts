import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { adviceOf, advices, feeChecks } from "../../core/engine/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { isProblem, readDecimal, type Decimal } from "../../core/num/index.ts";
import type { PairQuotes } from "../../core/pairs/index.ts";
import { mustSee, type Principal } from "../access/principal.ts";
import { momentOf, type RouteContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { pairAdviceQuery, pairsSummaryQuery } from "../schemas.ts";
import { laddersOf, unknownPair } from "./pairs.ts";

/** `GET /v1/pairs/{id}/advice`: complete or unwind a one-sided pair, by ladders, marks, or prices that are given. */
export async function getPairAdvice(context: RouteContext, pairId: string, { askCents, bidCents }: z.infer<typeof pairAdviceQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const moment = momentOf(context);
  const quotes: PairQuotes = { ...laddersOf(context), askCents: centsOf("askCents", askCents), bidCents: centsOf("bidCents", bidCents) };
  const found = await context.service.read(({ folded, seq }) => {
    const advice = adviceOf(folded, moment, pairId, quotes, who.accounts);
    return advice && { asOf: formatTime(moment.nowNs), seq, ...advice };
  });
  if (found === undefined) throw unknownPair(pairId);
  return json(reply, found);
}

/** `GET /v1/pairs/advice`: the same for every pair of which something is unhedged. */
export async function getPairsAdvice(context: RouteContext, { account }: z.infer<typeof pairsSummaryQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const filter = { account: mustSee(who, account), accounts: who.accounts };
  const moment = momentOf(context);
  return json(reply, await context.service.read(({ folded, seq }) => ({ asOf: formatTime(moment.nowNs), seq, pairs: advices(folded, moment, filter, laddersOf(context)) })));
}

/** `GET /v1/pairs/fees`: fills whose venue charged otherwise than the schedules say. */
export async function getPairFees(context: RouteContext, { account }: z.infer<typeof pairsSummaryQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const filter = { account: mustSee(who, account), accounts: who.accounts };
  return json(reply, await context.service.read(({ folded, seq }) => ({ seq, ...feeChecks(folded, filter, context.service.pairFees) })));
}

const MOST: Decimal = { mantissa: 100n, digits: 0 };

/** @throws Problem for what is no price of a contract */
function centsOf(name: string, text: string | undefined): Decimal | undefined {
  if (text === undefined) return undefined;
  const read = readDecimal(text);
  if (isProblem(read)) throw new Problem(400, "bad_request", `${name}: ${read.why}`);
  if (read.mantissa < 0n || read.mantissa > MOST.mantissa * 10n ** BigInt(read.digits)) throw new Problem(400, "bad_request", `${name}: a contract costs 0 to 100 cents`);
  return read;
}

function json(reply: FastifyReply, body: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
}
