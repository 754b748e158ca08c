import { fold } from "../src/core/engine/index.ts";
import { Directory, FillColumns, formatTime, type Fill } from "../src/core/model/index.ts";
import { formatDecimal } from "../src/core/num/index.ts";
import { FileJournal } from "../src/journal/index.ts";
import { alternate, milliseconds, type Benchmark, type Measured } from "./measure.ts";
import { Random } from "./random.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const FILLS = 2_000_000;
const BLOCK = 10_000;
const POSITIONS = 1_000;

export const replay: Benchmark = {
  name: "replay",
  measures: "2,000,000 fills out of journal files, every checksum checked, folded into 1,000 positions",
  against: "JSON.parse of the same entries, a line each, already in memory",
  goal: 20,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const lines = writeJournal(folder);
  const measured = await alternate({
    rounds: 7,
    unit: "ns/fill",
    better: "less",
    subject: () => {
      readAll(folder);
      let seq = 0;
      const taken = milliseconds(() => {
        const journal = FileJournal.open(folder, { write: false });
        seq = fold(() => journal.blocks(), {}).seq;
        journal.close();
      });
      if (seq !== FILLS) throw new Error(`the replay ends at entry ${seq}`);
      return (taken / FILLS) * 1e6;
    },
    baseline: () => {
      let fees = 0; // something of every entry is used, so that no parse can be left out
      const taken = milliseconds(() => {
        for (const line of lines) fees += (JSON.parse(line) as { fee: string }).fee.length;
      });
      if (fees === 0) throw new Error("nothing was parsed");
      return (taken / lines.length) * 1e6;
    },
  });
  return { ...measured, notes: [`${Math.round(lines.reduce((sum, line) => sum + line.length, 0) / lines.length)} bytes an entry as JSON; both read from what the system has cached`] };
}

/** A pass that is not timed, so that the system has the files and the engine its code at hand: see `nsPerFill`. */
function readAll(folder: string): void {
  const journal = FileJournal.open(folder, { write: false });
  fold(() => journal.blocks(), {});
  journal.close();
}

/** Writes the fills; returns every tenth of them as JSON, which is enough to time the parsing of one. */
function writeJournal(folder: string): string[] {
  const random = new Random(20_240_105);
  const journal = FileJournal.open(folder, { write: true });
  const directory = new Directory();
  const lines: string[] = [];
  let names = 0;
  let routes = 0;
  for (let done = 0; done < FILLS; ) {
    const fills = new FillColumns(BLOCK);
    for (; fills.count < BLOCK; done += 1) {
      const fill = anyFill(done, random);
      fills.push(fill, directory);
      if (done % 10 === 0) lines.push(JSON.stringify(asJson(fill)));
    }
    journal.append([{ kind: "fills", page: directory.since(names, routes), fills }], BigInt(Date.UTC(2024, 0, 3)) * 1_000_000n);
    names = directory.nameCount;
    routes = directory.routeCount;
  }
  journal.sync();
  journal.close();
  return lines;
}

function anyFill(number: number, random: Random): Fill {
  const position = random.below(POSITIONS);
  const units = random.between(1, 100_000) * (random.chance(0.5) ? 1 : -1);
  return {
    account: "main", venue: position % 2 === 0 ? "kraken" : "binance", symbol: `S${position >> 1}/USD`, id: `T${1_000_000 + number}`,
    quantity: { mantissa: BigInt(units), digits: 3 }, price: { mantissa: BigInt(random.between(100, 50_000)), digits: 2 },
    fee: { mantissa: BigInt(random.between(1, 90_000)), digits: 4 }, feeCurrency: "USD",
    time: { ns: BigInt(Date.UTC(2024, 0, 2) + number * 37) * 1_000_000n, unit: "ms" }, venueType: "cex", liquidity: "taker", strategy: "carry", signalId: "",
  };
}

function asJson(fill: Fill): object {
  const { account, venue, symbol, id, feeCurrency, venueType, liquidity, strategy } = fill;
  const side = fill.quantity.mantissa < 0n ? "sell" : "buy";
  const quantity = formatDecimal({ ...fill.quantity, mantissa: side === "sell" ? -fill.quantity.mantissa : fill.quantity.mantissa });
  return { account, venue, symbol, id, side, quantity, price: formatDecimal(fill.price), fee: formatDecimal(fill.fee), feeCurrency, time: formatTime(fill.time.ns), venueType, liquidity, strategy };
}
