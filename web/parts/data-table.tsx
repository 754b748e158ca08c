import { createSortedRowModel, rowSortingFeature, tableFeatures, useTable, type ColumnDef, type SortingState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

/** A column of a table of rows that are given as data. */
export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly says?: string; // on hover
  readonly isText?: boolean; // left-aligned; figures stand right
  readonly narrow?: boolean; // shown on a phone, too
  readonly cell: (row: T) => ReactNode;
  readonly compare?: (a: T, b: T) => number; // what it is sorted by
}

export interface DataTableProps<T> {
  readonly caption: string; // for those who do not see it
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly onOpen?: (row: T) => void; // Enter, or a click
  readonly sortedBy?: { readonly key: string; readonly isDown: boolean }; // at first
  readonly height?: number | string; // scrolls beyond; as high as its rows where it is missing
}

const ROW_PX = 28;
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** A table that sorts by a click on a head, moves with the arrow keys, and draws the rows in sight only. */
export function DataTable<T extends object>({ caption, columns, rows, keyOf, onOpen, sortedBy, height }: DataTableProps<T>): ReactNode {
  const [sorting, setSorting] = useState<SortingState>(sortedBy === undefined ? [] : [{ id: sortedBy.key, desc: sortedBy.isDown }]);
  const definitions = useMemo(() => columns.map((column): ColumnDef<typeof features, T> => ({ id: column.key, header: column.title, accessorFn: (row) => row, enableSorting: column.compare !== undefined, sortDescFirst: column.isText !== true, ...(column.compare === undefined ? {} : { sortFn: (a, b) => column.compare!(a.original, b.original) }) })), [columns]);
  const table = useTable({ features, columns: definitions, data: rows, getRowId: keyOf, state: { sorting }, onSortingChange: setSorting });
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = table.getRowModel().rows;
  const virtual = useVirtualizer({ count: sorted.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12, enabled: height !== undefined });
  const items = height === undefined ? sorted.map((_, index) => ({ index, start: index * ROW_PX, end: (index + 1) * ROW_PX })) : virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = Math.max(0, sorted.length * ROW_PX - (items.at(-1)?.end ?? 0));
  return (
    <div className="table-scroller" ref={scroller} style={height === undefined ? undefined : { height }} tabIndex={height === undefined ? undefined : 0} role="group" aria-label={caption} onKeyDown={moveRows}>
      <table aria-rowcount={sorted.length + 1}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const order = sorting.find(({ id }) => id === column.key);
              const sort = order === undefined ? "none" : order.desc ? "descending" : "ascending";
              return (
                <th key={column.key} scope="col" title={column.says} className={classOf(column)} aria-sort={column.compare === undefined ? undefined : sort}>
                  {column.compare === undefined ? column.title : <button type="button" onClick={() => table.getColumn(column.key)?.toggleSorting()}>{column.title}<span aria-hidden="true" className="order">{sort === "none" ? "" : sort === "ascending" ? "↑" : "↓"}</span></button>}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr className="spacer" aria-hidden="true"><td colSpan={columns.length} style={{ height: before }} /></tr>}
          {items.map(({ index }) => {
            const row = sorted[index];
            if (row === undefined) return null;
            return (
              <tr key={row.id} aria-rowindex={index + 2} tabIndex={onOpen === undefined ? undefined : -1} className={onOpen === undefined ? undefined : "opens"} onClick={() => onOpen?.(row.original)} onKeyDown={(event) => openByKey(event, () => onOpen?.(row.original))}>
                {columns.map((column) => <td key={column.key} className={classOf(column)}>{column.cell(row.original)}</td>)}
              </tr>
            );
          })}
          {after > 0 && <tr className="spacer" aria-hidden="true"><td colSpan={columns.length} style={{ height: after }} /></tr>}
        </tbody>
      </table>
    </div>
  );
}

function classOf<T>({ key, isText = false, narrow = false }: Column<T>): string {
  return `column-${key}${isText ? " text" : ""}${narrow ? " narrow" : ""}`;
}

/** Enter opens the row that has the focus. Its press ends here: else it would press the first button of what it opened. */
function openByKey(event: KeyboardEvent<HTMLElement>, open: () => void): void {
  if (event.key !== "Enter" || event.target !== event.currentTarget) return;
  event.preventDefault();
  open();
}

/** Arrow keys go from row to row; only rows that open take the focus. */
function moveRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("tbody tr.opens")];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  event.preventDefault();
}
