import fs from "node:fs";
import { join } from "node:path";
import { Directory, FillColumns } from "../src/core/model/index.ts";
import { Service, systemClock } from "../src/runtime/index.ts";
import { alternate, type Benchmark, type Measured } from "./measure.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const A_SECOND = 10_000;
const SECONDS = 3;
const SYNCS = 4_000;
const POSITIONS = 1_000;
const ZERO = 48; // the digit
/** So long a turn of the loop lasts at least: shorter than anything that is measured. */
const TURN_MS = 0.03;

export const appendAck: Benchmark = {
  name: "append-ack",
  measures: `from when each of ${A_SECOND.toLocaleString("en-US")} fills a second was due, whatever became of the one before, to its durable answer: the 99th percentile of ${SECONDS} seconds, after as many that warm up`,
  against: "write and fdatasync of 4 KiB on a growing file, one after the other: the 99th percentile",
  goal: 0.33,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const medians: number[] = [];
  const bySyncs: number[] = [];
  const byBareSyncs: number[] = [];
  let syncs: number[] = [];
  const source = new Directory();
  const routes = Array.from({ length: POSITIONS }, (_, i) => source.routeNumber("main", "kraken", `S${i}/USD`));
  const free: FillColumns[] = []; // to be filled again
  const service = Service.begin({ dataDir: join(folder, "data"), currency: "USD", clock: systemClock, onMeasure: (what, milliseconds) => void (what === "sync" && syncs.push(milliseconds)) });
  await service.ready;
  let posted = 0;
  const measured = await alternate({
    rounds: 5,
    unit: "ms",
    better: "less",
    subject: async () => {
      syncs = [];
      const waits = await openLoop(async () => {
        const columns = another(free.pop() ?? firstFill(source), posted++, routes);
        await service.bookFills(columns, source);
        free.push(columns);
      });
      medians.push(quantile(waits, 0.5));
      bySyncs.push(quantile(waitsFor(syncs), 0.99));
      return quantile(waits, 0.99);
    },
    baseline: () => {
      const bare = bareSyncs(join(folder, "bare"));
      byBareSyncs.push(quantile(waitsFor(bare), 0.99));
      return quantile(bare, 0.99);
    },
  });
  await service.stop();
  return { ...measured, notes: [
    `median ${middle(medians).toFixed(2)} ms`,
    `a slow sync keeps all fills waiting that come while it lasts, and a percentile of syncs counts it once: had the same fills waited for the bare syncs alone, with nothing between them, their 99th percentile would be ${middle(byBareSyncs).toFixed(1)} ms, and for the service's own ${middle(bySyncs).toFixed(1)} ms`,
  ] };
}

/** What fills at a steady rate wait for at least: the end of the sync under way, which does not hold them, and the next one. */
function waitsFor(syncs: ArrayLike<number>): Float64Array {
  const waits: number[] = [];
  let due = 0;
  let begun = 0;
  for (let i = 0; i + 1 < syncs.length; i += 1) {
    const end = begun + syncs[i]!;
    for (; due < end; due += 1000 / A_SECOND) waits.push(end + syncs[i + 1]! - due);
    begun = end;
  }
  return Float64Array.from(waits);
}

/**
 * Posts at the given times, however long answers take; how late each answer was, in milliseconds. What is due is looked for with every
 * turn of the event loop, which lasts a moment: turned as often as can be it makes four fifths of all garbage. Nothing sleeps between syncs, as
 * nothing does between the bare ones: the processor of a virtual machine that sleeps 0.3 ms is late for the end of the next sync, by more than
 * 2 ms three to ten times as often as one that works meanwhile. A second thread would take the processor on which the disk is waited for.
 * Answers are counted and not kept.
 */
function openLoop(post: () => Promise<unknown>): Promise<Float64Array> {
  const count = A_SECOND * SECONDS;
  const waits = new Float64Array(count);
  return new Promise((done, failed) => {
    const begun = performance.now();
    let posted = 0;
    let answered = 0;
    const postOne = async () => {
      const at = posted;
      posted += 1;
      await post();
      waits[at] = performance.now() - begun - (at * 1000) / A_SECOND;
      answered += 1;
      if (answered === count) done(waits);
    };
    const turn = () => {
      for (const now = performance.now() - begun; posted < count && (posted * 1000) / A_SECOND <= now; ) postOne().catch(failed);
      for (const until = performance.now() + TURN_MS; performance.now() < until; );
      if (posted < count) setImmediate(turn);
    };
    turn();
  });
}

function bareSyncs(path: string): Float64Array {
  const bytes = new Uint8Array(4096).fill(1);
  const fd = fs.openSync(path, "w");
  try {
    return Float64Array.from({ length: SYNCS }, (_, i) => {
      const begun = performance.now();
      fs.writeSync(fd, bytes, 0, bytes.length, i * bytes.length);
      fs.fdatasyncSync(fd);
      return performance.now() - begun;
    });
  } finally {
    fs.closeSync(fd);
  }
}

/** Makes the fill of `columns` another one, by its figures alone: a client in another process would leave no garbage here. */
function another(columns: FillColumns, number: number, routes: readonly number[]): FillColumns {
  columns.route[0] = routes[number % POSITIONS]!;
  columns.quantity[0] = (number % 7) - 3 || 5;
  columns.price[0] = 10_001 + (number % 9) + 10 * (number % 99);
  for (let at = columns.idEnd[0]! - 1, rest = number; rest > 0; at -= 1, rest = Math.floor(rest / 10)) columns.texts[at] = ZERO + (rest % 10);
  return columns;
}

function firstFill(source: Directory): FillColumns {
  const columns = new FillColumns(1);
  columns.push({
    account: "main", venue: "kraken", symbol: "S0/USD", id: "T00000000",
    quantity: { mantissa: 5n, digits: 3 }, price: { mantissa: 10_001n, digits: 2 }, fee: { mantissa: 12n, digits: 4 }, feeCurrency: "USD",
    time: { ns: 1_704_153_600_000_000_000n, unit: "ms" }, venueType: "cex", liquidity: "taker", strategy: "carry", signalId: "",
  }, source);
  return columns;
}

function middle(of: readonly number[]): number {
  return quantile(Float64Array.from(of), 0.5);
}

function quantile(of: Float64Array, share: number): number {
  return of.slice().sort()[Math.min(of.length - 1, Math.floor(of.length * share))]!;
}
