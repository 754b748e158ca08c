import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { parse } from "lossless-json";
import type { RouteContext } from "./context.ts";
import { Problem } from "./problem.ts";

/** Kinds of bodies, by content type. */
const FORMATS: Readonly<Record<string, "json" | "ndjson">> = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/x-jsonlines": "ndjson",
};

/** Has bodies of these kinds handed over as they come, unread; any other kind is answered with 415. */
export function takeBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(Object.keys(FORMATS), (_request, payload, done) => done(null, payload));
}

/** The kind of a request's body. @throws Problem when it has none that is taken */
export function formatOf({ headers }: FastifyRequest): "json" | "ndjson" {
  const format = FORMATS[(headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase()];
  if (format === undefined) throw new Problem(415, "unsupported_media_type", "send application/json or application/x-ndjson, and say so in Content-Type");
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") throw new Problem(415, "unsupported_media_type", "a body is taken as it is: leave Content-Encoding out");
  return format;
}

/** What waits longer than `stalledMs` for its next piece is broken off; so is, after that time, what comes more slowly than this. */
const LEAST_BYTES_A_SECOND = 1_024;

/**
 * The pieces of a body. Leaving off leaves the connection as it is, so that an answer can be sent.
 * @throws Problem when it does not come, or hardly
 */
export async function* piecesOf({ raw }: FastifyRequest, stalledMs: number): AsyncGenerator<Buffer, void> {
  const body: IncomingMessage = raw;
  const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let giveUp: (problem: Problem) => void = () => undefined;
  const stalled = new Promise<never>((_, failed) => (giveUp = failed));
  stalled.catch(() => undefined);
  let bytes = 0;
  let waitedMs = 0;
  for (;;) {
    const sinceMs = performance.now();
    const timer = setTimeout(() => giveUp(tooSlow()), stalledMs);
    const next = pieces.next();
    next.catch(() => undefined); // when nobody waits for it any more
    const piece = await Promise.race([next, stalled]).finally(() => clearTimeout(timer));
    if (piece.done === true) return;
    bytes += piece.value.length;
    waitedMs += performance.now() - sinceMs;
    if (waitedMs > stalledMs && bytes < (LEAST_BYTES_A_SECOND * waitedMs) / 1000) throw tooSlow();
    yield piece.value;
  }
}

function tooSlow(): Problem {
  return new Problem(408, "too_slow", "the body did not come, or hardly: post what there is, and the rest when it is there", {}, { connection: "close" });
}

/** A whole body. @throws Problem when it is larger than is taken at once */
export async function wholeBody(request: FastifyRequest, most: number, stalledMs: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge(most);
  for await (const piece of piecesOf(request, stalledMs)) {
    bytes += piece.length;
    if (bytes > most) throw tooLarge(most);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/**
 * A body that is one JSON object, numbers as they are written: no amount passes through a float.
 * @param holding what it holds and an example of it, for people @throws Problem
 */
export async function jsonBody({ mostBytes, stalledMs }: Pick<RouteContext, "mostBytes" | "stalledMs">, request: FastifyRequest, holding: string): Promise<Readonly<Record<string, unknown>>> {
  if (formatOf(request) !== "json") throw new Problem(415, "unsupported_media_type", `one JSON document is taken: send application/json, with ${holding}`);
  let document: unknown;
  try {
    const onDuplicateKey = ({ key }: { readonly key: string }) => { throw new SyntaxError(`the key "${key}" stands twice`); };
    document = parse((await wholeBody(request, mostBytes, stalledMs)).toString("utf8"), undefined, { parseNumber: (digits) => digits, onDuplicateKey });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, "not_json", `the body is no JSON: ${(error as Error).message}`);
  }
  if (!isDocument(document)) throw new Problem(400, "bad_request", `send an object of ${holding}`);
  return document;
}

export function isDocument(of: unknown): of is Readonly<Record<string, unknown>> {
  return typeof of === "object" && of !== null && !Array.isArray(of);
}

export function tooLarge(most: number): Problem {
  return new Problem(413, "too_large", `a body that is read whole has at most ${(most / 1_048_576).toFixed(0)} MB: send fills as NDJSON (Content-Type: application/x-ndjson, one object a line), which may be of any length, or send it in parts`, {}, { connection: "close" });
}

/** A body that is no JSON somewhere, or of which one object is longer than is read: nothing of it is taken. */
export function bodyProblem(place: string, { problem, isTooLong }: { readonly problem: string; readonly isTooLong: boolean }, at: object): Problem {
  return isTooLong ? new Problem(413, "too_large", `${place}: ${problem}: nothing of the body is taken; an object has at most so many, so send what it holds in several`, { at }) : new Problem(400, "not_json", `${place}: ${problem}`, { at });
}
