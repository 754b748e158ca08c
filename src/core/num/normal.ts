const ROOT_OF_TWO_PI = 2.5066282746310005;

/** The density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / ROOT_OF_TWO_PI;
}

/**
 * The standard normal distribution function Φ, to about 1e-15 of its value in both tails. Rational approximations of W. J. Cody, Math. Comp.
 * 23 (1969), 631–637, as in ACM algorithm 715, and beyond 5.66 a continued fraction.
 * @example normalCdf(0) // => 0.5
 * @example normalCdf(-1.6448536269514729).toFixed(15) // => "0.050000000000000"
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.67448975) return 0.5 + central(x);
  const beyond = size <= 5.656854249492381 ? middle(size) : far(size);
  return x < 0 ? beyond : 1 - beyond;
}

function central(x: number): number {
  const square = Math.abs(x) > 1.11e-16 ? x * x : 0;
  const over = (((0.065682337918207449113 * square + 2.2352520354606839287) * square + 161.02823106855587881) * square + 1067.6894854603709582) * square + 18154.981253343561249;
  const under = (((square + 47.20258190468824187) * square + 976.09855173777669322) * square + 10260.932208618978205) * square + 45507.789335026729956;
  return (x * over) / under;
}

const MIDDLE_OVER = [1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979, 597.27027639480026226, 2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218];
const MIDDLE_UNDER = [1, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755, 18615.571640885098091, 34900.952721145977266, 38912.003286093271411, 19685.429676859990727];

function middle(size: number): number {
  return (scaledExponential(size) * polynomial(MIDDLE_OVER, size)) / polynomial(MIDDLE_UNDER, size);
}

/** By the continued fraction of Laplace, x + 1/(x + 2/(x + 3/(x + …))): its 50th term is far below rounding here. */
function far(size: number): number {
  let fraction = size;
  for (let k = 50; k >= 1; k -= 1) fraction = size + k / fraction;
  return scaledExponential(size) / ROOT_OF_TWO_PI / fraction;
}

/** exp(−size²/2) of a size split in two, so that the square loses no digits. */
function scaledExponential(size: number): number {
  const whole = Math.trunc(size * 16) / 16;
  return Math.exp(-0.5 * whole * whole) * Math.exp(-0.5 * (size - whole) * (size + whole));
}

/** Coefficients from the highest power on. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}

/**
 * The x below which the probability lies: the inverse of Φ, to about 1e-16 of its value. M. J. Wichura, algorithm AS 241 (PPND16), Applied Statistics
 * 37 (1988), 477–484. −Infinity at 0 and Infinity at 1 are for the caller to keep away; NaN outside.
 * @example normalQuantile(0.95).toFixed(12) // => "1.644853626951"
 */
export function normalQuantile(probability: number): number {
  const fromMiddle = probability - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) {
    const r = 0.180625 - fromMiddle * fromMiddle;
    return (fromMiddle * polynomial(CENTRE_OVER, r)) / polynomial(CENTRE_UNDER, r);
  }
  const tail = fromMiddle < 0 ? probability : 1 - probability;
  if (!(tail > 0)) return tail === 0 ? Math.sign(fromMiddle) * Infinity : Number.NaN;
  const r = Math.sqrt(-Math.log(tail));
  const size = r <= 5 ? polynomial(NEAR_OVER, r - 1.6) / polynomial(NEAR_UNDER, r - 1.6) : polynomial(TAIL_OVER, r - 5) / polynomial(TAIL_UNDER, r - 5);
  return fromMiddle < 0 ? -size : size;
}

const CENTRE_OVER = [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608];
const CENTRE_UNDER = [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1];
const NEAR_OVER = [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734];
const NEAR_UNDER = [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1];
const TAIL_OVER = [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772];
const TAIL_UNDER = [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1];

/**
 * The probability that a chi-square variable of 1 or 2 degrees of freedom exceeds `x`.
 * @example chiSquareSurvival(3.841458820694124, 1).toFixed(12) // => "0.050000000000"
 */
export function chiSquareSurvival(x: number, degrees: 1 | 2): number {
  if (!(x > 0)) return 1;
  return degrees === 2 ? Math.exp(-x / 2) : 2 * normalCdf(-Math.sqrt(x));
}

/**
 * The probability of at most `count` hits in `trials`, each with the given probability.
 * @example binomialCdf(4, 250, 0.01).toFixed(4) // => "0.8922"
 */
export function binomialCdf(count: number, trials: number, probability: number): number {
  if (count < 0) return 0;
  if (count >= trials || probability <= 0) return 1;
  if (probability >= 1) return 0;
  const odds = Math.log(probability) - Math.log1p(-probability);
  let logarithm = trials * Math.log1p(-probability); // of the probability of exactly k: what is too small for a double must not end the sum
  let total = Math.exp(logarithm);
  for (let k = 1; k <= count; k += 1) {
    logarithm += Math.log((trials - k + 1) / k) + odds;
    total += Math.exp(logarithm);
  }
  return Math.min(1, total);
}
