export { Book } from "./book.ts";
export type { BookOptions, HistoryFilter, PnlOptions } from "./options.ts";
export { amount, amounts, price, prices, quantities, quantity, type Amount, type AmountColumn, type Price, type PriceColumn, type Quantity, type QuantityColumn } from "./amounts.ts";
export type { FillChanges, NewEvent, NewFill, NewInstrument, NewMark, NewOrder, NewPairFill } from "./input.ts";
export type { Each, FillArrays } from "./fill-batch.ts";
export type { NewLimits, RiskQuestion } from "./risk-side.ts";
export type { Answer, BatchAnswer, Booked, Refused, RefusedRow } from "./answers.ts";
export type { Change, Listener, PositionKey } from "./listeners.ts";
export type { Time } from "./texts.ts";
