import { Directory, FillColumns } from "../src/core/model/index.ts";
import { Ledger, readAttributions } from "../src/runtime/index.ts";
import { alternate, milliseconds, type Benchmark, type Measured } from "./measure.ts";
import { DEFINITIONS, TaggedStory } from "./tagged-story.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const FILLS = 200_000;
const BATCH = 10_000;
const SEED = 7;

export const attribution: Benchmark = {
  name: "attribution",
  measures: `P&L by signal of ${FILLS.toLocaleString("en-US")} tagged fills, a third of them with arrival price and latency, from the journal on disk to the answer`,
  against: "JSON.parse of the same fills as NDJSON lines, and nothing else",
  goal: 0.3,
  run: async () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const lines = written(folder);
  return alternate({
    rounds: 5,
    unit: "ns a fill",
    better: "less",
    subject: () => (milliseconds(() => readAttributions({ dataDir: folder, currency: "USD", marksMaxAgeNs: undefined, nowNs: 0n, reported: "USD" }, [["signal"]])) * 1e6) / FILLS,
    baseline: () => (milliseconds(() => { for (const line of lines) JSON.parse(line); }) * 1e6) / FILLS,
  });
}

/** Writes the journal; returns what was written as NDJSON. */
function written(folder: string): string[] {
  const ledger = Ledger.open({ dataDir: folder, currency: "USD", clock: { nowNs: () => 2n ** 61n } });
  ledger.define(DEFINITIONS);
  const story = new TaggedStory(SEED, false);
  const directory = new Directory();
  const lines: string[] = [];
  for (let done = 0; done < FILLS; ) {
    const columns = new FillColumns(BATCH);
    for (; columns.count < BATCH; done += 1) {
      const fill = story.fill(done);
      columns.push(fill, directory);
      lines.push(JSON.stringify({ ...fill, quantity: `${fill.quantity.mantissa}`, price: `${fill.price.mantissa}`, fee: `${fill.fee.mantissa}`, time: `${fill.time.ns}` }));
    }
    ledger.bookFills(columns, directory);
  }
  ledger.sync();
  ledger.close();
  return lines;
}
