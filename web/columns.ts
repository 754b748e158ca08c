import type { PositionView, RowView } from "../src/core/book/index.ts";
import { ageText, grouped, shownFigure, type ShownFigure } from "./figures.ts";

/** What stands in a cell: an amount that lines up with its column, a plain text, or a dash with the reason why nothing is known. */
export type Cell = { readonly figure: ShownFigure; readonly signed: boolean; readonly fades: boolean } | { readonly text: string; readonly title?: string } | { readonly unknown: string };

export interface Column {
  readonly key: string;
  readonly title: string;
  readonly says: string; // on hover
  cell(row: RowView, net: PositionView): Cell;
}

/** Decimals that are shown at most; all of them on hover and when copied. */
const QUANTITY_DECIMALS = 8;
const MONEY_DECIMALS = 4;

/** The columns of figures, after the one that names the row. The page hides some where it is narrow. */
export const COLUMNS: readonly Column[] = [
  { key: "quantity", title: "Quantity", says: "held now: long above 0, short below", cell: ({ quantity }) => booked(amount(quantity, QUANTITY_DECIMALS, "")) },
  { key: "average", title: "Average", says: "average price of what is held, to 12 digits", cell: (row) => (isFlat(row) ? NOTHING : amount(row.avgPrice, QUANTITY_DECIMALS, "no average")) },
  { key: "mark", title: "Mark", says: "the price that values it now", cell: (row) => (isFlat(row) ? NOTHING : amount(row.markPrice, QUANTITY_DECIMALS, whyNoMark(row))) },
  { key: "age", title: "Age", says: "of the oldest mark that values it", cell: (row) => (isFlat(row) ? NOTHING : row.markAge === null ? { unknown: "no mark" } : { text: ageText(row.markAge) }) },
  { key: "value", title: "Value", says: "quantity at the mark", cell: (row) => (isFlat(row) ? NOTHING : amount(row.positionValue, MONEY_DECIMALS, whyNoMark(row))) },
  { key: "realized", title: "Realized", says: "by what was closed, before fees", cell: ({ realizedPnl }) => booked(profit(realizedPnl, "")) },
  { key: "unrealized", title: "Unrealized", says: "of what is held, at the mark", cell: (row) => profit(row.unrealizedPnl, whyNoMark(row)) },
  { key: "fees", title: "Fees", says: "paid above 0, rebates below", cell: (row) => booked(amount(row.fees, MONEY_DECIMALS, whyNoFees(row))) },
  { key: "net", title: "Net P&L", says: "realized + unrealized − fees + funding", cell: (row) => profit(row.netTotalPnl, row.fees === null ? whyNoFees(row) : whyNoMark(row)) },
  { key: "currency", title: "", says: "the currency of value, P&L and fees", cell: ({ currency }) => ({ text: currency }) },
  { key: "fills", title: "Fills", says: "booked so far", cell: ({ numTrades }) => ({ text: grouped(String(numTrades)) }) },
];

const NOTHING: Cell = { text: "" };

function isFlat({ quantity }: RowView): boolean {
  return quantity === "0";
}

function whyNoMark({ markAge, markPrice }: RowView): string {
  if (markAge === null) return "no mark tells what it is worth: fillbook marks FILE, or POST /v1/marks";
  return markPrice === null ? `the mark is too old: ${ageText(markAge)}` : "a part of it has no mark, or one that is too old";
}

function whyNoFees({ unvaluedFees }: RowView): string {
  return `no rate tells what fees in ${unvaluedFees.join(", ")} are worth`;
}

function amount(text: string | null, most: number, why: string): Cell {
  return text === null ? { unknown: why } : { figure: shownFigure(text, most), signed: false, fades: false };
}

function profit(text: string | null, why: string): Cell {
  return text === null ? { unknown: why } : { figure: shownFigure(text, MONEY_DECIMALS), signed: true, fades: false };
}

/** A figure that only what is booked changes: it fades when it does. What follows the market changes all the time. */
function booked(cell: Cell): Cell {
  return "figure" in cell ? { ...cell, fades: true } : cell;
}
