import type { FastifyReply, FastifyRequest } from "fastify";
import type { RiskReport } from "../../core/engine/index.ts";
import { formatTime } from "../../core/model/index.ts";
import type { Breaker } from "../../core/risk/index.ts";
import type { Ledger } from "../../runtime/index.ts";
import { seesAll } from "../access/principal.ts";
import { jsonBody } from "../body.ts";
import type { RouteContext } from "../context.ts";
import { Problem } from "../problem.ts";

/** Of a body; `reason` is what the answer calls it. */
const KEYS: readonly string[] = ["who", "why", "reason"];

/** `GET /v1/breaker`: how it stands. Why it does is of all accounts together, and not told to a token that is bound to some. */
export async function getBreaker({ service }: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(await service.read((ledger) => breakerAnswer(ledger.folded.risk.breaker, ledger, seesAll(request.who)))));
}

/** `POST /v1/breaker/trip` and `/reset`: by hand. Answers as GET does once it is on disk; 409 when the breaker stands so already. */
export async function postBreaker(context: RouteContext, act: "trip" | "reset", request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { service, clock } = context;
  const body = await jsonBody(context, request, 'a reason: {"why": "…"}');
  const unknown = Object.keys(body).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new Problem(400, "bad_request", `${JSON.stringify(unknown.slice(0, 40))} is no key of it: send why (or reason), and who where it is not whom the token names`);
  if (body["why"] !== undefined && body["reason"] !== undefined) throw new Problem(400, "bad_request", "why and reason are one: send either");
  const why = textOf(body, "why") ?? textOf(body, "reason");
  if (why === undefined) throw new Problem(400, "bad_request", "why: is missing: say why, for whoever finds it so");
  const who = textOf(body, "who") ?? request.who.name ?? request.who.id;
  const head = { id: "", timeNs: clock.nowNs(), who, why } as const;
  const report: RiskReport = act === "trip" ? { type: "trip", by: "hand", ...head } : { type: "release", to: "closed", ...head };
  const [decision] = await service.take([report]);
  if (decision?.is === "refused") throw new Problem(400, "bad_request", `${decision.field ?? act}: ${decision.why}`);
  if (decision?.is === "known") throw new Problem(409, "already_so", act === "trip" ? "the breaker is open already: GET /v1/breaker says since when, and why" : "the breaker is closed already");
  request.log.warn({ who, why }, act === "trip" ? "the breaker was tripped by hand" : "the breaker was reset");
  return getBreaker(context, request, reply);
}

/** How the breaker stands. @param isTold whether also why, and who did it */
function breakerAnswer({ state, sinceNs, by, who, reason, probes }: Breaker, { seq }: Pick<Ledger, "seq">, isTold: boolean): object {
  const told = isTold ? { reason: reason ?? null, by: by ?? null, who: who ?? null } : { reason: null, by: null, who: null };
  return { state, ...told, since: sinceNs === undefined ? null : formatTime(sinceNs), probesUsed: probes, seq };
}

function textOf(body: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const text = body[key];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string") throw new Problem(400, "bad_request", `${key}: is a text`);
  return text.trim();
}
