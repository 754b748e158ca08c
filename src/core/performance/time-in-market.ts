import { addDecimals } from "../num/index.ts";
import type { BookRow, RowChange, RowWatcher } from "../book/index.ts";

/** How long something was held, by the facts' own times: of net rows of any account. A fact that came late counts from then on. */
export class TimeInMarket implements RowWatcher {
  readonly #wanted: (row: BookRow) => boolean;
  readonly #held = new Set<BookRow>();
  readonly #spans: { readonly fromNs: bigint; toNs: bigint | undefined }[] = [];

  constructor(wanted: (row: BookRow) => boolean) {
    this.#wanted = wanted;
  }

  changed({ row, held, quantity, timeNs }: RowChange): void {
    if (!row.isNet || !this.#wanted(row)) return;
    const isHeld = addDecimals(held, quantity).mantissa !== 0n;
    this.#set(row, isHeld, timeNs);
  }

  split(): void {} // what is held stays held

  funded(): void {}

  renamed(from: BookRow, to: BookRow, timeNs: bigint): void {
    if (!this.#held.delete(from)) return;
    this.#set(to, true, timeNs);
  }

  /** The part of a span of time in which something was held, 0 to 1; undefined of no time. */
  share(fromNs: bigint, toNs: bigint): number | undefined {
    if (toNs <= fromNs) return undefined;
    let held = 0n;
    for (const span of this.#spans) {
      const from = span.fromNs > fromNs ? span.fromNs : fromNs;
      const to = span.toNs === undefined || span.toNs > toNs ? toNs : span.toNs;
      if (to > from) held += to - from;
    }
    return Math.min(1, Number(held) / Number(toNs - fromNs));
  }

  #set(row: BookRow, isHeld: boolean, timeNs: bigint): void {
    const wasHeld = this.#held.size > 0;
    if (isHeld) this.#held.add(row);
    else this.#held.delete(row);
    const nowHeld = this.#held.size > 0;
    if (!wasHeld && nowHeld) this.#spans.push({ fromNs: timeNs, toNs: undefined });
    const last = this.#spans.at(-1);
    if (wasHeld && !nowHeld && last !== undefined) last.toNs = timeNs > last.fromNs ? timeNs : last.fromNs;
  }
}
