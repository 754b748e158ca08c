import { addMoney, formatDecimal, zero, type Decimal, type Money } from "../num/index.ts";
import type { Book } from "./book.ts";
import { figuresOf } from "./figures.ts";
import { amountsByTag, amountsOf, type PnlAmounts, type PnlFollower, type PnlViewName } from "./pnl-views.ts";
import { converted, type Moment, type Rate } from "./rates.ts";
import type { BookRow } from "./rows.ts";

export const PNL_KEYS = ["account", "venue", "symbol", "strategy", "signal"] as const;
export type PnlKey = (typeof PNL_KEYS)[number];

/**
 * Exact amounts as text; null where a mark or a rate is missing. net = realized + unrealized − fees + funding, so what a
 * view counts inside realized and unrealized is 0 in its own column.
 */
export interface PnlGroup {
  readonly key: string; // of a strategy or signal "" is untagged
  readonly realized: string | null;
  readonly unrealized: string | null;
  readonly fees: string | null;
  readonly funding: string | null;
  readonly net: string | null;
}
export interface PnlView {
  readonly by: PnlKey;
  readonly view: PnlViewName;
  readonly currency: string;
  readonly groups: readonly PnlGroup[];
  readonly total: Omit<PnlGroup, "key">;
  readonly missingRates: readonly string[]; // currencies that no fresh mark converts
}

type Amount = Money | undefined;
const NAMES = ["realized", "unrealized", "fees", "funding"] as const;
interface Sums {
  realized: Amount;
  unrealized: Amount;
  fees: Amount;
  funding: Amount;
}

/**
 * P&L by account, venue, symbol, strategy or signal in one currency. Venue groups add up their venues' rows, those of tags
 * the lots of net rows, the others net rows: the same net total, while realized and unrealized may be split otherwise. The
 * currency is the one given, else the only one that the rows settle in, else the book's.
 * @param follower what `followerOf` gave and the book was folded with
 * @param accounts only these count
 */
export function pnlBy(book: Book, by: PnlKey, moment: Moment, currency?: string, view: PnlViewName = "gross", follower?: PnlFollower, accounts?: ReadonlySet<string>): PnlView {
  const sums = new PnlSums(book, moment, currency ?? commonCurrency(book, accounts));
  for (const net of book.nets()) {
    if (accounts?.has(net.account) === false) continue;
    const { net: figures, venues } = figuresOf(book, net, moment);
    if (by === "strategy" || by === "signal") for (const [tag, amounts] of amountsByTag(view, net, figures, follower)) sums.add(tag, net, amounts);
    else if (by === "venue") for (const { row, figures: own } of venues) sums.add(row.venue, row, amountsOf(view, row, own, follower));
    else sums.add(by === "account" ? net.account : net.symbol, net, amountsOf(view, net, figures, follower));
  }
  return { by, view, ...sums.view() };
}

/** The only currency that rows, of these accounts, settle in, else the book's. */
export function commonCurrency(book: Book, accounts?: ReadonlySet<string>): string {
  const settles = new Set<string>();
  for (const { account, instrument } of book.nets()) if (accounts?.has(account) !== false) settles.add(instrument.settle);
  return settles.size === 1 ? [...settles][0]! : book.instruments.currency;
}

/** Adds up rows by key in one currency. Rates are looked up once. */
export class PnlSums {
  readonly currency: string;
  readonly #rateOf = new Map<string, Rate | undefined>();
  readonly #missing = new Set<string>();
  readonly #groups = new Map<string, Sums>();
  readonly #total: Sums;
  readonly #book: Book;
  readonly #moment: Moment;

  constructor(book: Book, moment: Moment, currency: string) {
    this.#book = book;
    this.#moment = moment;
    this.currency = currency;
    this.#total = nothing(currency);
  }

  add(key: string, row: BookRow, amounts: PnlAmounts): void {
    let group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, (group = nothing(this.currency)));
    for (const name of NAMES) {
      const amount = this.convert(amounts[name], row.instrument.settle);
      group[name] = plus(group[name], amount);
      this.#total[name] = plus(this.#total[name], amount);
    }
  }

  /** An amount in the reported currency; undefined when it is unknown, or no fresh mark converts it. */
  convert(amount: Decimal | undefined, from: string): Amount {
    if (amount === undefined) return undefined;
    if (amount.mantissa === 0n) return { currency: this.currency, amount };
    const rate = this.#rate(from);
    if (rate === undefined) this.#missing.add(from);
    return rate && { currency: this.currency, amount: converted(amount, rate) };
  }

  view(): Omit<PnlView, "by" | "view"> {
    const sorted = [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1));
    return { currency: this.currency, groups: sorted.map(([key, sums]) => ({ key, ...shown(sums) })), total: shown(this.#total), missingRates: [...this.#missing].sort() };
  }

  #rate(from: string): Rate | undefined {
    if (!this.#rateOf.has(from)) this.#rateOf.set(from, this.#book.rates.rate(from, this.currency, this.#moment));
    return this.#rateOf.get(from);
  }
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
