import type { FillColumns } from "../model/index.ts";
import { gather } from "./gather.ts";
import { RouteSums } from "./route-sums.ts";
import { Tries } from "./tries.ts";
import { FORM, READABLE, ROW_SHIFT, type PositionTable } from "./table.ts";
import { walk } from "./walk.ts";

/** Fills that are applied together: enough to share their checks, so few that their sums seldom leave a double. */
export const FEW = 128;

/**
 * Applies fills of a few rows many at a time, which takes less time each than `applyFills`: what adds up (fees,
 * volume, values) is summed per route and added to both rows at once, and all limits are checked for all of them
 * together. Then a row's quantity and cost are walked through fill by fill without asking anything more.
 */
export class FewRows {
  readonly #xs = new Float64Array(FEW); // quantities in the digits of the rows
  readonly #ps = new Float64Array(FEW); // money of one quantity unit
  readonly #tries = new Tries();
  readonly #sums = new RouteSums(FEW);

  /**
   * Applies fills `picks[from … to)`, at most `FEW`, to the venue row of each one's route and to its net row.
   * False: not all of them, or of their rows, allow it (see `applyFills` for what may be in the way; besides, all rows must
   * count alike); nothing has changed then. Where much did not fit it is not always tried.
   */
  apply(table: PositionTable, fills: FillColumns, rows: Int32Array, picks: Int32Array, from: number, to: number): boolean {
    const sums = this.#sums;
    const form = table.lineInts[(rows[2 * fills.route[picks[from]!]!]! << (ROW_SHIFT + 1)) + FORM]!;
    sums.begin(rows);
    if (form === READABLE || !this.#tries.isDue()) return false;
    const fits = gather(table, form, fills, picks, from, to, this.#xs, this.#ps, sums) && sums.fit(table, form);
    this.#tries.had(fits);
    if (!fits) return false;
    sums.addTo(table);
    walk(table, fills, rows, picks, from, to, this.#xs, this.#ps);
    sums.realize(table);
    return true;
  }
}
