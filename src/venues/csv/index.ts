export { InputError } from "./input-error.ts";
export { readFills, type FileReport, type FillSink, type ReadFillsOptions } from "./read-fills.ts";
export { FILL_COLUMNS, type FillColumn } from "./fill-row.ts";
export { parseColumnMap, readColumnMap, type ColumnMap, type ColumnSource } from "./column-map.ts";
export type { FileFormat } from "./format.ts";
export { RefusedFile, writeRefused, type RefusedRow } from "./refused.ts";
