import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { Server as TlsServer } from "node:tls";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { SymbolMap, TakerFees, TransferCosts } from "../core/market/index.ts";
import { zero } from "../core/num/index.ts";
import type { ServiceKey } from "../journal/index.ts";
import { MarketKeeper, RiskKeeper, watchFiles, type Clock, type MarketSettings, type RiskKeeperOptions, type Service } from "../runtime/index.ts";
import { buildApp } from "./app.ts";
import { Gate } from "./access/gate.ts";
import { Sources, USUAL_PERFORMANCE, type PerformanceSettings } from "./context.ts";
import { FoldThread } from "./fold-thread.ts";
import { isLoopback } from "./guard.ts";
import { channelsOf } from "./hub/channels.ts";
import { Hub } from "./hub/hub.ts";
import { SideStream } from "./hub/side-stream.ts";
import { LiveVenues } from "./live-venues.ts";
import type { Metrics } from "./metrics.ts";
import { equityHistory } from "./routes/risk.ts";
import { OLDEST_TLS, readTls, type TlsFiles, type TlsPair } from "./tls.ts";

/** How risk is computed and judged. */
export type RiskSettings = Pick<RiskKeeperOptions, "risk" | "tripOn" | "coolDownNs" | "probes" | "unknown" | "refusalBurst" | "quietNs" | "tickMs">;

export interface ServerOptions {
  readonly service: Service;
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: FastifyBaseLogger;
  readonly host: string; // beyond this machine only where there is a token
  readonly port: number; // 0: any that is free
  readonly performance?: PerformanceSettings | undefined; // as configured by default
  readonly tickMs?: number | undefined; // of the stream; 25
  readonly mostBytes?: number | undefined; // of a body that is read whole; 16 MB
  readonly tls?: TlsFiles | undefined; // undefined: HTTP
  readonly rateLimitPerMinute?: number | undefined; // requests of each token that says no other; 6,000; 0: any number
  readonly allowedOrigins?: readonly string[] | undefined; // where else the page may come from, as https://book.example
  readonly onCertificate?: (() => void) | undefined; // another certificate is shown from now on
  readonly headMs?: number | undefined; // so long the head of a request may take; 15 s
  readonly stalledMs?: number | undefined; // so long the next piece of a body may take; 30 s
  readonly stopMs?: number | undefined; // so long a stop waits for a request whose body does not come; 5,000
  readonly risk?: RiskSettings | undefined; // undefined: as configured by default, and nothing is judged or journaled of it
  readonly markets?: MarketSettings | undefined; // undefined: no rules, no fees known, five seconds
  readonly foldProgram?: URL | undefined; // for tests
}

/** Thrown for an address that anybody could reach. */
class NotLoopback extends Error {
  override readonly name = "NotLoopback";
  constructor(host: string) {
    super(`--host ${host}: no token is configured, so Fillbook listens on this machine only; make one first (fillbook token create --name NAME --scope read), or use 127.0.0.1`);
  }
}

/** Where nobody says otherwise. */
const UNJUDGED: RiskSettings = { risk: { method: "historical_simulation", lookbackDays: 252, confidence: 0.95, horizonDays: 1 }, tripOn: new Set(), coolDownNs: undefined, probes: 1, unknown: "refuse", refusalBurst: 100, quietNs: 60_000_000_000n };

const UNRULED: MarketSettings = { rules: new SymbolMap([]), fees: new TakerFees([]), maxAgeUs: 5_000_000, minBasisPoints: zero, minNetProfit: zero, transferCosts: new TransferCosts([]), marks: false };

const MOST_BYTES = 16 * 1_048_576;
const HEAD_MS = 15_000;
const STALLED_BODY_MS = 30_000;

const STOP_MS = 5_000;

/** The service on the network: HTTP and WebSocket. It answers while the book is still recovered, with 503 where it must. */
export class Server {
  readonly #app: FastifyInstance;
  readonly #hub: Hub;
  readonly #side: SideStream;
  readonly #risk: RiskKeeper;
  readonly #folds: FoldThread;
  readonly markets: MarketKeeper; // what several venues trade alike
  readonly #venues: LiveVenues;
  readonly #gate: Gate;
  readonly #host: string;
  readonly #stopMs: number;
  #tls: TlsPair | undefined;
  readonly #unwatch: () => void;
  readonly url: string;

  private constructor(app: FastifyInstance, hub: Hub, side: SideStream, risk: RiskKeeper, markets: MarketKeeper, venues: LiveVenues, folds: FoldThread, gate: Gate, tls: TlsPair | undefined, options: ServerOptions) {
    this.#app = app;
    this.#hub = hub;
    this.#side = side;
    this.#risk = risk;
    this.markets = markets;
    this.#venues = venues;
    this.#folds = folds;
    this.#gate = gate;
    this.#host = options.host;
    this.#stopMs = options.stopMs ?? STOP_MS;
    this.#tls = tls;
    this.#unwatch = options.tls === undefined ? () => undefined : watchFiles([options.tls.certFile, options.tls.keyFile], () => this.#readTlsAgain(options));
    this.url = this.#urlOf((app.server.address() as AddressInfo).address);
  }

  /** Begins to listen. @throws NotLoopback, TokensUnreadable, TlsUnusable, whose messages say what to do */
  static async listen(options: ServerOptions): Promise<Server> {
    const { service, dataDir, currency, marksMaxAgeNs, clock, metrics, logger, host, port, tickMs, mostBytes = MOST_BYTES, foldProgram, allowedOrigins = [], headMs = HEAD_MS, stalledMs = STALLED_BODY_MS } = options;
    const tls = options.tls && readTls(options.tls);
    const gate = new Gate({ dataDir, clock, logger, ratePerMinute: options.rateLimitPerMinute });
    try {
      if (!isLoopback(host) && !gate.tokens.hasValid(clock.nowNs())) throw new NotLoopback(host);
      const run = randomBytes(6).toString("hex");
      const folds = new FoldThread({ dataDir, currency, marksMaxAgeNs }, foldProgram);
      const hub = new Hub({ service, clock, marksMaxAgeNs, metrics, run, ...(tickMs === undefined ? {} : { tickMs }), onError: (error) => logger.error({ err: error }, "the stream failed") });
      const { risk: settings = UNJUDGED } = options;
      const risk = new RiskKeeper({ ...settings, service, clock, currency, marksMaxAgeNs, judges: options.risk !== undefined, history: () => equityHistory({ folds, clock }), onError: (error) => logger.error({ err: error }, "risk could not be computed") });
      const venues = new LiveVenues({ service, clock, folds, historySize: (options.performance ?? USUAL_PERFORMANCE).historySize, onError: (error) => logger.error({ err: error }, "venues could not be computed") });
      const markets = new MarketKeeper({ ...(options.markets ?? UNRULED), service, clock, statsOf: (venue) => venues.statsOf(venue), onError: (error) => logger.error({ err: error }, "ladders gave no marks") });
      const side = new SideStream({ sources: channelsOf({ service, clock, marksMaxAgeNs, markets, venues }), clock, onError: (error) => logger.error({ err: error }, "the channels of the stream failed") });
      const app = await buildApp({ markets, venues, side, performance: options.performance ?? USUAL_PERFORMANCE, service, clock, currency, marksMaxAgeNs, metrics, folds, hub, risk, riskOptions: settings.risk, gate, sources: new Sources(), mostBytes, stalledMs, run, dataDir }, { logger, tls, headMs, host, allowedOrigins });
      await listenQuietly(app, { host, port }, logger).catch(async (error: unknown) => {
        await app.close();
        hub.close();
        side.close();
        markets.close();
        await risk.close();
        venues.close();
        await folds.close();
        throw error;
      });
      if (!isLoopback(host) && tls === undefined) logger.warn("without TLS: whoever is on the way reads tokens and figures; use --tls-cert and --tls-key, or a proxy that has it");
      return new Server(app, hub, side, risk, markets, venues, folds, gate, tls, options);
    } catch (error) {
      gate.close();
      throw error;
    }
  }

  /** Who may reach it, in words. */
  get reach(): string {
    return reachOf(this.#host, this.#gate);
  }

  /** Where this machine reaches it. */
  get localUrl(): string {
    const { address } = this.#app.server.address() as AddressInfo;
    return this.#urlOf(address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address);
  }

  /** How the commands of its own user get in. */
  get localKey(): ServiceKey {
    return { key: this.#gate.localKey, certificate: this.#tls?.fingerprint ?? null };
  }

  /** How the stream stands: entries it is behind the book, and whether a client has so much to take that it would get nothing more now. */
  get stream(): Pick<Hub, "lag" | "isFull"> {
    return this.#hub;
  }

  /** Takes no more requests, answers those it has, and lets streams go. Before the service stops. A request that does not come to its end is cut off. */
  async close(): Promise<void> {
    this.#unwatch();
    this.#gate.close();
    this.#side.close();
    this.#hub.close();
    this.markets.close();
    this.#venues.close();
    await this.#risk.close();
    await this.#folds.close();
    const late = setTimeout(() => this.#app.server.closeAllConnections(), this.#stopMs);
    await this.#app.close();
    clearTimeout(late);
  }

  #urlOf(address: string): string {
    const { port } = this.#app.server.address() as AddressInfo;
    return `${this.#tls === undefined ? "http" : "https"}://${address.includes(":") ? `[${address}]` : address}:${port}`;
  }

  /** Shows the certificate that is there now to whoever connects from now on; one that serves nothing is reported, and the old one stays. */
  #readTlsAgain({ tls, logger, onCertificate }: ServerOptions): void {
    try {
      this.#tls = readTls(tls!);
      (this.#app.server as unknown as TlsServer).setSecureContext({ cert: this.#tls.cert, key: this.#tls.key, minVersion: OLDEST_TLS });
      logger.info("another certificate is shown from now on");
      onCertificate?.();
    } catch (error) {
      logger.error(`${(error as Error).message}. The certificate before stays`);
    }
  }
}

function reachOf(host: string, { tokens }: Gate): string {
  const where = isLoopback(host) ? "on this machine only" : "for whoever reaches this address";
  return tokens.isRequired ? `${where}, with a token` : `${where}: no token is configured`;
}

/** That it listens is said by whoever begins it, once it has something to answer. */
async function listenQuietly(app: FastifyInstance, place: { readonly host: string; readonly port: number }, logger: FastifyBaseLogger): Promise<void> {
  const { level } = logger;
  logger.level = "warn";
  try {
    await app.listen(place);
  } finally {
    logger.level = level;
  }
}
