import type { FillColumns } from "../model/index.ts";
import { POWERS } from "./hot.ts";
import type { RouteSums } from "./route-sums.ts";
import { FACTOR, FORM_SHIFT, MONEY_DIGITS, PRICE_DIGITS, QUANTITY_DIGITS, SETTLE, UNSTATED, type PositionTable } from "./table.ts";

/**
 * Restates fills picks[from … to) in the digits of a form and sums them up. False where one has finer digits, or a fee that rows
 * do not keep. Sums of what is NaN (a wide fill) or too large do not fit: `RouteSums.fit` asks.
 * @param xs takes quantities in units of the form's rows
 * @param ps takes money of one quantity unit
 */
export function gather({ forms, formInts }: PositionTable, form: number, fills: FillColumns, picks: Int32Array, from: number, to: number, xs: Float64Array, ps: Float64Array, sums: RouteSums): boolean {
  const { route: routes, quantity: quantities, price: prices, fee: fees, quantityDigits, priceDigits, feeDigits, feeCurrency, timeHigh, timeLow } = fills;
  const { slots, sizes, values, paid, counts, highs, lows } = sums;
  const powers = POWERS; // one of another module is looked up each time
  const ints = form << (FORM_SHIFT + 1);
  const rowQuantityDigits = formInts[ints + QUANTITY_DIGITS]!;
  const rowPriceDigits = formInts[ints + PRICE_DIGITS]!;
  const moneyDigits = formInts[ints + MONEY_DIGITS]!;
  const settle = formInts[ints + SETTLE]!;
  const unstated = formInts[ints + UNSTATED]!;
  const factor = forms[(form << FORM_SHIFT) + FACTOR]!;
  let allSizes = 0;
  let allValues = 0;
  let allFees = 0;
  for (let step = from; step < to; step += 1) {
    const i = picks[step]!;
    const finer = rowQuantityDigits - quantityDigits[i]!;
    const finerPrice = rowPriceDigits - priceDigits[i]!;
    if (finer < 0 || finerPrice < 0) return false;
    const x = quantities[i]! * powers[finer]!;
    const p = prices[i]! * (factor * powers[finerPrice]!);
    let fee = fees[i]!;
    if (fee !== 0) {
      const finerFee = moneyDigits - feeDigits[i]!;
      const currency = feeCurrency[i]!;
      if (finerFee < 0 || finerFee >= powers.length || (currency !== unstated && currency !== settle)) return false;
      fee *= powers[finerFee]!;
    }
    xs[step - from] = x;
    ps[step - from] = p;
    const size = Math.abs(x);
    const value = x * p;
    allSizes += size;
    allValues += Math.abs(value);
    allFees += Math.abs(fee);
    const route = routes[i]!;
    if (slots[route]! === 0) sums.addRoute(route);
    const slot = slots[route]! - 1;
    sizes[slot] = sizes[slot]! + size;
    values[slot] = values[slot]! + value;
    paid[slot] = paid[slot]! + fee;
    counts[slot] = counts[slot]! + 1;
    const high = timeHigh[i]!;
    const low = timeLow[i]!;
    if (high < highs[slot]! || (high === highs[slot]! && low <= lows[slot]!)) continue;
    highs[slot] = high;
    lows[slot] = low;
  }
  sums.allSizes = allSizes;
  sums.allValues = allValues;
  sums.allFees = allFees;
  return true;
}
