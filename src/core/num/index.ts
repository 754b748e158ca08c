export { assert, AssertionFailed } from "./assert.ts";
export { abs, divideHalfEven, rescale, tenTo } from "./integer.ts";
export {
  addDecimals,
  decimalOf,
  formatDecimal,
  formatQuotient,
  formatRatio,
  formatScaled,
  formatSmall,
  isProblem,
  multiplyDecimals,
  readDecimal,
  scaled,
  trimmed,
  zero,
  type Decimal,
  type NumberProblem,
} from "./decimal.ts";
export { compareDecimals, divideDecimals, greatestOf, leastOf, negatedDecimal, roundDecimal, subtractDecimals, type Rounding } from "./exact.ts";
export { addMoney, MoneyBag, type Money } from "./money.ts";
export { centralMoment, correlation, covariance, deviation, excessKurtosis, mean, skewness, sum, variance, type Numbers } from "./statistics.ts";
export { linearPlace, orderStatistic, quantile, select, tailRank, type QuantilePlace } from "./quantile.ts";
export { binomialCdf, chiSquareSurvival, normalCdf, normalDensity, normalQuantile } from "./normal.ts";
export { drawdowns, drawdownSeries, drawdownSummary, levelsOf, worstDrawdowns, type Drawdown, type DrawdownSummary, type LevelOptions } from "./drawdown.ts";
export { finished, type Steps } from "./steps.ts";
export { NormalRandom } from "./random.ts";
export { dot, matrixOf, multiply, repairedCorrelation, type RepairedCorrelation, type SquareMatrix } from "./matrix.ts";
export { machineOf, PAGE_BYTES, type MachineMemory } from "./machine-code.ts";
export { plainSums, WeightedSums } from "./weighted-sums.ts";
