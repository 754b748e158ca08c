import { FillColumns } from "./columns.ts";

/**
 * All rows of a batch in the numbers of another directory: columns of numbers are written anew into `into`, all others are
 * those of the batch itself. So it is valid as long as the batch is left alone, and nothing may be added to it.
 */
export function renumbered(from: FillColumns, numbers: { route(number: number): number; name(number: number): number }, into = new FillColumns(0)): FillColumns {
  const { count } = from;
  if (into.route.length < count) for (const column of NUMBERS) into[column] = new Int32Array(from.capacity);
  for (let row = 0; row < count; row += 1) {
    into.route[row] = numbers.route(from.route[row]!);
    into.feeCurrency[row] = numbers.name(from.feeCurrency[row]!);
    into.strategy[row] = numbers.name(from.strategy[row]!);
    into.signal[row] = numbers.name(from.signal[row]!);
  }
  into.count = count;
  into.quantity = from.quantity;
  into.price = from.price;
  into.fee = from.fee;
  into.timeHigh = from.timeHigh;
  into.timeLow = from.timeLow;
  into.idEnd = from.idEnd;
  into.noteEnd = from.noteEnd;
  into.traits = from.traits;
  into.quantityDigits = from.quantityDigits;
  into.priceDigits = from.priceDigits;
  into.feeDigits = from.feeDigits;
  into.texts = from.texts;
  into.wide.clear();
  for (const [row, wide] of from.wide) into.wide.set(row, wide);
  return into;
}

const NUMBERS = ["route", "feeCurrency", "strategy", "signal"] as const;
