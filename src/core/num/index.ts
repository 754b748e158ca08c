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
