import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyBaseLogger } from "fastify";
import type { Clock } from "../../runtime/index.ts";
import { LiveTokens, sameSecret } from "../../tokens/index.ts";
import { isLoopback } from "../guard.ts";
import { Problem } from "../problem.ts";
import { Limiter } from "./limiter.ts";
import { ANYONE, LOCAL, mustBeAllowed, NOBODY, principalOf, type Access, type Principal } from "./principal.ts";

export interface GateOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly ratePerMinute: number | undefined; // requests of a token that says no other; 0: any number; undefined: 6,000, and any number where no token is needed
}

const RATE_A_MINUTE = 6_000;
/** Tokens that are none, from one address. More are not answered with what is wrong with them. */
const FAILURES_A_MINUTE = 30;
/** Requests without a token, from one address that is not this machine's: for pages and probes. */
const OPEN_A_MINUTE = 1_200;
const LOGGED_A_MINUTE = 1;
const LOOK_MS = 500;
const MOST_STREAMS = 1_000;
const MOST_STREAMS_OF_ONE = 100;

/** What goes on for a while: it ends when its token does. */
interface Visit {
  readonly who: Principal;
  readonly isStream: boolean;
  readonly end: () => void;
}

/** Who comes in, how often, and for how long. */
export class Gate {
  /** What the commands of the service's own user show instead of a token. */
  readonly localKey = `local_${randomBytes(32).toString("base64url")}`;
  readonly tokens: LiveTokens;
  readonly #options: GateOptions;
  readonly #rates = new Limiter(); // of tokens
  readonly #addresses = new Limiter();
  readonly #visits = new Set<Visit>();
  readonly #timer: NodeJS.Timeout;

  /** @throws TokensUnreadable */
  constructor(options: GateOptions) {
    this.#options = options;
    this.tokens = LiveTokens.open(options.dataDir, {
      onChange: () => this.#endVisits(),
      onProblem: (error) => options.logger.error(`${error.message}. Until it is mended no token lets anybody in`),
    });
    this.#timer = setInterval(() => this.#endVisits(), LOOK_MS);
    this.#timer.unref();
  }

  /** Lets a request in. @throws Problem: 401, 403 or 429 */
  enter({ headers, ip, ws }: { readonly headers: IncomingHttpHeaders; readonly ip: string; readonly ws: boolean }, access: Access, isGlobal: boolean): Principal {
    const who = this.#identify(headers, ip, ws, access === "open");
    this.#charge(who, ip);
    mustBeAllowed(who, access, isGlobal);
    return who;
  }

  /** Counts one more thing that he asks for. @throws Problem: 429 */
  #charge(who: Principal, ip: string): void {
    const seconds = this.waitOf(who, ip);
    if (seconds > 0) throw new Problem(429, "too_many_requests", `more requests than ${who === NOBODY ? "an address without a token" : "this token"} has a minute: send it again in ${seconds} s`, {}, { "retry-after": `${seconds}` });
  }

  /** Counts one more thing that he asks for: 0, or how many seconds too early it is. */
  waitOf(who: Principal, ip: string): number {
    const { ratePerMinute } = this.#options;
    if (who === NOBODY) return isLoopback(ip) ? 0 : this.#addresses.take(`open ${ip}`, OPEN_A_MINUTE);
    const rate = who.ratePerMinute ?? ratePerMinute ?? (who === ANYONE ? 0 : RATE_A_MINUTE);
    return rate === 0 ? 0 : (who === ANYONE ? this.#addresses.take(`anyone ${ip}`, rate) : this.#rates.take(who.id, rate));
  }

  /** Keeps what goes on for a while, until what is returned is called: it is ended when its token no longer lets anybody in. */
  hold(who: Principal, end: () => void, isStream = false): () => void {
    const visit: Visit = { who, isStream, end };
    this.#visits.add(visit);
    return () => void this.#visits.delete(visit);
  }

  /** @throws Problem when too many streams are open, of all or of this token */
  mustHaveRoom(who: Principal): void {
    const streams = [...this.#visits].filter(({ isStream }) => isStream);
    const again = { "retry-after": "5" };
    if (streams.length >= MOST_STREAMS) throw new Problem(503, "overloaded", `${MOST_STREAMS} clients follow the stream already`, {}, again);
    if (who.token !== undefined && streams.filter(({ who: one }) => one.id === who.id).length >= MOST_STREAMS_OF_ONE) throw new Problem(429, "too_many_streams", `${MOST_STREAMS_OF_ONE} streams are open with this token already`, {}, again);
  }

  close(): void {
    clearInterval(this.#timer);
    this.tokens.close();
  }

  #identify(headers: IncomingHttpHeaders, ip: string, ws: boolean, isOpen: boolean): Principal {
    const shown = credentialOf(headers, ws);
    if (shown === undefined) {
      if (!this.tokens.isRequired) return ANYONE;
      if (isOpen) return NOBODY;
      throw unauthorized(headers, "token_missing", "this service asks for a token: send Authorization: Bearer TOKEN (a WebSocket from a browser: the protocols fillbook and bearer.TOKEN); never in the address. fillbook token create makes one");
    }
    if (sameSecret(shown, this.localKey)) return LOCAL;
    const found = this.tokens.find(shown, this.#options.clock.nowNs());
    if ("token" in found) return principalOf(found.token);
    this.#noteFailure(headers, ip, found.why);
    if (isOpen) return NOBODY;
    const problems = { unknown: "this is no token of this service", expired: "this token has expired: fillbook token create makes another", revoked: "this token was revoked: fillbook token create makes another" };
    throw unauthorized(headers, `token_${found.why}`, problems[found.why]);
  }

  /** @throws Problem: 429, when too many came from there. One that is right gets in all the same: nobody can be locked out. */
  #noteFailure(headers: IncomingHttpHeaders, address: string, why: string): void {
    if (this.#addresses.take(`log ${address}`, LOGGED_A_MINUTE) === 0) this.#options.logger.warn({ address, why }, "a token was turned away; more of this address are not logged for a minute");
    if (why !== "unknown") return; // it was one: nobody guesses
    const seconds = this.#addresses.take(`failed ${address}`, FAILURES_A_MINUTE);
    if (seconds > 0) throw new Problem(429, "too_many_failures", `too many tokens that are none came from this address: try again in ${seconds} s`, {}, { "retry-after": `${seconds}`, ...closing(headers) });
  }

  #endVisits(): void {
    const nowNs = this.#options.clock.nowNs();
    for (const visit of this.#visits) {
      const { token } = visit.who;
      const isStill = token === undefined ? visit.who === LOCAL || !this.tokens.isRequired : this.tokens.isStill(token, nowNs);
      if (isStill) continue;
      this.#visits.delete(visit);
      visit.end();
    }
  }
}

/** What somebody shows to be let in; "" when it is nothing that we know. A browser's WebSocket can send it as a protocol only. */
function credentialOf({ authorization, "sec-websocket-protocol": protocols }: IncomingHttpHeaders, ws: boolean): string | undefined {
  if (authorization !== undefined) return /^bearer +([\w.~+/=-]+)$/i.exec(authorization.trim())?.[1] ?? "";
  if (!ws || protocols === undefined) return undefined;
  const bearer = protocols.split(",").map((one) => one.trim()).find((one) => one.startsWith("bearer."));
  return bearer?.slice("bearer.".length);
}

function unauthorized(headers: IncomingHttpHeaders, code: string, detail: string): Problem {
  const error = code === "token_missing" ? "" : `, error="invalid_token", error_description="${detail}"`;
  return new Problem(401, code, detail, {}, { "www-authenticate": `Bearer realm="fillbook"${error}`, ...closing(headers) });
}

/** The body of who is turned away is not read to its end. */
function closing(headers: IncomingHttpHeaders): Record<string, string> {
  return headers["content-length"] === undefined && headers["transfer-encoding"] === undefined ? {} : { connection: "close" };
}
