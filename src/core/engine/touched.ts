import type { Book, NetRow } from "../book/index.ts";
import type { EventReport } from "./event-report.ts";

/** Which positions something may have changed. */
export interface Touched {
  readonly all?: boolean; // every one
  readonly routes?: Iterable<number>; // those of these routes, in the book's numbers
  readonly account?: string | undefined; // those of this account …
  readonly symbols?: readonly string[] | undefined; // … in these symbols
  readonly rates?: boolean; // and those whose fees or funding wait for a rate, or rest on one
}

/** Whether it can be of no position: a breach, a trip, capital. */
export function touchesNone({ all = false, routes, account, symbols, rates = false }: Touched): boolean {
  return !all && !rates && routes === undefined && account === undefined && symbols === undefined;
}

/** The positions that were touched, of those that there are, each once. */
export function* touchedOf(book: Book, touched: Touched): Iterable<NetRow> {
  if (touchesNone(touched)) return;
  const { all = false, routes, account, symbols, rates = false } = touched;
  if (routes !== undefined) {
    yield* new Set(Array.from(routes, (route) => book.netRowOf(route)));
    return;
  }
  const named = symbols && new Set(symbols);
  const isWanted = (net: NetRow): boolean => (account !== undefined || named !== undefined) && (account === undefined || net.account === account) && (named === undefined || named.has(net.symbol));
  for (const net of book.nets()) if (all || isWanted(net) || (rates && net.fees.foreignCount + (net.funding?.foreignCount ?? 0) > 0)) yield net;
}

/** What an event touches. A correction reaches what its symbol was renamed from or to: where symbols were renamed, all of the account is looked at. */
export function touchedBy(report: EventReport, hasRenames: boolean): Touched {
  switch (report.type) {
    case "funded":
    case "moved":
      return { account: report.account, symbols: [report.symbol] };
    case "capital":
    case "limit":
    case "limited":
    case "breach":
    case "breached":
    case "trip":
    case "tripped":
    case "release":
    case "reset":
    case "probe":
    case "probed":
      return {};
    case "split":
      return { symbols: [report.symbol] };
    case "renamed":
      return { symbols: [report.symbol, report.to] };
    case "settled":
      return { account: report.account || undefined, symbols: [report.symbol] };
    case "bust":
    case "amend":
      return { account: report.fill.account, symbols: hasRenames ? undefined : [report.fill.symbol] };
    case "chosen":
      return { account: report.account };
  }
}
