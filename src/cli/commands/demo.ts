import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { positionsOf, summarize } from "../../core/book/index.ts";
import { Directory, FillColumns, formatTime } from "../../core/model/index.ts";
import { Ledger } from "../../runtime/index.ts";
import { SimulatedMarket } from "../../venues/sim/index.ts";
import { contextOf, countOption, type CommonOptions, type Context } from "../context.ts";
import { dim, heading } from "../table.ts";
import { shownPositions } from "./positions.ts";

export interface DemoOptions extends CommonOptions {
  readonly seconds?: string;
  readonly seed?: string;
}

const TICK_MS = 200;
const TRADES_A_TICK = 40;
const FRAME_MS = 1_000;
const FRAME_MS_IN_A_LOG = 5_000;
const CLEAR = "\u001b[H\u001b[J";

interface Counts {
  accepted: number;
  duplicates: number;
}

/** `fillbook demo`: simulated venues trade, and the book is shown as it changes. Its journal is thrown away at the end. */
export async function demo(options: DemoOptions): Promise<number> {
  const context = await contextOf(options);
  const seconds = countOption("seconds", options.seconds, 1) ?? Number.POSITIVE_INFINITY;
  const market = new SimulatedMarket(countOption("seed", options.seed, 0) ?? 7);
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-demo-"));
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const ledger = Ledger.open({ dataDir, currency: "USD", clock: context.clock });
  try {
    await run(context, ledger, market, seconds, stop.signal);
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
    ledger.close();
    rmSync(dataDir, { recursive: true });
  }
  return 0;
}

async function run(context: Context, ledger: Ledger, market: SimulatedMarket, seconds: number, stop: AbortSignal): Promise<void> {
  const terminal = process.stdout.isTTY && !context.json;
  const counts: Counts = { accepted: 0, duplicates: 0 };
  const source = new Directory();
  const started = performance.now();
  let nextFrame = started + FRAME_MS;
  if (!terminal && !context.json) context.print(`Simulated venues trade; the book is shown every ${FRAME_MS_IN_A_LOG / 1000} s. Ctrl-C ends it.`);
  while (!stop.aborted && performance.now() - started < seconds * 1000) {
    await wait(TICK_MS, undefined, { signal: stop }).catch(() => undefined);
    trade(ledger, market, source, context.clock.nowNs(), counts);
    if (performance.now() < nextFrame) continue;
    nextFrame += terminal || context.json ? FRAME_MS : FRAME_MS_IN_A_LOG;
    context.print(frame(context, ledger, counts, terminal));
  }
  if (!context.json) context.print(`Ended after ${counts.accepted.toLocaleString("en-US")} fills. To keep a book of your own: npx fillbook import FILE`);
}

function trade(ledger: Ledger, market: SimulatedMarket, source: Directory, nowNs: bigint, counts: Counts): void {
  const { fills, marks } = market.trade(TRADES_A_TICK, nowNs);
  const columns = new FillColumns(fills.length);
  for (const fill of fills) columns.push(fill, source);
  const decision = ledger.bookFills(columns, source);
  for (const mark of marks) ledger.book.marks.setLive(mark);
  ledger.sync();
  counts.accepted += decision.accepted.count;
  counts.duplicates += decision.duplicates;
}

function frame(context: Context, { book, seq }: Ledger, counts: Counts, terminal: boolean): string {
  const nowNs = context.clock.nowNs();
  const moment = { nowNs, maxAgeNs: context.config.marksMaxAgeNs };
  const answer = { asOf: formatTime(nowNs), seq, summary: summarize(book, moment), capital: [], positions: positionsOf(book, moment) };
  if (context.json) return JSON.stringify(answer);
  const title = heading("Fillbook demo: three simulated venues, one exact book");
  const counted = dim(`${counts.accepted.toLocaleString("en-US")} fills on disk, ${counts.duplicates} reported twice and booked once`);
  return `${terminal ? CLEAR : "\n"}${title}\n${shownPositions(answer, false)}\n${counted}${terminal ? dim("   Ctrl-C ends it") : ""}`;
}
