import type { IncomingHttpHeaders } from "node:http";
import { Problem } from "./problem.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/** Whether a name is this machine's own, so that nobody else reaches what listens there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Turns away what a foreign web page may have a browser send. A page whose name was made to point here (DNS rebinding)
 * says its own name as Host; a page that posts, or opens a WebSocket, from elsewhere says so in Origin.
 * @param writes whether the request changes something, or opens a stream
 * @throws Problem
 */
export function guard({ host = "", origin }: IncomingHttpHeaders, writes: boolean): void {
  const name = /^(\[[0-9a-f:.]+\]|[^:]+)(:\d+)?$/i.exec(host)?.[1] ?? "";
  if (!isLoopback(name)) throw new Problem(403, "forbidden_host", "the Host header names no address of this machine: ask for localhost or 127.0.0.1");
  if (writes && origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new Problem(403, "forbidden_origin", "a page of another site may not write here, nor follow the stream");
  }
}
