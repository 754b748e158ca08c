import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
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

/** The pieces of a body. Leaving off leaves the connection as it is, so that an answer can be sent. */
export function piecesOf({ raw }: FastifyRequest): AsyncIterable<Buffer> {
  const body: IncomingMessage = raw;
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** A whole body. @throws Problem when it is larger than is taken at once */
export async function wholeBody(request: FastifyRequest, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers["content-length"] ?? 0) > most) throw tooLarge(most);
  for await (const piece of piecesOf(request)) {
    bytes += piece.length;
    if (bytes > most) throw tooLarge(most);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

export function tooLarge(most: number): Problem {
  return new Problem(413, "too_large", `a body that is read whole has at most ${(most / 1_048_576).toFixed(0)} MB: send fills as NDJSON (Content-Type: application/x-ndjson, one object a line), which may be of any length, or send it in parts`, {}, { connection: "close" });
}
