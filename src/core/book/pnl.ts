import { addMoney, formatDecimal, zero, type Decimal, type Money } from "../num/index.ts";
import type { Book, BookRow } from "./book.ts";
import type { Moment } from "./rates.ts";
import { netFigures, venueFigures, type RowFigures } from "./view.ts";

export const PNL_KEYS = ["account", "venue", "symbol"] as const;
export type PnlKey = (typeof PNL_KEYS)[number];

/** Exact amounts as text; null where a mark or a rate is missing. net = realized + unrealized − fees + funding. */
export interface PnlGroup {
  readonly key: string;
  readonly realized: string | null;
  readonly unrealized: string | null;
  readonly fees: string | null;
  readonly funding: string | null;
  readonly net: string | null;
}
export interface PnlView {
  readonly by: PnlKey;
  readonly currency: string;
  readonly groups: readonly PnlGroup[];
  readonly total: Omit<PnlGroup, "key">;
  readonly missingRates: readonly string[]; // currencies that no fresh mark converts
}

type Amount = Money | undefined;
interface Sums {
  realized: Amount;
  unrealized: Amount;
  fees: Amount;
  funding: Amount;
}

/**
 * P&L by account, venue or symbol in one currency. Venue groups add up their venues' rows, the others net rows: the
 * same net total, while realized and unrealized may be split otherwise. The currency is the one given, else the only one
 * that the rows settle in, else the book's.
 */
export function pnlBy(book: Book, by: PnlKey, moment: Moment, currency?: string): PnlView {
  const settles = new Set([...book.nets()].map((net) => net.instrument.settle));
  const reported = currency ?? (settles.size === 1 ? [...settles][0]! : book.instruments.currency);
  const missing = new Set<string>();
  const groups = new Map<string, Sums>();
  const total = nothing(reported);
  const add = (key: string, row: BookRow, figures: RowFigures) => {
    const from = row.instrument.settle;
    const convert = (amount: Decimal | undefined): Amount => {
      const converted = amount && book.rates.convert(amount, from, reported, moment);
      if (amount !== undefined && converted === undefined) missing.add(from);
      return converted && { currency: reported, amount: converted };
    };
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = nothing(reported)));
    for (const name of ["realized", "unrealized", "fees", "funding"] as const) {
      const amount = convert(figures[name]);
      group[name] = plus(group[name], amount);
      total[name] = plus(total[name], amount);
    }
  };
  for (const net of book.nets()) {
    if (by === "venue") for (const row of net.venues) add(row.venue, row, venueFigures(book, row, moment));
    else add(by === "account" ? net.account : net.symbol, net, netFigures(book, net, moment));
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return { by, currency: reported, groups: sorted.map(([key, sums]) => ({ key, ...shown(sums) })), total: shown(total), missingRates: [...missing].sort() };
}

function nothing(currency: string): Sums {
  const none: Money = { currency, amount: zero };
  return { realized: none, unrealized: none, fees: none, funding: none };
}

function shown({ realized, unrealized, fees, funding }: Sums): Omit<PnlGroup, "key"> {
  const net = plus(plus(plus(realized, unrealized), negated(fees)), funding);
  return { realized: text(realized), unrealized: text(unrealized), fees: text(fees), funding: text(funding), net: text(net) };
}

function plus(a: Amount, b: Amount): Amount {
  return a === undefined || b === undefined ? undefined : addMoney(a, b);
}

function negated(of: Amount): Amount {
  return of && { ...of, amount: { ...of.amount, mantissa: -of.amount.mantissa } };
}

function text(value: Amount): string | null {
  return value === undefined ? null : formatDecimal(value.amount);
}
