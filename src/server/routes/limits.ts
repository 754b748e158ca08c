import type { FastifyReply, FastifyRequest } from "fastify";
import type { LimitChanges } from "../../core/engine/index.ts";
import { formatDecimal, type Decimal } from "../../core/num/index.ts";
import { formatTime, LIMIT_NAMES, LIMIT_SCOPES, nameProblem, plainOverrides, readLimit, shown, type LimitName, type LimitOverrides, type OverrideChanges } from "../../core/model/index.ts";
import type { Ledger } from "../../runtime/index.ts";
import { nearest } from "../../venues/csv/index.ts";
import { isDocument, jsonBody } from "../body.ts";
import type { RouteContext } from "../context.ts";
import { Problem } from "../problem.ts";

const JSON_NAMES = new Map(LIMIT_NAMES.map((name) => [camelCase(name), name]));

/**
 * `GET /v1/limits`: the limits in force, null where there is none; those in their place for an account, a venue, a symbol or a strategy; the
 * entry that set them, since when, and who. A token bound to accounts sees what is set for these, and not what is set for others.
 */
export async function getLimits({ service }: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return reply.type("application/json; charset=utf-8").send(await service.read((ledger) => limitsAnswer(ledger, request.who.accounts)));
}

/** `PUT /v1/limits`: sets the limits that it names, null for none; the others stay. Answers once it is on disk, as GET does. */
export async function putLimits(context: RouteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { service, clock } = context;
  const { changes, overrides } = allChangesOf(await documentOf(context, request));
  const [decision] = await service.take([{ type: "limit", id: "", timeNs: clock.nowNs(), by: "request", changes, overrides }]);
  if (decision?.is === "refused") throw new Problem(400, "bad_request", decision.why);
  if (decision?.is === "news") request.log.warn({ limits: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, textOf(value)])) }, "limits changed by a request");
  return getLimits(context, request, reply);
}

function limitsAnswer({ folded }: Ledger, accounts: ReadonlySet<string> | undefined): string {
  const { limits: inForce, overrides, seq, timeNs, by } = folded.known.limitsInForce();
  const limits = Object.fromEntries([...JSON_NAMES].map(([key, name]) => [key, inForce[name] === undefined ? null : formatDecimal(inForce[name])]));
  return JSON.stringify({ limits, overrides: overridesAnswer(overrides, accounts), seq: seq ?? null, since: timeNs === undefined ? null : formatTime(timeNs), by });
}

/** As `PUT` takes them: null where there is no limit. */
function overridesAnswer(overrides: LimitOverrides, accounts: ReadonlySet<string> | undefined): object {
  const own = accounts === undefined || overrides.account === undefined ? overrides : { ...overrides, account: new Map([...overrides.account].filter(([name]) => accounts.has(name))) };
  const named = (limits: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(limits).map(([name, text]) => [camelCase(name), text === "none" ? null : text]));
  return Object.fromEntries(Object.entries(plainOverrides(own)).map(([scope, names]) => [scope, Object.fromEntries(Object.entries(names).map(([name, limits]) => [name, named(limits)]))]));
}

async function documentOf(context: RouteContext, request: FastifyRequest): Promise<Readonly<Record<string, unknown>>> {
  const document = await jsonBody(context, request, 'limits: {"maxVar": "5000", "concentrationLimit": null}');
  if (!isDocument(document["limits"]) || !Object.keys(document).every((key) => key === "limits" || key === "overrides" || OF_THE_ANSWER.includes(key))) return document;
  return "overrides" in document ? { ...document["limits"], overrides: document["overrides"] } : document["limits"];
}

/** What an answer says beside the limits: it may be sent back as it is. */
const OF_THE_ANSWER = ["seq", "since", "by"];

function allChangesOf({ overrides = {}, ...common }: Readonly<Record<string, unknown>>): { readonly changes: LimitChanges; readonly overrides: OverrideChanges } {
  const changes = changesOf(common, "");
  const own = overrideChangesOf(overrides);
  if (Object.keys(changes).length + Object.keys(own).length === 0) throw new Problem(400, "bad_request", `no limit is named: they are ${[...JSON_NAMES.keys()].join(", ")}, and overrides of ${LIMIT_SCOPES.join(", ")}`);
  return { changes, overrides: own };
}

type Changes = { [name in LimitName]?: Decimal | "none" | "inherit" };

/** @param at the place in the body, for people */
function changesOf(document: Readonly<Record<string, unknown>>, at: string): LimitChanges {
  const changes: { [name in LimitName]?: Decimal | "none" } = {};
  for (const [key, value] of Object.entries(document)) {
    const name = JSON_NAMES.get(camelCase(key));
    if (name === undefined) throw new Problem(400, "bad_request", `${at}${shown(key)} is no limit: did you mean ${nearest(key, [...JSON_NAMES.keys()]) ?? [...JSON_NAMES.keys()].join(", ")}?`);
    const text = value === null ? "none" : value;
    if (typeof text !== "string") throw new Problem(400, "bad_request", `${at}${key}: write an amount as text, or null for no limit`);
    const read = readLimit(name, text);
    if (typeof read === "object" && "why" in read) throw new Problem(400, "bad_request", `${at}${key}: ${read.why}`);
    changes[name] = read;
  }
  return changes;
}

/** Limits in the place of common ones: by scope and name; null for all of a name lets the common ones count again, "inherit" for one. */
function overrideChangesOf(document: unknown): OverrideChanges {
  if (!isDocument(document)) throw new Problem(400, "bad_request", 'overrides: send an object like {"account": {"main": {"maxVar": "100"}}}');
  const changes: { [scope in (typeof LIMIT_SCOPES)[number]]?: ReadonlyMap<string, Changes> } = {};
  for (const [key, names] of Object.entries(document)) {
    const scope = LIMIT_SCOPES.find((one) => one === key);
    if (scope === undefined) throw new Problem(400, "bad_request", `overrides: ${shown(key)} is none of ${LIMIT_SCOPES.join(", ")}`);
    if (!isDocument(names)) throw new Problem(400, "bad_request", `overrides: ${scope}: send limits by name, like {"main": {"maxVar": "100"}}`);
    const read = new Map<string, Changes>();
    for (const [name, limits] of Object.entries(names)) {
      const problem = nameProblem(name);
      if (problem !== undefined) throw new Problem(400, "bad_request", `overrides: ${scope}: the name ${shown(name)} ${problem}`);
      if (limits !== null && !isDocument(limits)) throw new Problem(400, "bad_request", `overrides: ${scope}: ${name}: send limits like {"maxVar": "100"}, or null for the common ones`);
      read.set(name, limits === null ? EVERY_INHERITED : overridesOf(limits, `overrides: ${scope}: ${name}: `));
    }
    if (read.size > 0) changes[scope] = read;
  }
  return changes;
}

const EVERY_INHERITED: Changes = Object.fromEntries(LIMIT_NAMES.map((name) => [name, "inherit"]));

function overridesOf(limits: Readonly<Record<string, unknown>>, at: string): Changes {
  const inherited = Object.entries(limits).filter(([, value]) => value === "inherit");
  const set = changesOf(Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== "inherit")), at);
  const freed = changesOf(Object.fromEntries(inherited.map(([key]) => [key, null])), at);
  return { ...set, ...Object.fromEntries(Object.keys(freed).map((name) => [name, "inherit"])) };
}

function textOf(value: Decimal | "none" | undefined): string {
  return value === undefined || value === "none" ? "none" : formatDecimal(value);
}

/** `max_var` → `maxVar` */
function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
