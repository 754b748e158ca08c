import { addDecimals, decimalOf, formatDecimal } from "../../src/core/num/index.ts";

const MINUS = "\u2212";
const FIGURE_SPACE = "\u2007"; // as wide as a digit
const POINT_SPACE = "\u2008"; // as wide as a point

/**
 * An exact amount as people read it: digits grouped, a real minus, and beyond `most` decimals left out. Nothing is computed, nothing rounded. What would read as 0 then and is not
 * keeps its first two digits. Zeros are added up to `least` decimals: 8.40 dollars.
 * @example shownText("-1234567.5678", 2) // => "−1,234,567.56"
 * @example shownText("0.00012345", 8) // => "0.00012345"
 * @example shownText("-0.000012345", 2) // => "−0.000012"
 * @example [shownText("8.4", 2, 2), shownText("-279", 2, 2)] // => ["8.40", "−279.00"]
 */
export function shownText(exact: string, most: number, least = 0): string {
  const sign = exact.startsWith("-") ? MINUS : "";
  const digits = sign === "" ? exact : exact.slice(1);
  const [whole = "", fraction = ""] = digits.split(".");
  const decimals = decimalsShown(exact, most, least);
  return sign + grouped(whole) + (decimals === 0 ? "" : `.${fraction.slice(0, decimals).padEnd(decimals, "0")}`);
}

const DIGITS_OF_LITTLE = 2;

/**
 * How many decimals of an exact amount are shown: at least and at most so many, more only where all of these are 0 and the amount is not.
 * @example decimalsShown("1.2345", 2) // => 2
 * @example decimalsShown("12", 2) // => 0
 * @example decimalsShown("0.00012345", 2) // => 5
 * @example decimalsShown("12", 2, 2) // => 2
 */
export function decimalsShown(exact: string, most: number, least = 0): number {
  const point = exact.indexOf(".");
  if (point < 0) return least;
  const all = exact.length - point - 1;
  const first = exact.search(/[1-9]/); // the digit that counts
  return Math.max(least, Math.min(all, first > point + most ? first - point - 1 + DIGITS_OF_LITTLE : most));
}

const MONEY_DECIMALS = 2;
const COIN_DECIMALS = 8;
let fiat: ReadonlySet<string> | undefined;

/**
 * How many decimals of money are shown at most: two of what is counted in cents and of coins that follow it, eight of every other coin, for a cent of Bitcoin is a fortune.
 * @example [moneyDecimals("USD"), moneyDecimals("USDT"), moneyDecimals("XBT")] // => [2, 2, 8]
 */
export function moneyDecimals(currency: string): number {
  fiat ??= new Set(Intl.supportedValuesOf("currency"));
  return fiat.has(currency) || /USD|EUR|GBP|DAI/.test(currency) ? MONEY_DECIMALS : COIN_DECIMALS;
}

/**
 * How many decimals of money are shown at least: cents always, of coins none.
 * @example [centDecimals("USD"), centDecimals("XBT"), centDecimals(undefined)] // => [2, 0, 0]
 */
export function centDecimals(currency: string | undefined): number {
  return currency !== undefined && moneyDecimals(currency) === MONEY_DECIMALS ? MONEY_DECIMALS : 0;
}

/**
 * How many decimals of a price are shown at most: eight digits, from the first that is not 0, tell one price from the next, and the mean of several says no more. All of them are on hover.
 * @example priceDecimals("63451.6392353") // => 3
 * @example priceDecimals("0.12166136") // => 8
 * @example priceDecimals("250000000.5") // => 2
 * @example priceDecimals("0.000001234567891") // => 13
 */
export function priceDecimals(exact: string): number {
  const [whole = "", decimals = ""] = exact.replace(/^-/, "").split(".");
  return whole === "0" ? 8 + Math.max(0, decimals.search(/[1-9]/)) : Math.max(2, 8 - whole.length);
}

/**
 * Invisible characters behind a figure with so many decimals, so that points of a column with `to` decimals stand under each other.
 * @example paddingText(2, 4).length // => 2
 * @example paddingText(0, 2).length // => 3
 */
export function paddingText(decimals: number, to: number): string {
  if (decimals >= to) return "";
  return (decimals === 0 ? POINT_SPACE : "") + FIGURE_SPACE.repeat(to - decimals);
}

/**
 * Below 0, 0 or above it.
 * @example [signOf("-0.01"), signOf("0.00"), signOf("3")] // => [-1, 0, 1]
 */
export function signOf(exact: string): number {
  return exact.startsWith("-") ? -1 : /[1-9]/.test(exact) ? 1 : 0;
}

/**
 * A count with grouped thousands.
 * @example grouped("1234567") // => "1,234,567"
 */
export function grouped(digits: string): string {
  return digits.length < 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, ",");
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

/**
 * An estimate, a share or a ratio: a number that was never exact, so it may be rounded.
 * @example estimateText(-1234.567, 1) // => "−1,234.6"
 * @example estimateText(0.12345, 1, "%") // => "12.3 %"
 */
export function estimateText(value: number, decimals: number, unit: "" | "%" = ""): string {
  const [whole = "", fraction] = Math.abs(unit === "%" ? value * 100 : value).toFixed(decimals).split(".");
  const digits = `${grouped(whole)}${fraction === undefined ? "" : `.${fraction}`}`;
  return `${value < 0 && /[1-9]/.test(digits) ? MINUS : ""}${digits}${unit === "" ? "" : ` ${unit}`}`;
}

/**
 * Cents as the currency's units, to the last digit.
 * @example centsText("-12345") // => "-123.45"
 * @example centsText("7.5") // => "0.075"
 * @example centsText(null) // => null
 */
export function centsText(cents: string | null): string | null {
  if (cents === null) return null;
  const { mantissa, digits } = decimalOf(cents);
  const [whole = "", fraction = ""] = formatDecimal({ mantissa, digits: digits + 2 }).split(".");
  return `${whole}.${fraction.padEnd(2, "0")}`;
}

/**
 * Which of two exact amounts comes first: below 0 when a is less. What is not known is less than all else.
 * @example compareExact("9", "10") < 0 // => true
 * @example compareExact("0.10000000000000000001", "0.1") > 0 // => true
 * @example compareExact(null, "-5") < 0 // => true
 */
export function compareExact(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  const about = Number(a) - Number(b);
  if (about !== 0) return about;
  return Number(subtractExact(a, b).mantissa);
}

/**
 * The exact sum of amounts; null where one is not known.
 * @example sumText(["0.1", "0.2", "-1"]) // => "-0.7"
 * @example sumText(["0.1", null]) // => null
 */
export function sumText(amounts: readonly (string | null)[]): string | null {
  let sum = decimalOf("0");
  for (const amount of amounts) {
    if (amount === null) return null;
    sum = addDecimals(sum, decimalOf(amount));
  }
  return formatDecimal(sum);
}

/**
 * Which of two times comes first, to the nanosecond: below 0 when a is earlier. ISO 8601, UTC.
 * @example compareTimes("2024-03-01T10:00:00Z", "2024-03-01T10:00:00.5Z") < 0 // => true
 * @example compareTimes("2024-03-01T10:00:00.500Z", "2024-03-01T10:00:00.5Z") // => 0
 */
export function compareTimes(a: string, b: string): number {
  const [own, other] = [sortableTime(a), sortableTime(b)];
  return own === other ? 0 : own < other ? -1 : 1;
}

function sortableTime(iso: string): string {
  const [seconds = "", fraction = ""] = iso.replace(/Z$/, "").split(".");
  return `${seconds}.${fraction.padEnd(9, "0")}`;
}

function subtractExact(a: string, b: string): ReturnType<typeof decimalOf> {
  const { mantissa, digits } = decimalOf(b);
  return addDecimals(decimalOf(a), { mantissa: -mantissa, digits });
}
