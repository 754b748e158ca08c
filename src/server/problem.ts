import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { ServiceRefuses } from "../runtime/index.ts";

/** What went wrong with a request, as RFC 9457 has it. `code` names it for programs, `detail` says how to mend it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly [more: string]: unknown;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is not what it says it is",
  401: "Who asks?",
  403: "Not allowed",
  404: "There is nothing here",
  405: "This cannot be done here",
  408: "It did not come in time",
  409: "It is so already",
  413: "The body is too large",
  414: "The address is too long",
  415: "This kind of body is not taken",
  426: "This is a WebSocket",
  429: "Too much at once",
  431: "The head of the request is too large",
  500: "A bug in Fillbook",
  503: "Not now",
};

/** Thrown by a route: answered as a problem document. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, more: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.more = more;
    this.headers = headers;
  }

  document(): ProblemDocument {
    return { type: `urn:fillbook:problem:${this.code}`, title: TITLES[this.status] ?? "It did not work", status: this.status, code: this.code, detail: this.message, ...this.more };
  }
}

/** Any error as a problem. A bug is logged with an id, and no more than the id is answered. */
export function problemOf(error: unknown, request: Pick<FastifyRequest, "log">): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ServiceRefuses) return refusalProblem(error);
  const { code, statusCode, validation, message } = error as Partial<FastifyError> & { readonly message?: string };
  if (validation !== undefined) {
    const errors = validation.map(({ instancePath, message: why }) => ({ parameter: instancePath.replace(/^\//, ""), why: why ?? "is not what it should be" }));
    return new Problem(400, "bad_request", errors.map(({ parameter, why }) => `${parameter === "" ? "the query" : parameter}: ${why}`).join("; "), { errors });
  }
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new Problem(415, "unsupported_media_type", "send application/json or application/x-ndjson, and say so in Content-Type");
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new Problem(413, "too_large", "the body is longer than is taken at once");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new Problem(statusCode, "bad_request", message ?? "the request cannot be read");
  if (code === "ECONNRESET" || message === "aborted") return new Problem(400, "bad_request", "the body was broken off"); // nobody is left to read this
  const id = randomUUID();
  request.log.error({ err: error, id }, "a request failed");
  return new Problem(500, "internal", `this should not have happened; the log has it under ${id}`, { id });
}

function refusalProblem({ code, message }: ServiceRefuses): Problem {
  const again = { "retry-after": "1" };
  if (code === "overloaded") return new Problem(429, code, message, {}, again);
  return new Problem(503, code, message, {}, code === "unknown" || code === "archived" ? {} : again);
}

export async function sendProblem(reply: FastifyReply, problem: Problem): Promise<void> {
  await reply.code(problem.status).headers(problem.headers).type("application/problem+json").send(JSON.stringify(problem.document()));
}
