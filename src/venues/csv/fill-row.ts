export { FILL_COLUMNS, isRowProblem, readFillRow, REQUIRED_FILL_COLUMNS, type FillColumn, type FillTexts } from "../../core/model/index.ts";
