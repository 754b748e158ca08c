import { addDecimals, zero } from "../num/index.ts";
import { minus, negated, plus, shareOf, type Known } from "./amounts.ts";
import type { Rates } from "./rates.ts";
import type { BookRow } from "./rows.ts";
import { feeWorth, type RowChange, type RowWatcher } from "./transitions.ts";

/**
 * Fees of opening, held in a position until it closes: closing a part releases its share, rounded half-even, and what is
 * left stays. In the settle currency, undefined while a fee among them has no mark.
 */
export class CarriedFees implements RowWatcher {
  readonly #rates: Rates;
  readonly #carried = new Map<BookRow, Known>();

  /** @param rates those of the finished book: a fee may be worth what a later mark says */
  constructor(rates: Rates) {
    this.#rates = rates;
  }

  /** What a row carries now. */
  of(row: BookRow): Known {
    return this.#carried.has(row) ? this.#carried.get(row) : zero;
  }

  changed(change: RowChange): void {
    const { row, held, quantity, closed } = change;
    const opened = addDecimals(quantity, negated(closed));
    const left = addDecimals(held, closed);
    const carried = left.mantissa === 0n ? zero : minus(this.of(row), shareOf(this.of(row), negated(closed), held));
    this.#carried.set(row, plus(carried, opened.mantissa === 0n ? zero : this.#openingFee(change)));
  }

  #openingFee(change: RowChange): Known {
    const fee = feeWorth(change, this.#rates);
    return minus(fee, shareOf(fee, change.closed, change.quantity));
  }

  split(): void {} // a share of the position stays the same share

  funded(): void {}

  renamed(from: BookRow, to: BookRow): void {
    this.#carried.set(to, plus(this.of(to), this.of(from)));
    this.#carried.delete(from);
  }
}
