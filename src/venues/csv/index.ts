export { InputError } from "./input-error.ts";
export { readFills, type FileReport, type FillSink, type ReadFillsOptions } from "./read-fills.ts";
export { FILL_COLUMNS, type FillColumn } from "./fill-row.ts";
export type { ColumnMap, ColumnSource } from "./column-map.ts";
export { readColumnMap } from "./map-file.ts";
export type { FileFormat } from "./format.ts";
export { SortedSpool, type SpooledFills, type SpoolOptions } from "./spool.ts";
export { readTable, type TableReport, type TableRow, type TableShape, type TableSink } from "./read-table.ts";
export { RefusedFile, writeRefused, type RefusedRow } from "./refused.ts";
