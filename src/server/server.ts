import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { Clock, Service } from "../runtime/index.ts";
import { buildApp } from "./app.ts";
import { Sources } from "./context.ts";
import { FoldThread } from "./fold-thread.ts";
import { isLoopback } from "./guard.ts";
import { Hub } from "./hub/hub.ts";
import type { Metrics } from "./metrics.ts";

export interface ServerOptions {
  readonly service: Service;
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: FastifyBaseLogger;
  readonly host: string; // a loopback address
  readonly port: number; // 0: any that is free
  readonly tickMs?: number | undefined; // of the stream; 25
  readonly mostBytes?: number | undefined; // of a body that is read whole; 16 MB
  readonly stalledMs?: number | undefined; // so long a stop waits for a request whose body does not come; 5,000
  readonly foldProgram?: URL | undefined; // for tests
}

/** Thrown for an address that anybody could reach. */
class NotLoopback extends Error {
  override readonly name = "NotLoopback";
  constructor(host: string) {
    super(`--host ${host}: no token is configured, so Fillbook listens on this machine only; use 127.0.0.1, and a tunnel or a proxy with a password before it`);
  }
}

const MOST_BYTES = 16 * 1_048_576;

const STALLED_MS = 5_000;

/** The service on the network: HTTP and WebSocket. It answers while the book is still recovered, with 503 where it must. */
export class Server {
  readonly #app: FastifyInstance;
  readonly #hub: Hub;
  readonly #folds: FoldThread;
  readonly #stalledMs: number;
  readonly url: string;

  private constructor(app: FastifyInstance, hub: Hub, folds: FoldThread, stalledMs: number, url: string) {
    this.#app = app;
    this.#hub = hub;
    this.#folds = folds;
    this.#stalledMs = stalledMs;
    this.url = url;
  }

  /** Begins to listen. @throws NotLoopback, whose message says what to do */
  static async listen(options: ServerOptions): Promise<Server> {
    const { service, dataDir, currency, marksMaxAgeNs, clock, metrics, logger, host, port, tickMs, mostBytes = MOST_BYTES, stalledMs = STALLED_MS, foldProgram } = options;
    if (!isLoopback(host)) throw new NotLoopback(host);
    const run = randomBytes(6).toString("hex");
    const folds = new FoldThread({ dataDir, currency, marksMaxAgeNs }, foldProgram);
    const hub = new Hub({ service, clock, marksMaxAgeNs, metrics, run, ...(tickMs === undefined ? {} : { tickMs }), onError: (error) => logger.error({ err: error }, "the stream failed") });
    const app = await buildApp({ service, clock, currency, marksMaxAgeNs, metrics, folds, hub, sources: new Sources(), mostBytes, run }, logger);
    const { level } = logger;
    logger.level = "warn"; // that it listens is said by whoever begins it, once it has something to answer
    try {
      await app.listen({ host, port });
    } catch (error) {
      await app.close();
      hub.close();
      await folds.close();
      throw error;
    } finally {
      logger.level = level;
    }
    const { address, port: bound, family } = app.server.address() as AddressInfo;
    return new Server(app, hub, folds, stalledMs, `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`);
  }

  /** How the stream stands: entries it is behind the book, and whether a client has so much to take that it would get nothing more now. */
  get stream(): Pick<Hub, "lag" | "isFull"> {
    return this.#hub;
  }

  /** Takes no more requests, answers those it has, and lets streams go. Before the service stops. A request that does not come to its end is cut off. */
  async close(): Promise<void> {
    this.#hub.close();
    await this.#folds.close();
    const late = setTimeout(() => this.#app.server.closeAllConnections(), this.#stalledMs);
    await this.#app.close();
    clearTimeout(late);
  }
}
