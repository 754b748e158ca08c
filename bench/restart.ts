import { spawnSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { alternate, type Benchmark, type Measured } from "./measure.ts";
import { writeJournal } from "./restart-journal.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const FILLS = 10_000_000;
const POSITIONS = 1_000;
const MANY_POSITIONS = 100_000;
const CHILD = join(import.meta.dirname, "restart-child.js");

export const restart: Benchmark = {
  name: "restart",
  measures: `from the start of the process until the service has known again 100 fills, spread over the 10,000,000 of its journal (${POSITIONS.toLocaleString("en-US")} positions), with a snapshot`,
  against: "the same without a snapshot: all entries folded, all identities read",
  goal: 5,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const few = prepared(join(folder, "few"), POSITIONS);
  const measured = await alternate({ rounds: 3, unit: "ms", better: "less", subject: () => few.start(true), baseline: () => few.start(false) });
  const many = prepared(join(folder, "many"), MANY_POSITIONS);
  many.start(true); // so that the system has the files at hand
  const [quick, whole] = [many.start(true), many.start(false)];
  return {
    ...measured,
    notes: [
      `${few.memory()}; writing the snapshot took ${few.written}`,
      `${MANY_POSITIONS.toLocaleString("en-US")} positions: ${Math.round(quick)} ms against ${Math.round(whole)}; ${many.memory()}; writing the snapshot took ${many.written}`,
    ],
  };
}

interface Started {
  readonly readyAt: number; // ms since 1970
  readonly snapshotSeq: number;
  readonly megabytes: number;
}

/** A journal with its snapshot, and what starts a service on it. */
function prepared(dataDir: string, positions: number) {
  writeJournal(dataDir, FILLS, positions);
  const { taken, bytes } = child<{ taken: number; bytes: number }>("snapshot", dataDir);
  const [snapshots, hidden] = [join(dataDir, "snapshots"), join(dataDir, "hidden")];
  const most = { with: 0, without: 0 };
  return {
    written: `${(taken / 1000).toFixed(1)} s, ${(bytes / 1_048_576).toFixed(1)} MB of state`,
    memory: () => `${most.with} MB of memory at most, without it ${most.without}`,
    /** Milliseconds from the start of the process until it is ready. */
    start: (withSnapshot: boolean): number => {
      if (!withSnapshot) renameSync(snapshots, hidden);
      const begun = Date.now();
      const { readyAt, snapshotSeq, megabytes } = child<Started>("start", dataDir, `${FILLS}`, `${positions}`);
      if (!withSnapshot) renameSync(hidden, snapshots);
      if (snapshotSeq !== (withSnapshot ? FILLS + 1 : 0)) throw new Error(`the start folded from entry ${snapshotSeq}`);
      const of = withSnapshot ? "with" : "without";
      most[of] = Math.max(most[of], megabytes);
      return readyAt - begun;
    },
  };
}

function child<Outcome>(...words: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CHILD, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the process ended with status ${status}: ${stderr}`);
  return JSON.parse(stdout) as Outcome;
}
