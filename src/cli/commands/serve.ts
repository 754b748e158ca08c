import { once } from "node:events";
import { pino, type Logger } from "pino";
import { Service, ServiceRefuses, watchFiles, type SnapshotOutcome } from "../../runtime/index.ts";
import { Metrics, Server, type TlsFiles } from "../../server/index.ts";
import { CONFIG_FILE, configuredMethods } from "../config.ts";
import { isLimitPath } from "../config/kinds.ts";
import { configuredLimits } from "../config/limits.ts";
import { configOf, readConfiguration, type Configuration } from "../config/read.ts";
import { contextOf, type Context } from "../context.ts";
import { tablesBeside } from "../tables-beside.ts";
import { UsageError } from "../usage-error.ts";
import { recordOpportunities } from "../opportunity-record.ts";
import type { Store } from "../../store/index.ts";
import { marketSettings } from "../market-settings.ts";
import { riskSettings } from "../risk-settings.ts";
import { configOptions, type ServeOptions } from "./serve-options.ts";

/** What would let somebody in stands in no log line, whatever is logged. */
const SECRETS = ["authorization", "sec-websocket-protocol", "cookie"].flatMap((header) => ["headers", "req.headers", "request.headers", "err.headers"].map((path) => `${path}["${header}"]`));

/** A changed configuration counts within twice as long. */
const CONFIG_LOOK_MS = 250;

/** `fillbook serve`: the service, until a signal stops it. Logs go to stderr, one JSON line each. */
export async function serve(options: ServeOptions): Promise<number> {
  const context = await contextOf(options);
  const configuration = await readConfiguration(options.config, configOptions(options));
  const { journal, http, positionManagement } = configuration;
  const { currency, marksMaxAgeNs, marksEveryNs, venueTypes, pairFees, historySize, attributionEnabled, benchmarkSymbol } = configOf(configuration);
  const { host, port, rateLimitPerMinute, allowedOrigins, maxBodyBytes: mostBytes } = http;
  const tls = tlsOf(http);
  const markets = marketSettings(configuration);
  const logger = pino({ level: http.logLevel, base: null, redact: SECRETS }, pino.destination(2));
  const { dataDir, clock } = context;
  const stopping = signals(logger);
  const metrics = new Metrics();
  let tables: Store | undefined;
  let onMismatch: (why: string) => void = () => undefined;
  const mismatched = new Promise<string>((tell) => (onMismatch = tell));
  let mismatch: string | undefined;
  let bound = (): void => undefined;
  let notBound = (_: Error): void => undefined;
  const after = new Promise<void>((done, failed) => [bound, notBound] = [done, failed]);
  const service = Service.begin({ after, dataDir, currency, marksMaxAgeNs, marksEveryNs, venueTypes, pairFees, clock, ...journal, realTimeUpdates: positionManagement.positionTracking.realTimeUpdates, beforeRelease: async () => tables?.stop(), onMeasure: metrics.measured, onSnapshot: (outcome) => logSnapshot(logger, outcome), onFatal: (error) => stopForBug(logger, error) });
  let isStarted = false;
  try {
    const listening = Server.listen({ performance: { historySize, attributionEnabled, benchmarkSymbol }, service, dataDir, currency, marksMaxAgeNs, clock, metrics, logger, host, port, mostBytes, tls, rateLimitPerMinute, allowedOrigins, risk: riskSettings(configuration, configOf(configuration)), markets, onCertificate: () => announce() });
    const server = await listening.catch((error: unknown) => {
      notBound(error as Error); // nothing was opened yet, and so nothing stays behind
      throw error;
    });
    bound();
    const announce = () => void (service.state !== "recovering" && service.announce(server.localUrl, server.localKey));
    try {
      logger.info({ url: server.url }, "recovering: until then posts and reads are answered with 503");
      const recovery = await Promise.race([service.ready, stopping]);
      if (recovery !== "stop") {
        const { entries, snapshotSeq, replayed, milliseconds, report, notes } = recovery;
        logger.info({ entries, snapshotSeq, replayed, milliseconds: Math.round(milliseconds) }, "recovered");
        for (const note of notes) logger.warn(note);
        if (report.torn !== undefined) logger.warn(report.torn.message);
        await configure(service, configuration, context, logger);
        const unwatch = follow(service, options, configuration, context, logger);
        tables = tablesBeside({ ...context, config: configOf(configuration), service, metrics, logger, onMismatch });
        const record = tables === undefined ? () => undefined : recordOpportunities(server.markets, tables);
        announce();
        isStarted = true;
        logger.info({ url: server.url }, `listening, ${server.reach}`);
        context.print(context.json ? JSON.stringify({ url: server.url, entries }) : `Fillbook answers at ${server.url} (docs: ${server.url}/docs), ${server.reach}. Ctrl-C stops it.`);
        mismatch = await Promise.race([stopping.then(() => undefined), mismatched]);
        if (mismatch !== undefined) logger.fatal({ reason: mismatch }, "stopping: the tables and the journal do not belong together");
        unwatch();
        record();
      }
    } finally {
      await server.close();
    }
  } finally {
    await service.stop();
    if (isStarted) logger.info({ seq: service.seq }, "stopped");
  }
  return mismatch === undefined ? 0 : 1;
}

/** Journals what the configuration says that the journal does not: cost methods, limits. Where nothing can be written, the service is there to be read. */
async function configure(service: Service, configuration: Configuration, { clock }: Context, logger: Logger): Promise<void> {
  try {
    await journalConfigured(service, configuration, clock.nowNs());
  } catch (error) {
    if (!(error instanceof ServiceRefuses)) throw error;
    logger.error({ reason: error.message }, "what is configured of limits and accounts could not be journaled");
  }
}

async function journalConfigured(service: Service, configuration: Configuration, nowNs: bigint): Promise<void> {
  const methods = await service.read(({ book }) => configuredMethods(configOf(configuration), (account) => book.methodOf(account), nowNs));
  await service.take([...methods, ...configuredLimits(configuration, nowNs)]);
}

/** Takes over limits when the configuration changes. What else changed counts from the next start on, and is named. */
function follow(service: Service, options: ServeOptions, configuration: Configuration, { clock }: Context, logger: Logger): () => void {
  let before = configuration;
  const look = async () => {
    const now = await readConfiguration(options.config, configOptions(options));
    const changed = changedKeys(before, now).filter((path) => !isLimitPath(path));
    before = now;
    const nowNs = clock.nowNs();
    const [decision] = await service.take(configuredLimits(now, nowNs));
    if (decision?.is === "news") logger.info({ limits: limitsOf(now) }, "limits changed by the configuration");
    if (changed.length > 0) logger.warn({ keys: changed }, "the configuration changed: these keys count from the next start on");
  };
  let looking = Promise.resolve();
  let isOver = false;
  const changed = () => {
    looking = looking.then(look).catch((error: unknown) => {
      if (!isOver) logger.error({ reason: (error as Error).message }, "the changed configuration is not taken over: what was counts on");
    });
  };
  const unwatch = watchFiles([options.config ?? CONFIG_FILE], changed, CONFIG_LOOK_MS, true); // a file that was only begun says that there are no limits
  changed(); // it may have, while the journal was read
  return () => {
    isOver = true;
    unwatch();
  };
}

function changedKeys(before: Configuration, now: Configuration): string[] {
  const was = new Map(before.effective.map(({ path, value }) => [path, value]));
  const is = new Map(now.effective.map(({ path, value }) => [path, value]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
}

function limitsOf({ effective }: Configuration): Record<string, string> {
  return Object.fromEntries(effective.filter(({ path }) => isLimitPath(path)).map(({ path, value }) => [path.replace(/^position_management\.risk_limits\./, ""), value]));
}

function tlsOf({ tls: { certFile, keyFile } }: Configuration["http"]): TlsFiles | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) throw new UsageError(`http.tls.${certFile === undefined ? "cert" : "key"}_file: is missing: HTTPS takes a certificate (--tls-cert) and its key (--tls-key)`);
  return { certFile, keyFile };
}

/** Resolves with the first signal to stop; the second ends the process at once. */
async function signals(logger: Logger): Promise<"stop"> {
  const names = ["SIGTERM", "SIGINT"] as const;
  await Promise.race(names.map((name) => once(process, name)));
  logger.info("stopping: what was taken is answered and written first; a second signal ends it at once");
  for (const name of names) process.once(name, () => process.exit(1));
  return "stop";
}

function logSnapshot(logger: Logger, outcome: SnapshotOutcome): void {
  if ("failed" in outcome) logger.warn({ reason: outcome.failed }, "no snapshot was written: it is tried again later");
  else logger.info(outcome, "snapshot written");
}

/** A bug was found: nothing more is acknowledged, and a restart recovers what is on disk. */
function stopForBug(logger: Logger, error: Error): void {
  logger.fatal({ err: error }, "stopping because of a bug");
  process.exit(70);
}
