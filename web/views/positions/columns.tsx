import type { ReactNode } from "react";
import type { ReplicaRow } from "../../../src/core/wire/index.ts";
import { nowMs } from "../../data/index.ts";
import { Age, ageText, centDecimals, compareExact, decimalsShown, Figure, moneyDecimals, priceDecimals, Time } from "../../figures/index.ts";

/** What a column shows of a row, net or of one venue. */
export interface BlotterColumn {
  readonly key: string;
  readonly title: string;
  readonly says: string; // on hover
  readonly width: number; // pixels
  readonly isUsual: boolean; // shown until somebody chooses
  readonly narrow?: boolean; // on a phone, too
  readonly isText?: boolean;
  readonly text: (row: ReplicaRow) => string | null; // for sorting and for the file; null: not known
  readonly most?: number | ((row: ReplicaRow) => number); // decimals at most
  readonly isMoney?: boolean; // in the row's currency: cents are always shown
  readonly cell: (row: ReplicaRow, pad: number) => ReactNode;
}

type AmountKey = "quantity" | "avgPrice" | "markPrice" | "positionValue" | "totalCost" | "realizedPnl" | "unrealizedPnl" | "fees" | "funding" | "netTotalPnl" | "totalPnl" | "totalVolume" | "maxLoss";

/** Decimals that are shown at most; all of them on hover, when copied, and in the file. */
const QUANTITY_DECIMALS = 8;
const LEAST_DECIMALS = 2; // of a price

/** After the one that names the row, which always stands first. */
export const COLUMNS: readonly BlotterColumn[] = [
  { ...amount("quantity", "Quantity", "held now: long above 0, short below", QUANTITY_DECIMALS, 112), narrow: true },
  { ...amount("avgPrice", "Average", "average price of what is held, to as many digits as its mark has; all of them on hover", averageDecimals, 112, isHeld) },
  amount("markPrice", "Mark", "the price that values it now", markDecimals, 112, isHeld),
  { key: "age", title: "Age", says: "of the oldest mark that values it", width: 58, isUsual: true, text: ({ markTime }) => markTime, cell: (row) => (isHeld(row) ? <Age at={row.markTime} why="no mark" /> : null) },
  amount("positionValue", "Value", "quantity at the mark", "money", 112, isHeld),
  profit("realizedPnl", "Realized", "by what was closed, before fees"),
  profit("unrealizedPnl", "Unrealized", "of what is held, at the mark"),
  amount("fees", "Fees", "paid above 0, rebates below", "money", 94),
  { ...profit("netTotalPnl", "Net P&L", "realized + unrealized − fees + funding"), narrow: true },
  { key: "currency", title: "", says: "the currency of value, P&L and fees", width: 48, isUsual: true, narrow: true, isText: true, text: ({ currency }) => currency, cell: ({ currency }) => <span className="unit">{currency}</span> },
  { key: "numTrades", title: "Fills", says: "booked so far", width: 60, isUsual: true, text: ({ numTrades }) => `${numTrades}`, cell: ({ numTrades }) => numTrades.toLocaleString("en-US") },
  rare({ key: "account", title: "Account", says: "whose it is", width: 110, isUsual: false, isText: true, text: ({ account }) => account, cell: ({ account }) => account }),
  rare({ key: "kind", title: "Kind", says: "of instrument", width: 84, isUsual: false, isText: true, text: ({ kind }) => kind, cell: ({ kind }) => kind }),
  rare(amount("totalCost", "Cost", "of what is held", "money", 128, isHeld)),
  rare(amount("funding", "Funding", "received above 0", "money", 110)),
  rare(profit("totalPnl", "Gross P&L", "realized + unrealized, before fees")),
  rare(amount("totalVolume", "Volume", "quantity traded in all", QUANTITY_DECIMALS, 112)),
  rare(amount("maxLoss", "Most to lose", "where that is bounded", "money", 128, isHeld)),
  rare({ key: "openedAt", title: "Opened", says: "when it was last flat", width: 150, isUsual: false, text: ({ openedAt }) => openedAt, cell: ({ openedAt }) => <Time at={openedAt} /> }),
  rare({ key: "lastUpdated", title: "Last fill", says: "its own time", width: 150, isUsual: false, text: ({ lastUpdated }) => lastUpdated, cell: ({ lastUpdated }) => <Time at={lastUpdated} /> }),
];

export function columnOf(key: string): BlotterColumn | undefined {
  return COLUMNS.find((column) => column.key === key);
}

const EXACT = new Set<string>(["quantity", "avgPrice", "markPrice", "positionValue", "totalCost", "realizedPnl", "unrealizedPnl", "fees", "funding", "netTotalPnl", "totalPnl", "totalVolume", "maxLoss", "numTrades"]);

/** Whether it holds figures. */
export function isExact({ key }: BlotterColumn): boolean {
  return EXACT.has(key);
}

/** The order of two rows by a column: figures by what they exactly are, texts by their letters. */
export function compareRows(column: BlotterColumn, a: ReplicaRow, b: ReplicaRow): number {
  const [own, other] = [column.text(a), column.text(b)];
  if (isExact(column)) return compareExact(own, other);
  return own === other ? 0 : (own ?? "") < (other ?? "") ? -1 : 1;
}

/** An average is as fine as the price that it is compared with. */
function averageDecimals({ avgPrice, markPrice }: ReplicaRow): number {
  return markPrice === null ? (avgPrice === null ? QUANTITY_DECIMALS : priceDecimals(avgPrice)) : Math.max(LEAST_DECIMALS, decimalsShown(markPrice, priceDecimals(markPrice)));
}

function moneyOf({ currency }: ReplicaRow): number {
  return moneyDecimals(currency);
}

/** That of several venues is a mean, with more digits than any of them has. */
function markDecimals({ markPrice }: ReplicaRow): number {
  return markPrice === null ? QUANTITY_DECIMALS : priceDecimals(markPrice);
}

/** How many decimals of an amount of a row are shown, most and least; undefined: the column holds no amounts. */
export function decimalsOf({ most, isMoney = false }: BlotterColumn, row: ReplicaRow): { readonly most: number; readonly least: number } | undefined {
  if (most === undefined) return undefined;
  return { most: typeof most === "number" ? most : most(row), least: isMoney ? centDecimals(row.currency) : 0 };
}

export function isHeld({ quantity }: ReplicaRow): boolean {
  return quantity !== "0";
}

/** Why nothing values a row. */
function whyNoMark({ markTime, markPrice }: ReplicaRow): string {
  if (markTime === null) return "no mark tells what it is worth, or it is older than marks.max_age: fillbook marks FILE, or POST /v1/marks";
  return markPrice === null ? `the mark is too old: ${ageText((nowMs() - Date.parse(markTime)) / 1_000)}` : "a part of it has no mark, or one that is too old";
}

function whyNoFees({ unvaluedFees }: ReplicaRow): string {
  return `no rate tells what fees in ${unvaluedFees.join(", ")} are worth`;
}

function amount(key: AmountKey, title: string, says: string, most: number | ((row: ReplicaRow) => number) | "money", width: number, isShown: (row: ReplicaRow) => boolean = () => true): BlotterColumn {
  const why = (row: ReplicaRow) => (row[key] !== null ? undefined : key === "fees" ? whyNoFees(row) : key === "maxLoss" ? "what a short position may lose is not bounded" : whyNoMark(row));
  const column = { key, title, says, width, isUsual: true, text: (row: ReplicaRow) => row[key] };
  if (most === "money") return { ...column, most: moneyOf, isMoney: true, cell: (row, pad) => (isShown(row) ? <Figure exact={row[key]} currency={row.currency} pad={pad} flashes why={why(row)} /> : null) };
  return { ...column, most, cell: (row, pad) => (isShown(row) ? <Figure exact={row[key]} most={typeof most === "number" ? most : most(row)} pad={pad} flashes why={why(row)} /> : null) };
}

function profit(key: AmountKey, title: string, says: string): BlotterColumn {
  const why = (row: ReplicaRow) => (row[key] !== null ? undefined : key === "netTotalPnl" && row.fees === null ? whyNoFees(row) : whyNoMark(row));
  return { key, title, says, width: 116, most: moneyOf, isMoney: true, isUsual: true, text: (row) => row[key], cell: (row, pad) => <Figure exact={row[key]} currency={row.currency} pad={pad} signed flashes why={why(row)} /> };
}

function rare(column: BlotterColumn): BlotterColumn {
  return { ...column, isUsual: false };
}
