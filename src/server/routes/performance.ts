import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { readAttributionKeys } from "../../core/performance/index.ts";
import type { Principal } from "../access/principal.ts";
import type { RouteContext } from "../context.ts";
import { Problem } from "../problem.ts";
import { timeOf, type attributionQuery } from "../schemas.ts";

/** `GET /v1/attribution`: P&L by group, folded from the journal, with the marks of now. */
export async function getAttribution(context: RouteContext, { by, currency, at }: z.infer<typeof attributionQuery>, { accounts }: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const keys = readAttributionKeys(by);
  if (typeof keys === "string") throw new Problem(400, "bad_request", `by: "${by}": ${keys}`);
  return json(reply, await context.folds.ask({ kind: "attribution", by: keys, currency, atNs: timeOf("at", at), ...(await now(context)), accounts }));
}

/** The time, and the marks that no entry holds. */
async function now({ service, clock }: RouteContext) {
  return { nowNs: clock.nowNs(), live: await service.read(({ book }) => book.marks.live()) };
}

function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(text);
}
