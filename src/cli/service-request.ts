import http from "node:http";
import { connect, type TLSSocket } from "node:tls";
import { UsageError } from "./usage-error.ts";

/** Where the service of a folder answers, and what lets its owner in. */
export interface ServiceDoor {
  readonly address: string;
  readonly token: string | undefined; // of FILLBOOK_TOKEN, else the key of this run in the lock file
  readonly certificate: string | null; // SHA-256 of the one that it shows; null without TLS
}

export interface ServiceAnswer {
  readonly status: number;
  readonly json: unknown; // undefined when it is none
}

/** Asks the service of this folder. @throws UsageError when it does not answer */
export async function ask(door: ServiceDoor, path: string, body?: string): Promise<ServiceAnswer> {
  try {
    return await send(door, path, body);
  } catch (error) {
    throw new UsageError(`the service of this folder does not answer at ${door.address}${path}: ${(error as Error).message || (error as NodeJS.ErrnoException).code}; what was answered before is safe: run the same command again`);
  }
}

async function send({ address, token, certificate }: ServiceDoor, path: string, body: string | undefined): Promise<ServiceAnswer> {
  const url = new URL(path, address);
  const socket = certificate === null ? undefined : await pinned(url, certificate);
  const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "content-type": "application/x-ndjson", "content-length": Buffer.byteLength(body), "fillbook-acknowledge": "durable" }) };
  const target = { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port, path: url.pathname + url.search, headers: { ...headers, host: url.host }, method: body === undefined ? "GET" : "POST" };
  return new Promise((done, failed) => {
    const request = http.request(socket === undefined ? target : { ...target, createConnection: () => socket }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", failed);
      response.on("end", () => {
        socket?.destroy();
        done({ status: response.statusCode ?? 0, json: jsonOf(Buffer.concat(pieces).toString()) });
      });
    });
    request.on("error", failed);
    request.end(body);
  });
}

/** A connection to whoever shows this very certificate: nothing is said before. Names and issuers do not matter then. */
function pinned({ hostname, port }: URL, certificate: string): Promise<TLSSocket> {
  return new Promise((done, failed) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), rejectUnauthorized: false, minVersion: "TLSv1.2" }, () => {
      if (socket.getPeerCertificate().fingerprint256 === certificate) return done(socket);
      socket.destroy();
      failed(new Error("what answers there shows another certificate than the service of this folder"));
    });
    socket.on("error", failed);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
