import type { FastifyReply, FastifyRequest } from "fastify";
import { parse } from "lossless-json";
import type { LimitChanges } from "../../core/engine/index.ts";
import { formatDecimal, type Decimal } from "../../core/num/index.ts";
import { formatTime, LIMIT_NAMES, readLimit, shown, type LimitName } from "../../core/model/index.ts";
import type { Ledger } from "../../runtime/index.ts";
import { nearest } from "../../venues/csv/index.ts";
import { formatOf, wholeBody } from "../body.ts";
import type { RouteContext } from "../context.ts";
import { Problem } from "../problem.ts";

const JSON_NAMES = new Map(LIMIT_NAMES.map((name) => [camelCase(name), name]));

/** `GET /v1/limits`: the limits in force, null where there is none; the entry that set them, since when, and who. */
export async function getLimits({ service }: RouteContext, reply: FastifyReply): Promise<FastifyReply> {
  return reply.type("application/json; charset=utf-8").send(await service.read(limitsAnswer));
}

/** `PUT /v1/limits`: sets the limits that it names, null for none; the others stay. Answers once it is on disk, as GET does. */
export async function putLimits(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { service, clock } = context;
  const changes = changesOf(await documentOf(context, request));
  const [decision] = await service.take([{ type: "limit", id: "", timeNs: clock.nowNs(), by: "request", changes }]);
  if (decision?.is === "refused") throw new Problem(400, "bad_request", decision.why);
  if (decision?.is === "news") request.log.warn({ limits: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, textOf(value)])) }, "limits changed by a request");
  return getLimits(context, reply);
}

function limitsAnswer({ folded }: Ledger): string {
  const inForce = folded.known.limitsOf();
  const limits = Object.fromEntries([...JSON_NAMES].map(([key, name]) => [key, inForce?.fact.limits[name] === undefined ? null : formatDecimal(inForce.fact.limits[name])]));
  return JSON.stringify({ limits, seq: inForce?.seq ?? null, since: inForce === undefined ? null : formatTime(inForce.fact.timeNs), by: inForce?.fact.by ?? null });
}

/** The body, numbers as they are written: no amount passes through a float. @throws Problem */
async function documentOf({ mostBytes, stalledMs }: RouteContext, request: FastifyRequest): Promise<Readonly<Record<string, unknown>>> {
  if (formatOf(request) !== "json") throw new Problem(415, "unsupported_media_type", "limits are one JSON document: send application/json");
  let document: unknown;
  try {
    const onDuplicateKey = ({ key }: { readonly key: string }) => { throw new SyntaxError(`the key "${key}" stands twice`); };
    document = parse((await wholeBody(request, mostBytes, stalledMs)).toString("utf8"), undefined, { parseNumber: (digits) => digits, onDuplicateKey });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, "not_json", `the body is no JSON: ${(error as Error).message}`);
  }
  if (!isDocument(document)) throw new Problem(400, "bad_request", "send an object like {\"maxVar\": \"5000\", \"concentrationLimit\": null}");
  return isDocument(document["limits"]) && Object.keys(document).every((key) => key === "limits" || OF_THE_ANSWER.includes(key)) ? document["limits"] : document;
}

/** What an answer says beside the limits: it may be sent back as it is. */
const OF_THE_ANSWER = ["seq", "since", "by"];

function isDocument(of: unknown): of is Readonly<Record<string, unknown>> {
  return typeof of === "object" && of !== null && !Array.isArray(of);
}

function changesOf(document: Readonly<Record<string, unknown>>): LimitChanges {
  const changes: { [name in LimitName]?: Decimal | "none" } = {};
  for (const [key, value] of Object.entries(document)) {
    const name = JSON_NAMES.get(camelCase(key));
    if (name === undefined) throw new Problem(400, "bad_request", `${shown(key)} is no limit: did you mean ${nearest(key, [...JSON_NAMES.keys()]) ?? [...JSON_NAMES.keys()].join(", ")}?`);
    const text = value === null ? "none" : value;
    if (typeof text !== "string") throw new Problem(400, "bad_request", `${key}: write an amount as text, or null for no limit`);
    const read = readLimit(name, text);
    if (typeof read === "object" && "why" in read) throw new Problem(400, "bad_request", `${key}: ${read.why}`);
    changes[name] = read;
  }
  if (Object.keys(changes).length === 0) throw new Problem(400, "bad_request", `no limit is named: they are ${[...JSON_NAMES.keys()].join(", ")}`);
  return changes;
}

function textOf(value: Decimal | "none" | undefined): string {
  return value === undefined || value === "none" ? "none" : formatDecimal(value);
}

/** `max_var` → `maxVar` */
function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
