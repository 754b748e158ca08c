import { writeSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../src/core/engine/index.ts";
import { Directory } from "../src/core/model/index.ts";
import { FileJournal, realDisk, type Disk } from "../src/journal/index.ts";
import { FillStream } from "../src/venues/csv/index.ts";
import { alternate, milliseconds, type Benchmark, type Measured } from "./measure.ts";
import { fillRows, pieces } from "./rows.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ROWS = 400_000;
/** So many fills before them open the positions. */
const OPENING = 60_000;
const NOW = BigInt(Date.UTC(2024, 0, 3)) * 1_000_000n;

export const pipeline: Benchmark = {
  name: "pipeline",
  measures: "400,000 fills from bytes of NDJSON, in pieces of 64 KiB, to decided, encoded as blocks with checksum and hash, and booked into 5,000 open positions; no disk",
  against: "JSON.parse of the same lines, each already a string in memory",
  goal: 1.5,
  run: () => inTemporaryFolder(measure),
};

/** Drops what is written, but for headers of segments: the journal does all its work but the disk's. */
const noDisk: Disk = {
  ...realDisk,
  write: (fd, bytes, offset, length, position) => (position === 0 ? writeSync(fd, bytes, offset, length, position) : length),
  sync: () => undefined,
  syncLater: () => Promise.resolve(),
  truncate: () => undefined,
};

async function measure(folder: string): Promise<Measured> {
  const lines = Array.from(fillRows(OPENING + ROWS, 20_240_106), (row) => JSON.stringify(row));
  const opening = bodyOf(lines.splice(0, OPENING));
  const body = bodyOf(lines);
  let round = 0;
  const measured = await alternate({
    rounds: 7,
    unit: "ns/fill",
    better: "less",
    subject: () => {
      const journal = FileJournal.open(join(folder, String((round += 1))), { write: true, disk: noDisk });
      const engine = new Engine(journal, { currency: "USD" });
      engine.expect(1); // it reads the journal before the first fill, not in the middle
      const directory = new Directory();
      book(opening, engine, directory);
      const taken = milliseconds(() => book(body, engine, directory));
      journal.close();
      if (engine.seq !== 1 + OPENING + ROWS) throw new Error(`the book ends at entry ${engine.seq}`);
      return (taken / ROWS) * 1e6;
    },
    baseline: () => {
      let fees = 0; // something of every line is used, so that no parse can be left out
      const taken = milliseconds(() => {
        for (const line of lines) fees += (JSON.parse(line) as { fee: string }).fee.length;
      });
      if (fees === 0) throw new Error("nothing was parsed");
      return (taken / ROWS) * 1e6;
    },
  });
  return { ...measured, notes: [`${Math.round(body.length / ROWS)} bytes a row with its line end`] };
}

function bodyOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

/** Reads a body as the service does, and books it in batches as they come. */
function book(body: Uint8Array, engine: Engine, directory: Directory): void {
  const stream: FillStream = new FillStream(directory, { format: "ndjson" }, {
    fills: (fills) => {
      engine.bookFills(fills, directory, NOW);
      stream.recycle(fills);
    },
    refused: ({ index, reason }) => {
      throw new Error(`row ${index} was refused: ${reason}`);
    },
  });
  for (const piece of pieces(body)) stream.push(piece);
  stream.finish();
}
