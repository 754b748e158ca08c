import { once } from "node:events";
import { pino, type Logger } from "pino";
import { Service, type SnapshotOutcome } from "../../runtime/index.ts";
import { Metrics, Server } from "../../server/index.ts";
import { LOG_LEVELS } from "../config.ts";
import { contextOf, countOption, type CommonOptions, type Context } from "../context.ts";
import { UsageError } from "../usage-error.ts";

export interface ServeOptions extends CommonOptions {
  readonly host: string;
  readonly port: string;
  readonly logLevel?: string;
}

const HIGHEST_PORT = 65_535;

/** `fillbook serve`: the service, until a signal stops it. Logs go to stderr, one JSON line each. */
export async function serve(options: ServeOptions): Promise<number> {
  const context = await contextOf(options);
  const port = countOption("port", options.port, 0)!;
  if (port > HIGHEST_PORT) throw new UsageError(`--port: ${port} is no port: they end at ${HIGHEST_PORT}`);
  const logger = pino({ level: levelOf(context, options.logLevel), base: null }, pino.destination(2));
  const { currency, marksMaxAgeNs, acknowledge, flushIntervalMs, snapshotEntries } = context.config;
  const { dataDir, clock } = context;
  const stopping = signals(logger);
  const metrics = new Metrics();
  let bound = (): void => undefined;
  let notBound = (_: Error): void => undefined;
  const after = new Promise<void>((done, failed) => [bound, notBound] = [done, failed]);
  const service = Service.begin({ after, dataDir, currency, marksMaxAgeNs, clock, acknowledge, flushIntervalMs, snapshotEntries, onMeasure: metrics.measured, onSnapshot: (outcome) => logSnapshot(logger, outcome), onFatal: (error) => stopForBug(logger, error) });
  let isStarted = false;
  try {
    const server = await Server.listen({ service, dataDir, currency, marksMaxAgeNs, clock, metrics, logger, host: options.host, port }).catch((error: unknown) => {
      notBound(error as Error); // nothing was opened yet, and so nothing stays behind
      throw error;
    });
    bound();
    try {
      logger.info({ url: server.url }, "recovering: until then posts and reads are answered with 503");
      const recovery = await Promise.race([service.ready, stopping]);
      if (recovery !== "stop") {
        const { entries, snapshotSeq, replayed, milliseconds, report, notes } = recovery;
        logger.info({ entries, snapshotSeq, replayed, milliseconds: Math.round(milliseconds) }, "recovered");
        for (const note of notes) logger.warn(note);
        if (report.torn !== undefined) logger.warn(report.torn.message);
        service.announce(server.url);
        isStarted = true;
        logger.info({ url: server.url }, "listening, on this machine only: no token is configured");
        context.print(context.json ? JSON.stringify({ url: server.url, entries }) : `Fillbook answers at ${server.url} (docs: ${server.url}/docs). No token is configured: it listens on this machine only. Ctrl-C stops it.`);
        await stopping;
      }
    } finally {
      await server.close();
    }
  } finally {
    await service.stop();
    if (isStarted) logger.info({ seq: service.seq }, "stopped");
  }
  return 0;
}

function levelOf(context: Context, level: string | undefined): string {
  const known = LOG_LEVELS.find((one) => one === (level ?? context.config.logLevel));
  if (known === undefined) throw new UsageError(`--log-level: "${level}" is not one of ${LOG_LEVELS.join(", ")}`);
  return known;
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
