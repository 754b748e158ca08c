import type { Directory } from "../src/core/model/index.ts";
import { openedBook, type Market } from "./market.ts";

/** How many updates of rows close a part of what is held: counted fill by fill, on a part of the fills. */
export function describeCloses(market: Market, directory: Directory, counted = 100_000): string {
  const book = openedBook(market, directory);
  let partial = 0;
  let differ = 0;
  for (let i = 0; i < counted; i += 1) {
    const route = market.fills.route[i]!;
    const rows = [book.venueRowOf(route).row, book.netRowOf(route).row];
    const before = rows.map((row) => book.table.read(row).quantity);
    book.apply(market.fills, i, i + 1);
    const after = rows.map((row) => book.table.read(row).quantity);
    for (const side of [0, 1]) if (isPart(before[side]!, after[side]!)) partial += 1;
    if (before[0] !== before[1]) differ += 1;
  }
  const percent = (part: number, of: number) => `${Math.round((100 * part) / of)} %`;
  return `${percent(partial, 2 * counted)} of updates close a part; net and venue row differ at ${percent(differ, counted)} of fills`;
}

/** Whether something of a position was closed, and something is left of it. */
function isPart(before: bigint, after: bigint): boolean {
  return before > 0n ? after > 0n && after < before : after < 0n && after > before;
}
