import { isIP } from "node:net";
import { hostname } from "node:os";
import type { IncomingHttpHeaders } from "node:http";
import { Problem } from "./problem.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/** Whether a name is this machine's own, so that nobody else reaches what listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase()) || /^(::ffff:)?127(\.\d{1,3}){3}$/i.test(host);
}

export interface GuardOptions {
  readonly host: string; // where the service listens
  readonly isTls: boolean;
  readonly allowedOrigins: readonly string[]; // beside the service's own: of a proxy before it
}

/** Turns away what a foreign web page may have a browser send. */
export class Guard {
  readonly #isPublic: boolean;
  readonly #scheme: string;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor({ host, isTls, allowedOrigins }: GuardOptions) {
    this.#isPublic = !isLoopback(host);
    this.#scheme = isTls ? "https" : "http";
    this.#origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
    this.#hosts = new Set([...(this.#isPublic ? [host, hostname()] : []), ...allowedOrigins.map((origin) => new URL(origin).hostname)].map((name) => name.toLowerCase()));
  }

  /**
   * A page whose name was made to point here (DNS rebinding) says its own name as Host; a page that posts, or opens a
   * WebSocket, from elsewhere says so in Origin. An address, where the service is reached by one, is no name that
   * could be made to point anywhere.
   * @param writes whether the request changes something, or opens a stream
   * @throws Problem
   */
  check({ host = "", origin }: IncomingHttpHeaders, writes: boolean): void {
    const name = (/^(\[[0-9a-f:.]+\]|[^:]+)(:\d+)?$/i.exec(host)?.[1] ?? "").toLowerCase();
    const isKnown = isLoopback(name) || this.#hosts.has(name) || (this.#isPublic && isIP(name.replace(/^\[|\]$/g, "")) !== 0);
    if (!isKnown) throw new Problem(403, "forbidden_host", this.#isPublic ? "the Host header is no name of this service: ask for its address, or start it with --allow-origin https://NAME" : "the Host header names no address of this machine: ask for localhost or 127.0.0.1");
    if (writes && origin !== undefined && origin.toLowerCase() !== `${this.#scheme}://${host.toLowerCase()}` && !this.#origins.has(origin.toLowerCase())) {
      throw new Problem(403, "forbidden_origin", "a page of another site may not write here, nor follow the stream; behind a proxy, start the service with --allow-origin and the address that browsers see");
    }
  }
}

const MOST_HEADERS = 100;
const LONGEST_URL = 8_192;

/** Bounds what stands before a body; the whole of it has at most 16 KB, as Node has it. @throws Problem */
export function checkHead({ url = "", rawHeaders }: { readonly url?: string | undefined; readonly rawHeaders: readonly string[] }): void {
  if (url.length > LONGEST_URL) throw new Problem(414, "too_long", `an address has at most ${LONGEST_URL} characters`);
  if (rawHeaders.length > 2 * MOST_HEADERS) throw new Problem(431, "too_large", `the head of a request has at most ${MOST_HEADERS} headers`);
}
