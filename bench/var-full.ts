import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { risk } from "../src/index.ts";
import { alternate, milliseconds, type Benchmark, type Measured, type NotRun } from "./measure.ts";
import { riskMarket } from "./risk-market.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const SYMBOLS = 1_000;
const DAYS = 252;
const TIMES = 1_000;
const US_A_MS = 1_000;

export const varFull: Benchmark = {
  name: "var-full",
  measures: `historical P&L vector of ${SYMBOLS} positions over ${DAYS} days in full, and its 13th worst day by selection`,
  against: "numpy on one thread: matrix · vector and partition (bench/var_full.py)",
  goal: 0.3,
  run: async () => {
    const python = [process.env["PYTHON"] ?? "python3", "python"].find((name) => spawnSync(name, ["-c", "import numpy"]).status === 0);
    if (python === undefined) return { notRun: "no python3 with numpy is found here (PYTHON names another)" };
    return inTemporaryFolder((folder) => measure(python, folder));
  },
};

async function measure(python: string, folder: string): Promise<Measured | NotRun> {
  const { returns, exposures } = riskMarket(SYMBOLS, DAYS);
  const book = new risk.PortfolioRisk(returns);
  exposures.forEach((exposure, i) => { book.setExposure(i, exposure); });
  const input = join(folder, "returns");
  writeFileSync(input, Buffer.concat([exposures, ...returns.columns].map((part) => new Uint8Array(part.buffer))));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const script = join(import.meta.dirname, "..", "..", "bench", "var_full.py");
  let found = 0;
  return alternate({
    rounds: 7,
    unit: "µs",
    better: "less",
    subject: () =>
      (milliseconds(() => {
        for (let i = 0; i < TIMES; i += 1) {
          book.rebuild();
          found = book.historical(0.95).var;
        }
      }) / TIMES) * US_A_MS,
    baseline: () => {
      const [us, value] = execFileSync(python, [script, input, `${SYMBOLS}`, `${DAYS}`, `${TIMES}`], { encoding: "utf8", env }).trim().split(" ").map(Number);
      if (Math.abs(value! / found - 1) > 1e-9) throw new Error(`numpy finds a VaR of ${value}, not ${found}`);
      return us!;
    },
    notes: () => ["numpy and Fillbook find the same VaR, to 1e-9 of it"],
  });
}
