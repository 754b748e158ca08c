import fc from "fast-check";
import { TIME_UNITS, unitNs, VENUE_TYPES, LIQUIDITIES, type Fill, type FillNotes, type Instant } from "../src/core/model/index.ts";
import { trimmed, zero, type Decimal } from "../src/core/num/index.ts";

/**
 * Random facts for property tests, production code never loads them. They lean towards what is hard: long fractions
 * beside round numbers, tiny beside huge, both signs, ties. fast-check prints the seed of a failure; repeat it with
 * `fc.assert(…, { seed, path })`.
 */

/** A number of the form d.ddd × 10^exponent with at most 18 decimals: exponents and lengths are equally likely, values are not. */
function amountBetween(least: number, most: number): fc.Arbitrary<Decimal> {
  return fc
    .integer({ min: least, max: most })
    .chain((exponent) => fc.tuple(fc.constant(exponent), fc.integer({ min: 0, max: Math.min(18 + exponent, 17) })))
    .chain(([exponent, fraction]) => significand(fraction).map((mantissa) => trimmed(mantissa, fraction - exponent)));
}

/** An integer of `fraction + 1` digits, often a round one or all nines. */
function significand(fraction: number): fc.Arbitrary<bigint> {
  const least = 10n ** BigInt(fraction);
  return fc.oneof(
    { weight: 6, arbitrary: fc.bigInt({ min: least, max: least * 10n - 1n }) },
    { weight: 1, arbitrary: fc.constant(least * 10n - 1n) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((digit) => least * BigInt(digit)) },
  );
}

function signed(amount: fc.Arbitrary<Decimal>, negativeWeight: number, positiveWeight: number): fc.Arbitrary<Decimal> {
  const negative = fc.oneof({ weight: negativeWeight, arbitrary: fc.constant(true) }, { weight: positiveWeight, arbitrary: fc.constant(false) });
  return fc.tuple(amount, negative).map(([{ mantissa, digits }, below]) => ({ mantissa: below ? -mantissa : mantissa, digits }));
}

/** Any number of at most 18 digits before the point and `maxDigits` after it, 0 included, without needless zeros. */
export function anyDecimal(maxDigits: number): fc.Arbitrary<Decimal> {
  return fc.integer({ min: 0, max: maxDigits }).chain((digits) =>
    fc.integer({ min: 0, max: 18 + digits }).chain((length) => {
      const most = 10n ** BigInt(length) - 1n;
      return fc.bigInt({ min: -most, max: most }).map((mantissa) => trimmed(mantissa, digits));
    }),
  );
}

/** A time between 2000 and 2100 as a venue stamps it: on a whole unit. */
export const anyInstant: fc.Arbitrary<Instant> = fc
  .tuple(fc.constantFrom(...TIME_UNITS), fc.bigInt({ min: 946_684_800_000_000_000n, max: 4_102_444_800_000_000_000n }))
  .map(([unit, ns]) => ({ unit, ns: ns - (ns % unitNs(unit)) }));

export const anyNotes: fc.Arbitrary<FillNotes> = fc.record(
  {
    orderId: fc.constantFrom("o-1", "Ordre n° 7", "注文"),
    arrivalPrice: fc.constantFrom("0.1", "101.5"),
    slippage: fc.constantFrom("-1.25", "3"),
    latencyMs: fc.constantFrom("0.8", "120"),
    executionScore: fc.constantFrom("0", "0.97", "1"),
  },
  { requiredKeys: [] },
);

/** Few of each, so that fills meet: base and quote can be read out of all symbols but the last. */
const SYMBOLS = ["BTC/USD", "ETH/USD", "ETH-EUR", "GPS"] as const;
const baseOf = (symbol: string): string => symbol.split(/[/-]/)[0]!;

type Fee = Pick<Fill, "fee" | "feeCurrency">;

/** None, in the quote currency, in the base currency, or in a third one; a rebate one time in four. */
function anyFee(symbol: string): fc.Arbitrary<Fee> {
  const paid = (amount: fc.Arbitrary<Decimal>, currency: string): fc.Arbitrary<Fee> => signed(amount, 1, 3).map((fee) => ({ fee, feeCurrency: currency }));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({ fee: zero, feeCurrency: "" }) },
    { weight: 3, arbitrary: paid(amountBetween(-12, 3), "") },
    { weight: 2, arbitrary: paid(amountBetween(-18, -1), baseOf(symbol)) },
    { weight: 2, arbitrary: fc.constantFrom("BNB", "KCS").chain((currency) => paid(amountBetween(-10, 1), currency)) },
  );
}

/**
 * One fill: quantities from 1e-18 and prices from 1e-12 up to 1e9, each with 0 to 18 decimals; one price in twenty is
 * negative, as power and spreads are. Ids repeat: for a list of fills that all count take `anyFills`.
 */
export const anyFill: fc.Arbitrary<Fill> = fc.constantFrom(...SYMBOLS).chain((symbol) =>
  fc
    .tuple(
      fc.record({
        id: fc.nat(999).map((n) => `t${n}`),
        account: fc.constantFrom("default", "fund-2"),
        venue: fc.constantFrom("kraken", "binance", "nyse"),
        symbol: fc.constant<string>(symbol),
        quantity: signed(amountBetween(-18, 8), 1, 1),
        price: signed(amountBetween(-12, 8), 1, 19),
        time: anyInstant,
        venueType: fc.constantFrom(...VENUE_TYPES),
        liquidity: fc.constantFrom(...LIQUIDITIES),
        strategy: fc.constantFrom("", "carry", "mean-reversion"),
        signalId: fc.constantFrom("", "s1", "s2"),
      }),
      anyFee(symbol),
      anyNotes,
    )
    .map(([fill, fee, notes]) => ({ ...fill, ...fee, ...notes })),
);

/** Up to `most` fills, every id another. */
export function anyFills(most: number): fc.Arbitrary<Fill[]> {
  return fc.array(anyFill, { maxLength: most, size: "max" }).map((fills) => fills.map((fill, at) => ({ ...fill, id: `t${at}` })));
}
