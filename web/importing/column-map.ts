import { FILL_COLUMNS, REQUIRED_FILL_COLUMNS, type FillColumn } from "../../src/core/model/index.ts";

/** Where each column of a fill comes from: a column of the file, the same text in every row, or, for the side, the sign of the quantity. */
export type ColumnMap = Readonly<Partial<Record<FillColumn, ColumnSource>>>;
export type ColumnSource = { readonly is: "column"; readonly name: string } | { readonly is: "text"; readonly text: string } | { readonly is: "sign" };

/** What can be said in a form: the place of a row within its file is counted anyway. */
export const MAPPED_COLUMNS: readonly FillColumn[] = FILL_COLUMNS.filter((name) => name !== "seq");

/** What others call it, written small and without signs between. */
const ALSO: Readonly<Partial<Record<FillColumn, readonly string[]>>> = {
  id: ["tradeid", "fillid", "execid", "executionid", "txid"], venue: ["exchange"], symbol: ["ticker", "instrument", "pair", "market", "product"], side: ["direction", "action", "type", "buysell"],
  quantity: ["qty", "size", "amount", "volume", "shares", "contracts", "vol"], price: ["px", "rate"], timestamp: ["time", "date", "datetime", "executedat", "createdat", "ts"], fee: ["fees", "commission"], fee_currency: ["feeasset", "feecoin", "commissionasset"], liquidity: ["makertaker"],
};

/**
 * What the columns of a file most likely are; what is not clear is left out.
 * @example guessedMap(["Trade ID", "qty"]) // => { id: { is: "column", name: "Trade ID" }, quantity: { is: "column", name: "qty" } }
 */
export function guessedMap(names: readonly string[]): ColumnMap {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return Object.fromEntries(MAPPED_COLUMNS.flatMap((column) => {
    const name = names.find((one) => plain(one) === plain(column)) ?? names.find((one) => ALSO[column]?.includes(plain(one)));
    return name === undefined ? [] : [[column, { is: "column", name } satisfies ColumnSource]];
  }));
}

/**
 * The columns without which no row is a fill, and that nothing says yet.
 * @example missingOf({ id: { is: "column", name: "n" } }) // => ["venue", "symbol", "side", "quantity", "price", "timestamp"]
 */
export function missingOf(map: ColumnMap): FillColumn[] {
  return REQUIRED_FILL_COLUMNS.filter((column) => {
    const source = map[column];
    return source === undefined || (source.is === "text" && source.text.trim() === "");
  });
}

/**
 * A row as a fill names its columns. Texts stay as they are; only where the sign of the quantity is the side, the sign goes.
 * @example mapped({ n: "1", q: "-2.50" }, { id: { is: "column", name: "n" }, quantity: { is: "column", name: "q" }, side: { is: "sign" } }) // => { id: "1", side: "sell", quantity: "2.50" }
 */
export function mapped(values: Readonly<Record<string, string>>, map: ColumnMap): Record<string, string> {
  const of = (column: FillColumn) => {
    const source = map[column];
    return source?.is === "column" ? values[source.name] : source?.is === "text" ? source.text.trim() : undefined;
  };
  const quantity = of("quantity")?.trim();
  const isSigned = map.side?.is === "sign" && quantity !== undefined;
  return Object.fromEntries(MAPPED_COLUMNS.flatMap((column) => {
    const text = column === "side" && isSigned ? (quantity.startsWith("-") ? "sell" : "buy") : column === "quantity" && isSigned ? quantity.replace(/^[-+]/, "") : of(column);
    return text === undefined || text === "" ? [] : [[column, text]];
  }));
}
