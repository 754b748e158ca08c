import type { FastifyReply, FastifyRequest } from "fastify";
import { readTime } from "../../core/model/index.ts";
import { reconciliation } from "../../core/pairs/index.ts";
import * as kalshi from "../../venues/kalshi/index.ts";
import * as polymarket from "../../venues/polymarket/index.ts";
import { mustSee } from "../access/principal.ts";
import { jsonBody } from "../body.ts";
import type { RouteContext } from "../context.ts";
import { Problem } from "../problem.ts";

const KEYS = ["venue", "account", "payloads", "since", "holdsAll", "owners"];
const EXAMPLE = 'payloads as the venue answered them: {"venue": "kalshi", "payloads": ["{\\"fills\\": […]}"]}';

/** `POST /v1/pairs/reconcile`: the book beside what a venue reports of one account. Differences come with rows that would mend them; nothing is booked. */
export async function postReconcile(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = await jsonBody(context, request, EXAMPLE);
  const stranger = Object.keys(body).find((key) => !KEYS.includes(key));
  if (stranger !== undefined) throw new Problem(400, "bad_request", `${JSON.stringify(stranger.slice(0, 40))} is none of ${KEYS.join(", ")}`);
  const { venue, account = "default", payloads, since, holdsAll = false, owners = [] } = body;
  if (venue !== "kalshi" && venue !== "polymarket") throw new Problem(400, "bad_request", "venue: write kalshi or polymarket");
  if (typeof account !== "string") throw new Problem(400, "bad_request", "account: write it as a text");
  if (!isTexts(payloads)) throw new Problem(400, "bad_request", `payloads: send a list of ${EXAMPLE}: as texts, so that no amount is read on the way`);
  if (!isTexts(owners)) throw new Problem(400, "bad_request", "owners: send a list of your API keys and addresses, as texts");
  if (typeof holdsAll !== "boolean") throw new Problem(400, "bad_request", "holdsAll: write true where the payloads tell all that is held");
  mustSee(request.who, account);
  const nowNs = context.clock.nowNs();
  const reports = payloads.flatMap((raw) => (venue === "kalshi" ? kalshi.decode(raw, { account }) : polymarket.decode(raw, { account, owners })));
  const asked = { venue, account, asked: { ns: nowNs, unit: "ns" }, sinceNs: sinceOf(since), holdsAll, fees: context.service.pairFees } as const;
  const found = await context.service.read(({ folded, seq }) => ({ seq, ...reconciliation(folded.pairs, reports, asked) }));
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(found));
}

function isTexts(of: unknown): of is readonly string[] {
  return Array.isArray(of) && of.every((one) => typeof one === "string");
}

function sinceOf(text: unknown): bigint | undefined {
  if (text === undefined || text === null) return undefined;
  const time = typeof text === "string" ? readTime(text) : { problem: "no_time", why: "write it as a text" };
  if ("problem" in time) throw new Problem(400, "bad_request", `since: ${time.why}`);
  return time.ns;
}
