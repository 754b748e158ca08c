import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { pino } from "pino";
import { WebSocket } from "ws";
import { Replica, type StreamFormat } from "../src/core/wire/index.ts";
import { Service, type ServiceOptions } from "../src/runtime/index.ts";
import { Metrics, Server, type ServerOptions } from "../src/server/index.ts";
import { changeTokens, newSecret, type Scope } from "../src/tokens/index.ts";
import { root } from "./files.ts";

/** What a test may set. */
export interface ServingOptions extends Partial<Pick<ServerOptions, "tickMs" | "mostBytes" | "host" | "risk" | "markets" | "tls" | "allowedOrigins" | "rateLimitPerMinute" | "headMs" | "stalledMs" | "stopMs">>, Partial<Pick<ServiceOptions, "disk" | "inboxFills" | "marksMaxAgeNs" | "marksEveryNs" | "realTimeUpdates" | "flushIntervalMs">> {
  readonly dataDir?: string;
  readonly currency?: string; // sums are in it; USD
  readonly tokens?: readonly TokenMade[]; // that there are when it starts
}

/** A token that a test makes. */
export interface TokenMade {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accounts?: readonly string[];
  readonly expiresNs?: bigint;
  readonly revokedNs?: bigint;
  readonly ratePerMinute?: number;
}

/** Makes a token; what is returned is its text. */
export function makeToken(dataDir: string, { name, scopes, accounts, expiresNs, revokedNs, ratePerMinute }: TokenMade): string {
  const { text, id, hash } = newSecret();
  changeTokens(dataDir, (tokens) => [...tokens, { id, name, hash, scopes, accounts, ratePerMinute, createdNs: 0n, expiresNs, revokedNs }]);
  return text;
}

/** What tests look at in answers. */
export interface Answer {
  readonly results: readonly { readonly index: number; readonly status: string; readonly reason: string | null; readonly warning?: string }[];
  readonly positions: readonly { readonly symbol: string; readonly status: string; readonly numTrades: number }[];
  readonly history: readonly unknown[];
  readonly groups: readonly { readonly key: string }[];
  readonly next: string | null;
  readonly seq: number;
  readonly code: string;
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly post?: { readonly requestBody: { readonly content: Readonly<Record<string, { readonly schema: { readonly properties: object } }>> } } }>>;
}

/** A service on a data folder, listening on loopback. */
export class Serving {
  readonly dataDir: string;
  readonly clock = { ns: 1_720_000_000_000_000_000n, nowNs: (): bigint => this.clock.ns };
  readonly service: Service;
  readonly logged: string[] = [];
  readonly tokens = new Map<string, string>(); // by name
  #server!: Server;
  readonly #isOurs: boolean;

  private constructor(options: ServingOptions, metrics: Metrics) {
    this.#isOurs = options.dataDir === undefined;
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "fillbook-serving-"));
    const { disk, inboxFills, marksMaxAgeNs, marksEveryNs, realTimeUpdates = true, flushIntervalMs, currency = "USD" } = options;
    this.service = Service.begin({ dataDir: this.dataDir, currency, clock: this.clock, marksMaxAgeNs, marksEveryNs, realTimeUpdates, onMeasure: metrics.measured, quickSyncMs: 0, ...(disk === undefined ? {} : { disk }), ...(flushIntervalMs === undefined ? {} : { flushIntervalMs }), ...(inboxFills === undefined ? {} : { inboxFills }) });
  }

  static async begin(options: ServingOptions = {}): Promise<Serving> {
    const metrics = new Metrics();
    const serving = new Serving(options, metrics);
    const { service, dataDir, clock, logged } = serving;
    const logger = pino({ level: "warn" }, { write: (line: string) => void logged.push(line) });
    const { host = "127.0.0.1", tokens = [], disk: _disk, inboxFills: _inbox, dataDir: _given, marksMaxAgeNs, flushIntervalMs: _flush, ...more } = options;
    for (const token of tokens) serving.tokens.set(token.name, makeToken(dataDir, token));
    const foldProgram = pathToFileURL(join(root, "dist/src/server/fold-worker.js"));
    serving.#server = await Server.listen({ service, dataDir, currency: "USD", marksMaxAgeNs, clock, metrics, logger, host, port: 0, foldProgram, ...more });
    await service.ready;
    return serving;
  }

  get url(): string {
    return this.#server.url;
  }
  get port(): number {
    return Number(new URL(this.url).port);
  }

  get server(): Server {
    return this.#server;
  }
  /** The headers that show a token. */
  bearer(name: string): Record<string, string> {
    return { authorization: `Bearer ${this.tokens.get(name) ?? name}` };
  }

  /** The status and the JSON of an answer. */
  async get(path: string, headers: Record<string, string> = {}): Promise<[status: number, body: Answer]> {
    return read(await fetch(this.url + path, { headers }));
  }
  async post(path: string, body: string | object, headers: Record<string, string> = {}): Promise<[status: number, body: Answer]> {
    return read(await this.send(path, body, headers));
  }
  /** Posts, for a test that looks at the headers of the answer. */
  send(path: string, body: string | object, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.service.stop().catch(() => undefined);
    if (this.#isOurs) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function read(answer: Response): Promise<[status: number, body: Answer]> {
  const text = await answer.text();
  return [answer.status, (text === "" ? {} : JSON.parse(text)) as Answer];
}

/** A fill as JSON. */
export function fillJson(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { id, venue: "kraken", symbol: "BTC/USD", side: "buy", quantity: "0.5", price: "60000.10", timestamp: "2024-01-02T03:04:05Z", ...more };
}

/** A client of the stream over a real socket. */
export class StreamClient {
  readonly replica: Replica;
  readonly socket: WebSocket;
  readonly frames: string[] = [];
  closed: number | undefined;
  refused: string | undefined; // why it was not let in
  failure: unknown;

  constructor({ url }: { readonly url: string }, { replica, account, format, token }: { readonly replica?: Replica; readonly account?: string; readonly format?: StreamFormat; readonly token?: string | undefined } = {}) {
    this.replica = replica ?? new Replica({ account, format });
    this.socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`, token === undefined ? [] : ["fillbook", `bearer.${token}`]);
    this.socket.on("open", () => this.socket.send(this.replica.request()));
    this.socket.on("message", (data: Buffer) => {
      const text = data.toString();
      this.frames.push(text);
      try {
        if (!this.replica.receive(text)) this.failure = new Error(`a gap: ${text.slice(0, 200)} after ${this.replica.seq}`);
      } catch (error) {
        this.failure = error;
      }
    });
    this.socket.on("error", ({ message }) => (this.refused = message));
    this.socket.on("close", (code) => (this.closed = code));
  }

  leave(): void {
    this.socket.terminate();
  }
}

/** Waits until something is so; says what was not, if it never is. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, attempts = 2_000): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await isSo()) return;
    await sleep(5);
  }
  throw new Error(`never came true: ${what}`);
}
