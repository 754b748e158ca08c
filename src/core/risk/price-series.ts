import type { Book } from "../book/index.ts";
import type { PriceHistory } from "../market/index.ts";
import type { PriceSeries } from "../market/index.ts";

const DAY_NS = 86_400_000_000_000n;

/**
 * The daily closes of a symbol: those that were given (`fillbook prices`), and on days that have none the last mark of record of the UTC day, of any venue.
 * Marks of a day that is not over yet are no close. Undefined: there is none.
 */
export function priceSeriesOf(symbol: string, prices: PriceHistory, marks: Book["marks"], nowNs: bigint): PriceSeries | undefined {
  const given = prices.seriesOf(symbol);
  const marked = markedCloses(symbol, marks, Number(nowNs / DAY_NS));
  if (marked.size === 0) return given;
  for (let i = 0; i < (given?.days.length ?? 0); i += 1) marked.set(given!.days[i]!, given!.closes[i]!);
  const days = Int32Array.from(marked.keys()).sort();
  return { symbol, days, closes: Float64Array.from(days, (day) => marked.get(day)!) };
}

/** The last mark of record of each day before `today`, in the unit of today where the symbol was split. */
function markedCloses(symbol: string, marks: Book["marks"], today: number): Map<number, number> {
  const last = new Map<number, { readonly timeNs: bigint; readonly close: number }>();
  for (const venue of marks.venues(symbol)) {
    for (const mark of marks.recorded(venue, symbol)) {
      const day = Number(mark.timeNs / DAY_NS);
      const known = last.get(day);
      if (day >= today || mark.price.mantissa <= 0n || (known !== undefined && known.timeNs > mark.timeNs)) continue;
      const { mantissa, digits } = marks.sinceSplits(symbol, mark, false);
      last.set(day, { timeNs: mark.timeNs, close: Number(mantissa) / 10 ** digits });
    }
  }
  return new Map([...last].map(([day, { close }]) => [day, close]));
}
