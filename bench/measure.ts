import { setTimeout as sleep } from "node:timers/promises";

/** One benchmark of `npm run bench`. */
export interface Benchmark {
  readonly name: string;
  readonly measures: string; // in words, for the table
  readonly against: string;
  readonly goal: number; // least ratio
  run(): Measured | NotRun | Promise<Measured | NotRun>;
}

/** Medians over the rounds. `ratio` above 1 is always better than the baseline. */
export interface Measured {
  readonly value: number;
  readonly baseline: number;
  readonly unit: string;
  readonly ratio: number;
  readonly runs: number;
  readonly notes?: readonly string[]; // what else was seen
}

export interface NotRun {
  readonly notRun: string; // why
}

/** Runs one round and returns its figure. */
export type Round = () => number | Promise<number>;

interface Rounds {
  readonly rounds: number;
  readonly unit: string;
  readonly better: "less" | "more";
  readonly subject: Round;
  readonly baseline: Round;
  readonly notes?: () => readonly string[]; // asked once all rounds are over
}

/**
 * One unmeasured round of each to warm up, then subject and baseline by turns, so that both meet the same weather on a
 * shared machine.
 */
export async function alternate({ rounds, unit, better, subject, baseline, notes }: Rounds): Promise<Measured> {
  const values: number[] = [];
  const baselines: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const value = await settled(subject);
    const other = await settled(baseline);
    if (round < 0) continue;
    values.push(value);
    baselines.push(other);
  }
  const value = median(values);
  const other = median(baselines);
  return { value, baseline: other, unit, ratio: better === "less" ? other / value : value / other, runs: rounds, ...(notes ? { notes: notes() } : {}) };
}

/** The milliseconds that `work` takes. */
export function milliseconds(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** So long a collector goes on sweeping beside the program: a round of 100 ms would otherwise pay for it, one of seconds not. */
const SWEEPING_MS = 400;

async function settled(round: Round): Promise<number> {
  globalThis.gc?.(); // so that no round pays for the garbage of the one before
  await sleep(SWEEPING_MS);
  return round();
}

function median(of: readonly number[]): number {
  const sorted = [...of].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
