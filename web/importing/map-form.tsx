import type { ReactNode } from "react";
import { REQUIRED_FILL_COLUMNS, type FillColumn } from "../../src/core/model/index.ts";
import { MAPPED_COLUMNS, mapped, type ColumnMap, type ColumnSource } from "./column-map.ts";
import type { CsvRow } from "./csv-rows.ts";

/** What may be the same in every row. */
const MAY_BE_TEXT: readonly FillColumn[] = ["venue", "symbol", "account", "venue_type", "fee_currency", "strategy"];

/** Which column of the file is which column of a fill; beside each, what the first row then says. */
export function MapForm({ names, rows, map, onMap }: { readonly names: readonly string[]; readonly rows: readonly CsvRow[]; readonly map: ColumnMap; readonly onMap: (map: ColumnMap) => void }): ReactNode {
  const first = rows[0] === undefined ? {} : mapped(rows[0].values, map);
  const set = (column: FillColumn, source: ColumnSource | undefined) => {
    const { [column]: _before, ...others } = map;
    onMap(source === undefined ? others : { ...others, [column]: source });
  };
  const line = (column: FillColumn) => <Line key={column} column={column} names={names} source={map[column]} says={first[column]} onSource={(source) => set(column, source)} />;
  return (
    <div className="column-map" role="group" aria-label="Columns of a fill">
      <div className="lines">{REQUIRED_FILL_COLUMNS.map(line)}</div>
      <details><summary>More columns</summary><div className="lines">{MAPPED_COLUMNS.filter((column) => !REQUIRED_FILL_COLUMNS.includes(column)).map(line)}</div></details>
    </div>
  );
}

interface LineProps {
  readonly column: FillColumn;
  readonly names: readonly string[];
  readonly source: ColumnSource | undefined;
  readonly says: string | undefined;
  readonly onSource: (source: ColumnSource | undefined) => void;
}

function Line({ column, names, source, says, onSource }: LineProps): ReactNode {
  const choose = (value: string) => onSource(value === "" ? undefined : value === "sign" ? { is: "sign" } : value === "text" ? { is: "text", text: "" } : { is: "column", name: names[Number(value)]! });
  return (
    <>
      <label htmlFor={`map-${column}`}>{column}</label>
      <select id={`map-${column}`} value={source === undefined ? "" : source.is === "column" ? `${names.indexOf(source.name)}` : source.is} onChange={({ target }) => choose(target.value)}>
        <option value="">–</option>
        {names.map((name, i) => <option key={i} value={`${i}`}>{name}</option>)}
        {column === "side" && <option value="sign">by the sign of the quantity</option>}
        {MAY_BE_TEXT.includes(column) && <option value="text">the same in every row …</option>}
      </select>
      {source?.is === "text" ? <input aria-label={`${column} of every row`} value={source.text} onChange={({ target }) => onSource({ is: "text", text: target.value })} /> : <span className="small says">{says}</span>}
    </>
  );
}
