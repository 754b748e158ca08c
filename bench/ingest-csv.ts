import { spawnSync } from "node:child_process";
import { closeSync, createReadStream, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { alternate, type Benchmark, type Measured } from "./measure.ts";
import { Random } from "./random.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ROWS = 1_000_000;
const COMMAND = join(import.meta.dirname, "..", "src", "bin", "main.js");
/** Loaded into the command first: says at its end how much memory it took. */
const TELL_MEMORY = "data:text/javascript,process.on('exit',()=>process.stderr.write('maxrss '+process.resourceUsage().maxRSS))";

export const ingestCsv: Benchmark = {
  name: "ingest-csv",
  measures: "`fillbook import` of 1,000,000 rows into an empty folder, start of the process and last fsync included",
  against: "node:readline over the same file in this process, counting lines",
  goal: 0.3,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const file = join(folder, "fills.csv");
  const bytes = writeRows(file);
  let peak = 0;
  const { ratio, ...figures } = await alternate({
    rounds: 3,
    unit: "rows/s",
    better: "more",
    subject: () => {
      const data = join(folder, "data");
      const begun = performance.now();
      const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", TELL_MEMORY, COMMAND, "import", "--data", data, "--json", file], { encoding: "utf8" });
      const seconds = (performance.now() - begun) / 1000;
      rmSync(data, { recursive: true, force: true });
      if (status !== 0 || (JSON.parse(stdout) as { accepted: number }).accepted !== ROWS) throw new Error(`the import failed with status ${status}: ${stderr}${stdout}`);
      peak = Math.max(peak, Number(/maxrss (\d+)/.exec(stderr)?.[1] ?? 0));
      return ROWS / seconds;
    },
    baseline: async () => {
      const begun = performance.now();
      let lines = 0;
      for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) lines += line.length > 0 ? 1 : 0;
      if (lines !== ROWS + 1) throw new Error(`readline counts ${lines} lines`);
      return ROWS / ((performance.now() - begun) / 1000);
    },
  });
  return { ...figures, ratio, notes: [`${Math.round(bytes / ROWS)} bytes a row; the command took ${Math.round(peak / 1024)} MB of memory at most`] };
}

/** Canonical rows: 5,000 positions, in the order of time, as a venue exports them. */
function writeRows(file: string): number {
  const random = new Random(20_240_104);
  const fd = openSync(file, "w");
  let bytes = writeSync(fd, "account,venue,symbol,id,side,quantity,price,fee,fee_currency,timestamp\n");
  const start = Date.UTC(2024, 0, 2);
  for (let row = 0; row < ROWS; ) {
    let text = "";
    for (const end = row + 10_000; row < end; row += 1) {
      const symbol = `S${random.below(2500)}/USD`;
      const units = random.between(1, 100_000);
      const ticks = random.between(100, 50_000);
      const time = new Date(start + row * 37).toISOString();
      text += `main,${random.pick(["kraken", "binance"])},${symbol},T${1_000_000 + row},${random.pick(["buy", "sell"])},${(units / 1000).toFixed(3)},${(ticks / 100).toFixed(2)},${(((units / 1000) * ticks) / 100_000).toFixed(4)},USD,${time}\n`;
    }
    bytes += writeSync(fd, text);
  }
  fsyncSync(fd);
  closeSync(fd);
  return bytes;
}
