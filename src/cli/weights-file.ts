import { weightsProblem, type BenchmarkWeight } from "../core/performance/index.ts";
import { isProblem, readDecimal } from "../core/num/index.ts";
import { readTable } from "../venues/csv/index.ts";
import { UsageError } from "./usage-error.ts";

/** Reads benchmark weights: `symbol,weight,segment`, the segment being the symbol where it is not given. @throws UsageError for any row that is none, and for weights beyond 1 */
export async function readWeights(file: string): Promise<BenchmarkWeight[]> {
  const weights: BenchmarkWeight[] = [];
  await readTable(file, { columns: ["symbol", "weight", "segment"], required: ["symbol", "weight"], listKey: "weights" }, {
    row: ({ line, values }) => {
      const { symbol, weight: text, segment } = values as { readonly symbol: string; readonly weight: string; readonly segment: string };
      const read = readDecimal(text);
      const weight = isProblem(read) ? Number.NaN : Number(text);
      if (!(weight >= 0 && weight <= 1)) throw new UsageError(`${file}:${line}: weight: "${text}" is no part of 1: write 0.25 for a quarter`);
      if (weights.some((one) => one.symbol === symbol)) throw new UsageError(`${file}:${line}: symbol: ${symbol} has a weight already`);
      weights.push({ symbol, weight, segment: segment || symbol });
    },
    refused: ({ line, column, reason }) => {
      throw new UsageError(`${file}:${line}: ${column === undefined ? "" : `${column}: `}${reason}`);
    },
  });
  const problem = weightsProblem(weights);
  if (problem !== undefined) throw new UsageError(`${file}: ${problem}`);
  return weights;
}
