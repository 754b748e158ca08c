import { rescale } from "../num/index.ts";
import type { Book } from "./book.ts";

/** What a row was before a fill. */
export interface Before {
  readonly realized: bigint;
  readonly digits: number; // of money
  readonly lastNs: bigint;
}

export function beforeFill({ table }: Book, row: number): Before {
  return { realized: table.realized(row), digits: table.moneyDigits(row), lastNs: table.lastNs(row) };
}

/** The change of realized P&L since then, in the row's money digits: the row may have been restated in finer ones by this very fill. */
export function realizedSince({ table }: Book, row: number, before: Before): bigint {
  const digits = table.moneyDigits(row);
  return table.realized(row) - (before.digits === digits ? before.realized : rescale(before.realized, before.digits, digits));
}
