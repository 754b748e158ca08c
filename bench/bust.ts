import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Engine, fold, MemoryStore } from "../src/core/engine/index.ts";
import { Directory, FillColumns } from "../src/core/model/index.ts";
import { alternate, milliseconds, type Benchmark, type Measured } from "./measure.ts";
import { Random } from "./random.ts";

const FILLS = 1_000_000;
const BATCH = 10_000;
const SYMBOL = "BTC/USD";

export const bust: Benchmark = {
  name: "bust",
  measures: "the worst bust: the very first of 1,000,000 fills of a symbol on two venues is decided, kept in memory, the symbol booked anew",
  against: "folding all facts anew",
  goal: 1.5,
  run: async () => measure(),
};

async function measure(): Promise<Measured> {
  const notes = colds();
  const store = new MemoryStore();
  const engine = traded(store);
  let first = 0;
  const bustFill = (number: number) => milliseconds(() => bustOf(engine, number));
  const measured = await alternate({
    rounds: 5,
    unit: "ms",
    better: "less",
    subject: () => bustFill(first++),
    baseline: () => milliseconds(() => fold(() => store.blocks(), { currency: "USD" })),
  });
  const middle = bustFill(FILLS / 2);
  const last = bustFill(FILLS - 1);
  const again = bustFill(FILLS - 3);
  return { ...measured, notes: [...notes, `one in the middle: ${middle.toFixed(1)} ms; the last, on the other venue: ${last.toFixed(1)} ms; the last but one there: ${again.toFixed(2)} ms (each from the checkpoints that the busts before have left)`] };
}

function bustOf(engine: Engine, number: number): void {
  const fill = { account: "main", venue: venueOf(number), symbol: SYMBOL, id: `T${number}` };
  const [decision] = engine.take([{ type: "bust", id: "", timeNs: 0n, fill }], 0n);
  if (decision?.is !== "news") throw new Error(`fill ${number} was not busted`);
}

/** First busts of processes that have just booked the fills, before anything of busting is compiled: what a user meets. */
function colds(): string[] {
  const of = (...words: string[]) => Array.from({ length: 3 }, () => Number(execFileSync(process.execPath, [fileURLToPath(new URL("./bust-cold.js", import.meta.url)), ...words], { encoding: "utf8" })));
  const shown = (times: readonly number[]) => `${[...times].sort((a, b) => a - b).map((time) => time.toFixed(0)).join(", ")} ms`;
  return [
    `the first bust of a fresh process, nothing compiled: of the very first fill ${shown(of("0"))}; the same with 8 + 2 decimals, beyond single words ${shown(of("0", "8"))}; of the last but ten ${shown(of(`${FILLS - 11}`))}`,
  ];
}

/** The milliseconds of one bust in this process. @param quantityDigits of all fills: with 8 the cost soon leaves a double */
export function coldBust(number: number, quantityDigits: number): number {
  const engine = traded(new MemoryStore(), quantityDigits);
  return milliseconds(() => bustOf(engine, number));
}

function venueOf(number: number): string {
  return number % 2 === 0 ? "kraken" : "binance";
}

function traded(store: MemoryStore, quantityDigits = 5): Engine {
  const random = new Random(20_261_121);
  const engine = new Engine(store, { currency: "USD" });
  const directory = new Directory();
  engine.expect(FILLS);
  for (let done = 0; done < FILLS; ) {
    const fills = new FillColumns(BATCH);
    for (; fills.count < BATCH; done += 1) {
      const units = random.between(1, 10 ** quantityDigits) * (random.chance(0.5) ? 1 : -1);
      fills.push({
        account: "main", venue: venueOf(done), symbol: SYMBOL, id: `T${done}`,
        quantity: { mantissa: BigInt(units), digits: quantityDigits }, price: { mantissa: BigInt(random.between(5_900_000, 6_100_000)), digits: 2 },
        fee: { mantissa: BigInt(random.between(1, 90_000)), digits: 4 }, feeCurrency: "USD",
        time: { ns: BigInt(done) * 1_000_000n, unit: "ms" }, venueType: "cex", liquidity: "taker", strategy: "", signalId: "",
      }, directory);
    }
    engine.bookFills(fills, directory, 0n);
  }
  return engine;
}
