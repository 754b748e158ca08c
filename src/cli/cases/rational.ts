/** A fraction: exact figures that no decimal ends. */
export interface Rational {
  readonly over: bigint;
  readonly under: bigint; // > 0n
}

/**
 * Reads `p/q` or decimal text.
 * @throws Error for anything else
 * @example rational("148887/1300") // => { over: 148887n, under: 1300n }
 * @example rational("-0.25") // => { over: -25n, under: 100n }
 */
export function rational(text: string): Rational {
  const parts = /^([+-]?\d+)(?:\/([1-9]\d*)|\.(\d+))?$/.exec(text);
  if (parts === null) throw new Error(`"${text}" is neither a decimal nor p/q`);
  const [, whole = "", under, fraction = ""] = parts;
  return under === undefined ? { over: BigInt(whole + fraction), under: 10n ** BigInt(fraction.length) } : { over: BigInt(whole), under: BigInt(under) };
}

/** |a − b| ≤ within. */
export function isNear(a: Rational, b: Rational, within: Rational): boolean {
  const difference = a.over * b.under - b.over * a.under;
  return (difference < 0n ? -difference : difference) * within.under <= within.over * a.under * b.under;
}
