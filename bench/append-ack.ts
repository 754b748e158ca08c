import fs from "node:fs";
import { join } from "node:path";
import { Directory, FillColumns, type Fill } from "../src/core/model/index.ts";
import { Service, systemClock } from "../src/runtime/index.ts";
import { alternate, type Benchmark, type Measured } from "./measure.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const A_SECOND = 10_000;
const SECONDS = 3;
const SYNCS = 4_000;
const POSITIONS = 1_000;

export const appendAck: Benchmark = {
  name: "append-ack",
  measures: `from when each of ${A_SECOND.toLocaleString("en-US")} fills a second was due, whatever became of the one before, to its durable answer: the 99th percentile of ${SECONDS} seconds, after as many that warm up`,
  against: "write and fdatasync of 4 KiB on a growing file, one after the other: the 99th percentile",
  goal: 0.33,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const medians: number[] = [];
  const source = new Directory();
  const free: FillColumns[] = []; // to be filled again
  const service = Service.begin({ dataDir: join(folder, "data"), currency: "USD", clock: systemClock });
  await service.ready;
  let posted = 0;
  const measured = await alternate({
    rounds: 5,
    unit: "ms",
    better: "less",
    subject: async () => {
      const waits = await openLoop(async () => {
        const columns = fillOf(posted++, source, free.pop() ?? new FillColumns(1));
        await service.bookFills(columns, source);
        free.push(columns);
      });
      medians.push(quantile(waits, 0.5));
      return quantile(waits, 0.99);
    },
    baseline: () => quantile(bareSyncs(join(folder, "bare")), 0.99),
  });
  await service.stop();
  return { ...measured, notes: [`median ${quantile(Float64Array.from(medians), 0.5).toFixed(2)} ms`] };
}

/**
 * Posts at the given times, however long answers take; how late each answer was, in milliseconds. What is due is looked for with every
 * turn of the event loop: a second thread that wakes this one would take the processor on which the disk is waited for. Answers are
 * counted and not kept: what a client in another process would hold is no garbage of the service.
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

function fillOf(number: number, source: Directory, columns: FillColumns): FillColumns {
  columns.clear();
  const fill: Fill = {
    account: "main", venue: "kraken", symbol: `S${number % POSITIONS}/USD`, id: `T${number}`,
    quantity: { mantissa: BigInt((number % 7) - 3 || 5), digits: 3 }, price: { mantissa: BigInt(10_000 + (number % 997)), digits: 2 }, fee: { mantissa: 12n, digits: 4 }, feeCurrency: "USD",
    time: { ns: BigInt(1_704_153_600_000 + number) * 1_000_000n, unit: "ms" }, venueType: "cex", liquidity: "taker", strategy: "carry", signalId: "",
  };
  columns.push(fill, source);
  return columns;
}

function quantile(of: Float64Array, share: number): number {
  return of.slice().sort()[Math.min(of.length - 1, Math.floor(of.length * share))]!;
}
