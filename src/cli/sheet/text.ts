import { formatScaled, rescale } from "../../core/num/index.ts";

/**
 * Text as HTML shows it.
 * @example escaped("<b> & \"c\"") // => "&lt;b&gt; &amp; &quot;c&quot;"
 */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** A figure with a real minus. @example signed("-1") // => "−1" */
export function signed(text: string): string {
  return text.replace(/^-/, "−");
}

/**
 * An exact amount with thousands apart and so many decimals, rounded half-even, or as many as its first two digits take; a dash for what is not known.
 * @example money("-1234567.891") // => "−1,234,567.89"
 * @example money("0.00012345") // => "0.00012"
 * @example money(null) // => "–"
 */
export function money(exact: string | null, least = 2): string {
  if (exact === null) return "–";
  const [whole = "", fraction = ""] = exact.split(".");
  const zeros = /^-?0?$/.test(whole) ? /^0*(?=[1-9])/.exec(fraction)?.[0].length : undefined;
  const decimals = zeros === undefined ? least : Math.max(least, zeros + 2);
  const text = formatScaled(rescale(BigInt(whole + fraction), fraction.length, decimals), decimals);
  const [units = "", part = ""] = text.split(".");
  return signed(part === "" && decimals === 0 ? grouped(units) : `${grouped(units)}.${part.padEnd(decimals, "0")}`);
}

/** An exact amount with all its digits, thousands apart. @example quantity("-28010.25") // => "−28,010.25" */
export function quantity(exact: string): string {
  const [units = "", part] = exact.split(".");
  return signed(part === undefined ? grouped(units) : `${grouped(units)}.${part}`);
}

function grouped(units: string): string {
  return units.replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * A number on an axis: no more digits than it has, at most six.
 * @example amount(-2_500_000) // => "−2,500,000"
 * @example amount(3e-7) // => "0.0000003"
 */
export function amount(value: number): string {
  return signed(value.toLocaleString("en-US", { maximumSignificantDigits: 6 })).replace(/^−0$/, "0");
}

/**
 * A number with so many decimals, thousands apart; a dash for what is not known.
 * @example decimal(-1.005, 1) // => "−1.0"
 * @example decimal(5505.642) // => "5,505.64"
 */
export function decimal(value: number | null, decimals = 2): string {
  return value === null ? "–" : quantity(value.toFixed(decimals).replace(/^-(?=[0.]*$)/, ""));
}

/** @example percent(0.1234) // => "12.34 %" */
export function percent(value: number | null, decimals = 2): string {
  return value === null ? "–" : `${decimal(100 * value, decimals)} %`;
}
