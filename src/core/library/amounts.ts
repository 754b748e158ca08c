import { formatDecimal, isProblem, readDecimal } from "../num/index.ts";

declare const unit: unique symbol;

/** The price of one unit: exact decimal text, of any sign. Made by `price`. */
export type Price = string & { readonly [unit]: "price" };
/** So many units: exact decimal text above 0. Made by `quantity`. */
export type Quantity = string & { readonly [unit]: "quantity" };
/** A sum of money, a fee, a cost: exact decimal text, of any sign. Made by `amount`. */
export type Amount = string & { readonly [unit]: "amount" };

/**
 * A price out of exact decimal text, or an integer.
 * @throws Error that says what is wrong and how to mend it
 * @example price("100.250") // => "100.25"
 */
export function price(value: string | number | bigint): Price {
  return exact("price", value) as Price;
}

/**
 * A quantity out of exact decimal text, or an integer; it is above 0, since the side says buy or sell.
 * @throws Error that says what is wrong and how to mend it
 * @example quantity(2) // => "2"
 */
export function quantity(value: string | number | bigint): Quantity {
  const text = exact("quantity", value);
  if (text === "0") throw new Error("quantity: 0 moves nothing: give what was traded or moved");
  if (text.startsWith("-")) throw new Error(`quantity: ${text} is below 0: give ${text.slice(1)}, and say buy or sell by the side`);
  return text as Quantity;
}

/**
 * An amount of money out of exact decimal text, or an integer. A fee is above 0 when paid.
 * @throws Error that says what is wrong and how to mend it
 * @example amount("1e-7") // => "0.0000001"
 */
export function amount(value: string | number | bigint): Amount {
  return exact("amount", value) as Amount;
}

function exact(name: string, value: string | number | bigint): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new Error(`${name}: ${value} is a float, which may not be what was meant: write it as text, ${name}("${Number.isFinite(value) ? value : "100.25"}")`);
  }
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") throw new TypeError(`${name}: takes decimal text or an integer, not ${String(value)}`);
  const read = readDecimal(`${value}`.trim());
  if (isProblem(read)) throw new Error(`${name}: ${read.why}`);
  return formatDecimal(read);
}

/** Prices of many fills, a value a fill. Made by `prices`. */
export type PriceColumn = Column<"price">;
/** Quantities of many fills. Made by `quantities`. */
export type QuantityColumn = Column<"quantity">;
/** Amounts of many fills: fees. Made by `amounts`. */
export type AmountColumn = Column<"amount">;

/** A column of amounts: texts, or integers that count 10^-digits. */
export interface Column<Unit extends string> {
  readonly unit: Unit;
  readonly texts: readonly string[] | undefined;
  readonly integers: Float64Array | undefined;
  readonly digits: number;
}

/**
 * A column of prices: exact decimal texts, or integers that count 10^-digits, which is faster.
 * @example prices(Float64Array.of(10025), 2).digits // => 2
 */
export function prices(values: readonly string[] | Float64Array, digits?: number): PriceColumn {
  return column("price", values, digits);
}

/** A column of quantities. In a batch without sides a negative one is sold. */
export function quantities(values: readonly string[] | Float64Array, digits?: number): QuantityColumn {
  return column("quantity", values, digits);
}

/** A column of amounts. */
export function amounts(values: readonly string[] | Float64Array, digits?: number): AmountColumn {
  return column("amount", values, digits);
}

function column<Unit extends string>(unitName: Unit, values: readonly string[] | Float64Array, digits: number | undefined): Column<Unit> {
  if (values instanceof Float64Array) {
    if (digits === undefined || !Number.isInteger(digits) || digits < 0 || digits > 18) throw new TypeError(`${unitName} column: integers need their digits, 0 to 18: how many decimals they count`);
    return { unit: unitName, texts: undefined, integers: values, digits };
  }
  if (!Array.isArray(values)) throw new TypeError(`${unitName} column: takes an array of decimal texts, or a Float64Array of integers and their digits`);
  if (digits !== undefined) throw new TypeError(`${unitName} column: texts say their digits themselves; leave digits out`);
  return { unit: unitName, texts: values as readonly string[], integers: undefined, digits: 0 };
}
