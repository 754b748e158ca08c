import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pino, type Logger } from "pino";
import { positionsOf, summarize } from "../../core/book/index.ts";
import { SymbolMap, TakerFees, TransferCosts, type LadderMessage } from "../../core/market/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { zero } from "../../core/num/index.ts";
import { Service, ServiceRefuses, type MarketSettings } from "../../runtime/index.ts";
import { Metrics, Server } from "../../server/index.ts";
import { Booking, DESK_TIER, DESK_VENUES, PairQuotes, simulatedInstruments, simulatedTakerFees, SimulatedMarket } from "../../venues/sim/index.ts";
import { bookPast } from "../demo-past.ts";
import { contextOf, countOption, type CommonOptions, type Context } from "../context.ts";
import { tablesBeside } from "../tables-beside.ts";
import { UsageError } from "../usage-error.ts";
import { recordOpportunities } from "../opportunity-record.ts";
import type { Store } from "../../store/index.ts";

export interface DemoOptions extends CommonOptions {
  readonly port: string;
  readonly seconds?: string;
  readonly seed?: string;
}

const CURRENCY = "USD";
/** Of a market whose past has good days and bad ones. */
const USUAL_SEED = 12;
const MARKS_MAX_AGE_NS = 60_000_000_000n;
const LADDER_MAX_AGE_US = 5_000_000;
const TICK_MS = 50;
const LINE_MS = 1_000;
/** So often the venues of pairs quote. */
const QUOTE_MS = 5_000;
const LINE_MS_IN_A_LOG = 10_000;
const NS_A_MS = 1_000_000n;
/** After a longer pause, as of a machine that slept, the market goes on from now: nobody wants all that was missed at once. */
const LONGEST_PAUSE_NS = 5_000n * NS_A_MS;
/** Fills that a simulated venue remembers. */
const KEEP = 20_000;
const CLEAR_LINE = "\r\u001b[K";

/** What runs while the demo does. */
interface Demo {
  readonly context: Context;
  readonly service: Service;
  readonly url: string;
  readonly market: SimulatedMarket;
  readonly booking: Booking;
  readonly pairs: PairQuotes;
  /** Hands on what the feeds have said of ladders since the last time. */
  readonly tellLadders: () => void;
}

/** `fillbook demo`: the service with its page, fed by simulated venues. Without `--data` its journal is thrown away at the end. */
export async function demo(options: DemoOptions): Promise<number> {
  const context = await contextOf(options);
  const port = countOption("port", options.port, 0)!;
  const seconds = countOption("seconds", options.seconds, 1) ?? Number.POSITIVE_INFINITY;
  const seed = countOption("seed", options.seed, 0) ?? USUAL_SEED;
  const dataDir = options.data === undefined ? mkdtempSync(join(tmpdir(), "fillbook-demo-")) : emptyFolder(options.data);
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const metrics = new Metrics();
  let tables: Store | undefined;
  const service = Service.begin({ dataDir, currency: CURRENCY, marksMaxAgeNs: MARKS_MAX_AGE_NS, clock: context.clock, onMeasure: metrics.measured, beforeRelease: async () => tables?.stop() });
  try {
    await service.ready;
    const logger = pino({ level: "warn", base: null }, pino.destination(2));
    const server = await listen(context, service, metrics, logger, dataDir, port);
    try {
      await service.define(simulatedInstruments());
      const bots = await bookPast(service, { seed, currency: CURRENCY, nowNs: context.clock.nowNs() });
      service.announce(server.localUrl, server.localKey);
      const config = { ...context.config, currency: CURRENCY, marksMaxAgeNs: MARKS_MAX_AGE_NS };
      tables = tablesBeside({ dataDir, database: context.database, config, service, metrics, logger, onMismatch: (why) => logger.error(why) });
      const record = tables === undefined ? () => undefined : recordOpportunities(server.markets, tables);
      const booking = new Booking();
      const said: LadderMessage[] = [];
      const market = new SimulatedMarket({ seed, startNs: context.clock.nowNs(), keep: KEEP, rules: DESK_VENUES, bots, onLadder: (message) => void said.push(message) }, booking);
      await fetch(`${server.url}/v1/overview`).then((answer) => answer.arrayBuffer()); // who opens the page finds equity known
      const tellLadders = () => void server.markets.take(said.splice(0));
      await run({ context, service, url: server.url, market, booking, pairs: new PairQuotes(seed), tellLadders }, performance.now() + seconds * 1000, stop.signal);
      record();
      if (!context.json) context.print(`\n${ending(booking, options.data)}`);
    } finally {
      await server.close();
    }
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
    await service.stop();
    if (options.data === undefined) rmSync(dataDir, { recursive: true });
  }
  return 0;
}

async function listen(context: Context, service: Service, metrics: Metrics, logger: Logger, dataDir: string, port: number): Promise<Server> {
  try {
    return await Server.listen({ service, dataDir, currency: CURRENCY, marksMaxAgeNs: MARKS_MAX_AGE_NS, clock: context.clock, metrics, logger, host: "127.0.0.1", port, markets: marketsOfDemo() });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new UsageError(`--port: ${port} is taken, perhaps by another Fillbook: choose another with --port N, or any free one with --port 0`);
    if (code === "EACCES" || code === "ERR_SOCKET_BAD_PORT") throw new UsageError(`--port: ${port} cannot be listened on: choose one from 1024 to 65535, or any free one with --port 0`);
    throw error;
  }
}

/** Every symbol has its rule. At their general fees nothing crosses: the demo's desk is in the tier that pays a tenth. */
function marketsOfDemo(): MarketSettings {
  const fees = simulatedTakerFees();
  const symbols = simulatedInstruments().map(({ venue, symbol, base, quote }) => ({ venue, symbol, base, quote }));
  const rules = new SymbolMap([{ version: "demo", fromUs: Number.NEGATIVE_INFINITY, symbols, conversions: [] }]);
  return { rules, fees: new TakerFees(fees, new Map(fees.map(({ venue }) => [venue, DESK_TIER]))), maxAgeUs: LADDER_MAX_AGE_US, minBasisPoints: zero, minNetProfit: zero, transferCosts: new TransferCosts([]), marks: false };
}

/** A folder of somebody's own: a demo does not mix with what is there. */
function emptyFolder(folder: string): string {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageError(`--data: ${folder} is not empty, and a demo does not mix with what is there: name a new folder, or leave --data out`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function run(running: Demo, untilMs: number, stop: AbortSignal): Promise<void> {
  const { context, market, url } = running;
  const isTerminal = process.stdout.isTTY && !context.json;
  const everyMs = isTerminal || context.json ? LINE_MS : LINE_MS_IN_A_LOG;
  const line = new StatusLine(running);
  if (!context.json) context.print(`Fillbook demo: ${url}\nOpen it in a browser. ${market.followed.length} simulated venues trade; now and then they repeat, drop, reorder and make up things. Ctrl-C ends it.`);
  let nextMs = performance.now() + LINE_MS;
  let quoteMs = 0;
  for (let lastNs = context.clock.nowNs(); !stop.aborted && performance.now() < untilMs; ) {
    await wait(TICK_MS, undefined, { signal: stop }).catch(() => undefined);
    const nowNs = context.clock.nowNs();
    if (nowNs - lastNs > LONGEST_PAUSE_NS) market.skip(nowNs - lastNs);
    lastNs = nowNs;
    await trade(running, nowNs);
    if (performance.now() >= quoteMs) {
      quoteMs = performance.now() + QUOTE_MS;
      await running.service.mark(running.pairs.next(nowNs)).catch(unlessRefused);
    }
    if (performance.now() < nextMs) continue;
    nextMs += everyMs;
    if (context.json) context.print(await frame(running));
    else context.write(isTerminal ? `${CLEAR_LINE}${line.text()}` : `${line.text()}\n`);
  }
}

async function trade({ service, market, booking, tellLadders }: Demo, nowNs: bigint): Promise<void> {
  market.advance(nowNs);
  tellLadders();
  await booking.flush(service).catch(unlessRefused); // it is kept, and comes first the next time
}

/** A service that has no room now will have some. @throws any other error */
function unlessRefused(error: unknown): void {
  if (error instanceof ServiceRefuses && (error.code === "overloaded" || error.code === "no_space")) return;
  throw error;
}

/** What is going on, in one line. */
class StatusLine {
  readonly #demo: Demo;
  #sinceMs = performance.now();
  #before = 0;

  constructor(running: Demo) {
    this.#demo = running;
  }

  text(): string {
    const { booking, market } = this.#demo;
    const { accepted, duplicates, corrections, refused } = booking.booked;
    const nowMs = performance.now();
    const rate = Math.round((accepted - this.#before) / ((nowMs - this.#sinceMs) / 1000));
    this.#sinceMs = nowMs;
    this.#before = accepted;
    const connected = market.followed.filter(({ feed }) => feed.connected).length;
    return `${connected} of ${market.followed.length} venues connected · ${rate} fills/s · ${counted(accepted)} booked, ${counted(duplicates)} said twice, ${counted(corrections)} corrected, ${counted(refused)} refused`;
  }
}

function ending({ booked }: Booking, kept: string | undefined): string {
  const what = `Ended. Booked were ${counted(booked.accepted)} fills; ${counted(booked.duplicates)} were said twice and counted once, ${counted(booked.corrections)} corrected, ${counted(booked.refused)} refused.`;
  return kept === undefined ? `${what}\nThe demo's journal is thrown away. A book of your own: npx fillbook import FILE` : `${what}\nTo look at it: npx fillbook positions --data ${kept}`;
}

function counted(count: number): string {
  return count.toLocaleString("en-US");
}

function frame({ context, service, url }: Demo): Promise<string> {
  return service.read(({ book, seq }) => {
    const moment = { nowNs: context.clock.nowNs(), maxAgeNs: MARKS_MAX_AGE_NS };
    return JSON.stringify({ url, asOf: formatTime(moment.nowNs), seq, summary: summarize(book, moment), capital: [], positions: positionsOf(book, moment) });
  });
}
