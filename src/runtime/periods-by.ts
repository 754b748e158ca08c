import { DAY_NS, EquityPeriods, isVenueRow, type BookRow, type RowWatcher, type VenueRow } from "../core/book/index.ts";

/** Equity of groups of venue rows, period by period. What is renamed stays in its group, unless the new name has one already. */
export class PeriodsBy implements RowWatcher {
  readonly all = new Map<string, EquityPeriods>();
  readonly #groupOf: (row: VenueRow) => string;
  readonly #cutNs: bigint | undefined;
  readonly #groups = new Map<VenueRow, string>();

  /** @param cutNs as of `EquityPeriods`, of days */
  constructor(groupOf: (row: VenueRow) => string, cutNs?: bigint) {
    this.#groupOf = groupOf;
    this.#cutNs = cutNs;
  }

  changed(...[change]: Parameters<RowWatcher["changed"]>): void {
    this.#of(change.row)?.changed(change);
  }
  split(...[row, over, under]: Parameters<RowWatcher["split"]>): void {
    this.#of(row)?.split(row, over, under);
  }
  funded(...[row, currency, amount, timeNs]: Parameters<RowWatcher["funded"]>): void {
    this.#of(row)?.funded(row, currency, amount, timeNs);
  }
  renamed(...[from, to, timeNs]: Parameters<RowWatcher["renamed"]>): void {
    const of = this.#of(from);
    if (isVenueRow(from) && isVenueRow(to) && !this.#groups.has(to)) this.#groups.set(to, this.#groups.get(from)!);
    of?.renamed(from, to, timeNs);
  }

  #of(row: BookRow): EquityPeriods | undefined {
    if (!isVenueRow(row)) return undefined;
    let group = this.#groups.get(row);
    if (group === undefined) this.#groups.set(row, (group = this.#groupOf(row)));
    let of = this.all.get(group);
    if (of === undefined) this.all.set(group, (of = new EquityPeriods(DAY_NS, this.#cutNs)));
    return of;
  }
}
