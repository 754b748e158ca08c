import { addDecimals, type Decimal } from "../num/index.ts";
import { plain } from "./plain.ts";

const BASIS_POINTS = 10_000;

/** How much worse than the price at arrival a fill was: positive costs money, on either side. */
export interface Slippage {
  readonly basisPoints: number; // of the size of the arrival price
  readonly price: number | undefined; // per unit, in the currency of the price; undefined where neither price tells
  readonly from: "given" | "arrival";
}

/**
 * The slippage of one fill. One that the fill states counts; else it is computed from the arrival price:
 * side × (price − arrival) ÷ |arrival| × 10,000, where a buy has side 1 and a sale −1.
 * @param bought > 0 for a buy, < 0 for a sale
 * @param given basis points of the arrival price, > 0 costs
 * @returns undefined where neither is known, or the arrival price is 0
 * @example slippageOf(1, { mantissa: 1005n, digits: 1 }, { mantissa: 100n, digits: 0 }) // => { basisPoints: 50, price: 0.5, from: "arrival" }
 * @example slippageOf(-1, { mantissa: 1005n, digits: 1 }, { mantissa: 100n, digits: 0 }) // => { basisPoints: -50, price: -0.5, from: "arrival" }
 * @example slippageOf(1, { mantissa: 101n, digits: 0 }, undefined, 100) // => { basisPoints: 100, price: 1, from: "given" }
 */
export function slippageOf(bought: number, price: Decimal, arrival: Decimal | undefined, given?: number): Slippage | undefined {
  const side = bought < 0 ? -1 : 1;
  const off = arrival && plain(addDecimals(price, { ...arrival, mantissa: -arrival.mantissa })) * side + 0;
  if (given !== undefined) return { basisPoints: given, price: off ?? priceOff(side, plain(price), given), from: "given" };
  if (off === undefined || arrival!.mantissa === 0n) return undefined;
  return { basisPoints: (off / Math.abs(plain(arrival!))) * BASIS_POINTS, price: off, from: "arrival" };
}

/** What so many basis points of an arrival price come to, told from the fill's price alone: only a positive arrival price can be found again. */
function priceOff(side: number, price: number, basisPoints: number): number | undefined {
  const ratio = 1 + (side * basisPoints) / BASIS_POINTS;
  return price > 0 && ratio > 0 ? side * (price - price / ratio) + 0 : undefined;
}
