import type { Decimal } from "../num/index.ts";
import { type Known } from "./amounts.ts";
import { Instruments } from "./instruments.ts";
import { Marks } from "./marks.ts";
import { Rates } from "./rates.ts";
import type { BookRow } from "./rows.ts";
import { TagLots } from "./tag-lots.ts";
import type { RowChange, RowWatcher } from "./transitions.ts";
import type { Scale } from "../position/index.ts";

/** What each strategy holds of net positions: its open lots, closed first in, first out, whatever the account's cost method. "" is untagged. */
export class StrategyValues implements RowWatcher {
  readonly #lots = new TagLots(new Rates(new Instruments("USD"), new Marks()), (row) => row.isNet, ({ strategy }) => strategy, false); // what fees are worth is not asked here

  filled(...told: Parameters<TagLots["filled"]>): void {
    this.#lots.filled(...told);
  }
  changed(change: RowChange): void {
    this.#lots.changed(change);
  }
  split(row: BookRow, over: bigint, under: bigint, scale: Scale): void {
    this.#lots.split(row, over, under, scale);
  }
  funded(row: BookRow, currency: string, amount: Decimal, timeNs: bigint): void {
    this.#lots.funded(row, currency, amount, timeNs);
  }
  renamed(from: BookRow, to: BookRow): void {
    this.#lots.renamed(from, to);
  }

  /** A net position's value divided by what each strategy holds of it; the parts add up to it. */
  of(net: BookRow, value: Known): ReadonlyMap<string, Known> {
    return this.#lots.byTag(net, value);
  }
}
