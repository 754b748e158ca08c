/** An exact fraction; `over` > 0. Sums keep a common denominator where there is one, which among decimals is always. */
export interface Rational {
  readonly n: bigint;
  readonly over: bigint;
}

export const nothing: Rational = { n: 0n, over: 1n };

export function whole(n: bigint): Rational {
  return { n, over: 1n };
}

/** `mantissa ÷ 10^digits`. */
export function decimal(mantissa: bigint, digits: number): Rational {
  return { n: mantissa, over: 10n ** BigInt(digits) };
}

/** Of a plain decimal text. */
export function parsed(text: string): Rational {
  const [units, fraction = ""] = text.split(".");
  return decimal(BigInt(units! + fraction), fraction.length);
}

export function plus(a: Rational, b: Rational): Rational {
  if (a.over === b.over) return { n: a.n + b.n, over: a.over };
  if (a.over % b.over === 0n) return { n: a.n + b.n * (a.over / b.over), over: a.over };
  if (b.over % a.over === 0n) return { n: a.n * (b.over / a.over) + b.n, over: b.over };
  return { n: a.n * b.over + b.n * a.over, over: a.over * b.over };
}

export function negative(a: Rational): Rational {
  return { n: -a.n, over: a.over };
}

export function minus(a: Rational, b: Rational): Rational {
  return plus(a, negative(b));
}

export function times(a: Rational, b: Rational): Rational {
  return { n: a.n * b.n, over: a.over * b.over };
}

export function divided(a: Rational, b: Rational): Rational {
  return b.n < 0n ? { n: -a.n * b.over, over: a.over * -b.n } : { n: a.n * b.over, over: a.over * b.n };
}

export function magnitude(a: Rational): Rational {
  return a.n < 0n ? negative(a) : a;
}

/** −1, 0 or 1 as a is less than, equal to or more than b. */
export function compared(a: Rational, b: Rational): number {
  const difference = a.n * b.over - b.n * a.over;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function same(a: Rational, b: Rational): boolean {
  return compared(a, b) === 0;
}

/** To the nearest multiple of 10^−digits, a half to the even one. */
export function rounded(a: Rational, digits: number): Rational {
  const scaled = a.n * 10n ** BigInt(digits);
  let floor = scaled / a.over;
  if (floor * a.over > scaled) floor -= 1n;
  const twice = 2n * (scaled - floor * a.over); // of the distance from the floor, 0 … 2 × over
  const up = twice > a.over || (twice === a.over && floor % 2n !== 0n);
  return decimal(up ? floor + 1n : floor, digits);
}

/** For a report. */
export function shown(a: Rational): string {
  return `${a.n}/${a.over}`;
}
