/** A figure as it is shown: the exact text, cut where it would be too long, in parts that line up under each other. */
export interface ShownFigure {
  readonly exact: string; // as the service says it
  readonly whole: string; // with sign and grouped thousands
  readonly decimals: string; // point and the first decimals; "" for none
  readonly fine: string; // further decimals
  readonly isCut: boolean; // there are more decimals, which are not shown (never rounded)
}

const MINUS = "\u2212";
const CLEAR_DECIMALS = 2;

/**
 * The parts of an exact amount. Nothing is computed: digits are grouped and, beyond `most` decimals, left out.
 * @example shownFigure("-1234.5678", 3) // => { exact: "-1234.5678", whole: "−1,234", decimals: ".56", fine: "7", isCut: true }
 */
export function shownFigure(exact: string, most: number): ShownFigure {
  const [, sign = "", digits = exact, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(exact) ?? [];
  return {
    exact,
    whole: `${sign === "-" ? MINUS : ""}${grouped(digits)}`,
    decimals: fraction === "" ? "" : `.${fraction.slice(0, Math.min(CLEAR_DECIMALS, most))}`,
    fine: fraction.slice(CLEAR_DECIMALS, most),
    isCut: fraction.length > most,
  };
}

/** How many characters stand behind the whole part: the point with the first decimals, and further ones. */
export interface Tail {
  readonly decimals: number;
  readonly fine: number;
}
/** Of a figure that stands alone. */
export const NO_TAIL: Tail = { decimals: 0, fine: 0 };

/** The tail under which both fit. */
export function longer(tail: Tail, { decimals, fine }: ShownFigure): Tail {
  return { decimals: Math.max(tail.decimals, decimals.length), fine: Math.max(tail.fine, fine.length) };
}

/** Invisible characters as wide as the point and the first decimals that a figure lacks. */
export function decimalPadding({ decimals }: ShownFigure, tail: Tail): string {
  const missing = tail.decimals - decimals.length;
  if (missing <= 0) return "";
  return decimals === "" ? `\u2008${"\u2007".repeat(missing - 1)}` : "\u2007".repeat(missing);
}

/** The same for further decimals. */
export function finePadding({ fine }: ShownFigure, tail: Tail): string {
  return "\u2007".repeat(Math.max(0, tail.fine - fine.length));
}

/**
 * A count with grouped thousands.
 * @example grouped("1234567") // => "1,234,567"
 */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * An age in words for people.
 * @example ageText(0.4) // => "0 s"
 * @example ageText(150) // => "2 min"
 * @example ageText(90000) // => "25 h"
 */
export function ageText(seconds: number): string {
  if (seconds < 90) return `${Math.floor(Math.max(0, seconds))} s`;
  if (seconds < 5400) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
