import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Engine, fold, MemoryStore } from "../src/core/engine/index.ts";
import { FILLS, identityOf, traded } from "./bust-fills.ts";
import { servedBusts } from "./bust-serve.ts";
import { alternate, milliseconds, type Benchmark, type Measured } from "./measure.ts";

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
  const engine = bookedBy(store);
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
  return { ...measured, notes: [...notes, ...(await servedBusts()), `one in the middle: ${middle.toFixed(1)} ms; the last, on the other venue: ${last.toFixed(1)} ms; the last but one there: ${again.toFixed(2)} ms (each from the checkpoints that the busts before have left)`] };
}

function bustOf(engine: Engine, number: number): void {
  const [decision] = engine.take([{ type: "bust", id: "", timeNs: 0n, fill: identityOf(number) }], 0n);
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
  const engine = bookedBy(new MemoryStore(), quantityDigits);
  return milliseconds(() => bustOf(engine, number));
}

function bookedBy(store: MemoryStore, quantityDigits?: number): Engine {
  const engine = new Engine(store, { currency: "USD" });
  engine.expect(FILLS);
  for (const { fills, directory } of traded(quantityDigits)) engine.bookFills(fills, directory, 0n);
  return engine;
}
