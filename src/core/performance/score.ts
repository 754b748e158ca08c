/** The parts of an execution score, each 0 (bad) to 1 (nothing to complain of); undefined where it is not known. */
export interface ScoreParts {
  readonly slippage: number | undefined;
  readonly latency: number | undefined;
  readonly fee: number | undefined;
  readonly fillRatio: number | undefined;
}
export interface ExecutionScore {
  readonly value: number; // 0 to 1
  readonly from: "given" | "computed";
  readonly parts: ScoreParts;
}
/** What a score is computed from. */
export interface ExecutionFigures {
  readonly slippage?: number | undefined; // basis points, > 0 costs
  readonly latencyMs?: number | undefined;
  readonly feeBasisPoints?: number | undefined; // of the traded value, > 0 paid
  readonly fillRatio?: number | undefined; // filled ÷ ordered, 0 to 1
}

/** How much each part counts, and what halves it. */
export const SCORE_WEIGHTS: Readonly<Record<keyof ScoreParts, number>> = { slippage: 0.4, latency: 0.2, fee: 0.2, fillRatio: 0.2 };
const HALVED_BY = { slippageBasisPoints: 10, latencyMs: 250, feeBasisPoints: 10 } as const;

/**
 * The execution score of a fill: the given one, else the weighted mean of the parts that are known. A part of cost c is 2^(−c ÷ h), so that each
 * h of cost halves it: 10 basis points of slippage, 250 ms, 10 basis points of fee; what costs nothing, or brings something, is 1. Weights 0.4, 0.2, 0.2, 0.2; those of unknown parts
 * fall to the others in proportion. Undefined where neither slippage nor latency is known: a fee alone says nothing of execution.
 * @param given 0 to 1
 * @example executionScore({ slippage: 10, latencyMs: 0 })?.value.toFixed(12) // => "0.666666666667"
 * @example executionScore({ feeBasisPoints: 10 }) // => undefined
 */
export function executionScore({ slippage, latencyMs, feeBasisPoints, fillRatio }: ExecutionFigures, given?: number): ExecutionScore | undefined {
  const parts: ScoreParts = {
    slippage: halved(slippage, HALVED_BY.slippageBasisPoints),
    latency: halved(latencyMs, HALVED_BY.latencyMs),
    fee: halved(feeBasisPoints, HALVED_BY.feeBasisPoints),
    fillRatio: fillRatio === undefined ? undefined : Math.min(1, Math.max(0, fillRatio)),
  };
  if (given !== undefined) return { value: given, from: "given", parts };
  if (parts.slippage === undefined && parts.latency === undefined) return undefined;
  return { value: weighted(parts, SCORE_WEIGHTS)!, from: "computed", parts };
}

/** The mean of the parts that are known, by their weights; undefined where none is. */
export function weighted<Name extends string>(parts: Readonly<Record<Name, number | undefined>>, weights: Readonly<Record<Name, number>>): number | undefined {
  let sum = 0;
  let weight = 0;
  for (const name of Object.keys(weights) as Name[]) {
    const part = parts[name];
    if (part === undefined) continue;
    sum += part * weights[name];
    weight += weights[name];
  }
  return weight === 0 ? undefined : sum / weight;
}

/** 2^(−cost ÷ half): 1 for what costs nothing. */
export function halved(cost: number | undefined, half: number): number | undefined {
  return cost === undefined ? undefined : 2 ** (-Math.max(0, cost) / half);
}
