import { formatDecimal, isProblem, readDecimal, type Decimal } from "../num/index.ts";
import { nameProblem } from "./name.ts";

export const INSTRUMENT_KINDS = ["spot", "equity", "perpetual", "future", "option", "binary"] as const;
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

/**
 * What is traded: how a quantity and a price become money. Keyed (venue, symbol); the empty venue is the default for all.
 * One unit of quantity at price p is worth multiplier × p of `settle`, or multiplier ÷ p when inverse.
 */
export interface Instrument {
  readonly venue: string;
  readonly symbol: string;
  readonly kind: InstrumentKind;
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly multiplier: Decimal; // > 0
  readonly inverse: boolean;
  readonly priceDigits: number | undefined; // undefined: as many as are seen, up to 18
  readonly quantityDigits: number | undefined;
  readonly priceIncrement?: string;
  readonly quantityIncrement?: string;
  readonly expiresNs?: bigint;
}

const one: Decimal = { mantissa: 1n, digits: 0 };

/**
 * The instrument of a symbol without a definition: spot, base and quote out of `BASE/QUOTE` or `BASE-QUOTE`, else quoted
 * in `currency`; with the digits it is seen with.
 * @example inferInstrument("kraken", "ETH/EUR", "USD").quote // => "EUR"
 * @example inferInstrument("nyse", "GPS", "USD").quote // => "USD"
 */
export function inferInstrument(venue: string, symbol: string, currency: string): Instrument {
  const [, base = symbol, quote = currency] = /^([^/-]+)[/-]([^/-]+)$/.exec(symbol) ?? [];
  return { venue, symbol, kind: "spot", base, quote, settle: quote, multiplier: one, inverse: false, priceDigits: undefined, quantityDigits: undefined };
}

/**
 * What makes an instrument one that cannot be kept: the column at fault and why. Quanto contracts, which settle in a
 * third currency, would need a rate at every fill.
 */
export function instrumentProblem(of: Instrument): { readonly column: string; readonly reason: string } | undefined {
  const { symbol, kind, base, quote, settle, inverse, multiplier } = of;
  if (inverse && (kind === "spot" || kind === "equity")) return { column: "inverse", reason: `a ${kind} instrument cannot be inverse` };
  if (settle !== (inverse ? base : quote)) {
    return { column: "settle", reason: `${symbol} would settle in ${settle}: quanto contracts are not kept; a linear one settles in its quote (${quote}), an inverse one in its base (${base})` };
  }
  if (multiplier.mantissa <= 0n) return { column: "multiplier", reason: `a multiplier of ${formatDecimal(multiplier)} is not above 0` };
  const names = { venue: of.venue, symbol, base, quote, settle };
  for (const [column, name] of Object.entries(names)) {
    const reason = name === "" && column === "venue" ? undefined : nameProblem(name);
    if (reason !== undefined) return { column, reason };
  }
  return undefined;
}

/** Equal for instruments whose venue rows net together: kind, quote, settle, multiplier and inverse agree. */
export function netKey(of: Instrument): string {
  return [of.kind, of.quote, of.settle, of.multiplier.mantissa, of.multiplier.digits, of.inverse].join("\u0000");
}

/**
 * What `netKey` says beyond kind and settle currency, as a text for people and programs: "" for what is quoted in the
 * currency it settles in, one for one.
 */
export function termsOf({ quote, settle, multiplier, inverse }: Instrument): string {
  const isPlain = quote === settle && multiplier.mantissa === 1n && multiplier.digits === 0 && !inverse;
  return isPlain ? "" : JSON.stringify([quote, formatDecimal(multiplier), inverse ? "inverse" : "linear"]);
}

/** Decimals of an increment: 0.05 → 2, 5 → 0, empty → undefined (as seen). Undefined for what is no positive number. */
export function incrementDigits(text: string): number | undefined {
  const read = readDecimal(text);
  return isProblem(read) || read.mantissa <= 0n ? undefined : read.digits;
}
