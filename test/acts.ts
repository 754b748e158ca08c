import fc from "fast-check";
import { anyPairReports } from "./pair-acts.ts";
import { Engine, MemoryStore, type Amendment, type EventReport, type FactStore, type PriceRun } from "../src/core/engine/index.ts";
import { COST_METHODS, Directory, LIMITED_BY, LIMIT_NAMES, FillColumns, type Fill, type Instrument, type LimitName, type LimitOverrides, type Limits } from "../src/core/model/index.ts";
import type { PairReport } from "../src/core/pairs/index.ts";
import type { Decimal } from "../src/core/num/index.ts";

/** What a random day brings, one after the other. */
export type Act =
  | { readonly do: "fills"; readonly fills: readonly Fill[] }
  | { readonly do: "mark"; readonly symbol: string; readonly price: number }
  | { readonly do: "prices"; readonly runs: readonly PriceRun[] }
  | { readonly do: "pairs"; readonly reports: readonly PairReport[] }
  | { readonly do: "define"; readonly instrument: Instrument }
  | { readonly do: "events"; readonly events: readonly (EventReport | Correcting)[] };

/** A correction of one of the fills so far. */
interface Correcting {
  readonly pick: number;
  readonly changes: Amendment | undefined; // undefined: busted
}

const SYMBOLS = ["ETH/USD", "PERP", "COIN", "AAPL", "NEW"];
const instruments: Instrument[] = [
  { venue: "", symbol: "PERP", kind: "perpetual", base: "ETH", quote: "USD", settle: "USD", multiplier: { mantissa: 25n, digits: 1 }, inverse: false, priceDigits: undefined, quantityDigits: undefined },
  { venue: "", symbol: "COIN", kind: "perpetual", base: "BTC", quote: "USD", settle: "BTC", multiplier: { mantissa: 100n, digits: 0 }, inverse: true, priceDigits: undefined, quantityDigits: undefined },
];

const decimal = (most: number, digits = 4): fc.Arbitrary<Decimal> => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 0, max: digits })).map(([mantissa, d]) => trimmedOf(BigInt(mantissa), d));
const signed = (of: fc.Arbitrary<Decimal>) => fc.tuple(of, fc.boolean()).map(([d, minus]) => (minus ? { ...d, mantissa: -d.mantissa } : d));
const account = fc.constantFrom("a", "b");
const venue = fc.constantFrom("x", "y");
const symbol = fc.constantFrom(...SYMBOLS);
const ids = fc.integer({ min: 0, max: 40 }).map((n) => `t${n}`);
const timeNs = fc.integer({ min: 0, max: 500 }).map((s) => BigInt(s) * 1_000_000_000n);
const size = fc.oneof(decimal(30, 0), decimal(100_000, 4), decimal(2_000_000_000, 6), fc.bigInt({ min: 1n, max: 10n ** 16n }).map((mantissa) => trimmedOf(mantissa, 8)));

export const anyFill: fc.Arbitrary<Fill> = fc.record({
  account, venue, symbol, id: ids, quantity: signed(size), price: size,
  fee: fc.oneof(fc.constant({ mantissa: 0n, digits: 0 }), signed(decimal(1000, 4))),
  feeCurrency: fc.constantFrom("", "USD", "ETH", "BNB", "OTHER"),
  time: timeNs.map((ns) => ({ ns, unit: "ns" as const })),
  venueType: fc.constantFrom("cex" as const, "unknown" as const), liquidity: fc.constant("" as const), strategy: fc.constantFrom("", "s1", "s2"), signalId: fc.constantFrom("", "g1"),
});

/** Below 1, but for a count: so it is one of any kind of limit. */
const anyLimit = fc.tuple(fc.constantFrom(...LIMIT_NAMES), decimal(9_999, 4)).map(([name, { mantissa }]): [LimitName, Decimal] => [name, name === "max_order_rate" ? { mantissa, digits: 0 } : trimmedOf(mantissa, 4)]);
const anyLimits: fc.Arbitrary<Limits> = fc.array(anyLimit, { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs));
const anyScoped = fc.tuple(anyLimit, fc.boolean()).map(([[name, value], isNone]) => ({ [name]: isNone ? ("none" as const) : value }));
const anyOverrides: fc.Arbitrary<LimitOverrides> = fc.tuple(fc.constantFrom("account" as const, "symbol" as const), fc.constantFrom("a", "b", "__proto__"), anyScoped).map(([scope, name, limits]) => ({ [scope]: new Map([[name, limits]]) }));

const anyEvent: fc.Arbitrary<EventReport> = fc.oneof(
  fc.record({ type: fc.constant("funded" as const), id: fc.constant(""), timeNs, account, venue, symbol, currency: fc.constantFrom("", "BNB"), amount: signed(decimal(1000)) }),
  fc.record({ type: fc.constant("moved" as const), id: fc.constant(""), timeNs, account, venue, symbol, quantity: signed(decimal(50, 1)), cost: fc.option(decimal(10_000), { nil: undefined }) }).map((moved) => ({ ...moved, cost: moved.cost && moved.quantity.mantissa < 0n ? { ...moved.cost, mantissa: -moved.cost.mantissa } : moved.cost })),
  fc.record({ type: fc.constant("capital" as const), id: fc.constant(""), timeNs, account, currency: fc.constant("USD"), amount: signed(decimal(1000)) }),
  fc.record({ type: fc.constant("split" as const), id: fc.constant(""), timeNs, symbol, over: fc.constantFrom(2n, 3n, 1n), under: fc.constantFrom(1n, 2n, 10n) }),
  fc.record({ type: fc.constant("renamed" as const), id: fc.constant(""), timeNs, symbol, to: fc.constantFrom("NEW", "AAPL", "LATER") }),
  fc.record({ type: fc.constant("settled" as const), id: fc.constant(""), timeNs, account: fc.constantFrom("", "a"), venue: fc.constantFrom("", "x"), symbol, price: size }),
  fc.record({ type: fc.constant("chosen" as const), id: fc.constant(""), timeNs, account, method: fc.constantFrom(...COST_METHODS) }),
  fc.record({ type: fc.constant("limited" as const), id: fc.constant(""), timeNs, by: fc.constantFrom(...LIMITED_BY), limits: anyLimits }),
  fc.record({ type: fc.constant("limited" as const), id: fc.constant(""), timeNs, by: fc.constantFrom(...LIMITED_BY), limits: anyLimits, overrides: anyOverrides }),
  fc.record({ type: fc.constant("limit" as const), id: fc.constant("" as const), timeNs, by: fc.constantFrom(...LIMITED_BY), changes: anyLimits, overrides: fc.oneof(fc.constant({}), anyOverrides), areAll: fc.boolean() }),
  fc.record({ type: fc.constant("breach" as const), id: fc.constant("" as const), timeNs, is: fc.constantFrom("begun" as const, "ended" as const), limit: fc.constantFrom("max_var", "stale_marks"), scope: fc.constantFrom("portfolio", "position:a/ABC"), account: fc.constantFrom("", "a"), value: fc.constantFrom("1.5", ""), threshold: fc.constantFrom("1", "") }),
  fc.record({ type: fc.constant("trip" as const), id: fc.constant("" as const), timeNs, by: fc.constantFrom("hand", "daily_loss"), who: fc.constant("me"), why: fc.constantFrom("because", "of \"it\", again") }),
  fc.record({ type: fc.constant("release" as const), id: fc.constant("" as const), timeNs, to: fc.constantFrom("closed" as const, "half_open" as const), who: fc.constant("me"), why: fc.constant("enough") }),
  fc.record({ type: fc.constant("probe" as const), id: fc.constant("" as const), timeNs, who: fc.constant("me"), why: fc.constant("buy 1 ABC"), most: fc.integer({ min: 0, max: 2 }) }),
);

/** Some of days that have not begun, and some of no price. */
const anyRun: fc.Arbitrary<PriceRun> = fc.tuple(fc.constantFrom(...SYMBOLS, "__proto__"), fc.array(fc.tuple(fc.integer({ min: -40, max: 1 }), fc.oneof(fc.integer({ min: 0, max: 99_999 }).map((n) => `${n / 1000}`), fc.constantFrom("1e2", "100.0", ".5", "-1", "much"))), { minLength: 1, maxLength: 8 }))
  .map(([symbol_, closes]) => ({ symbol: symbol_, days: closes.map(([day]) => day), closes: closes.map(([, close]) => close) }));

const anyAmendment: fc.Arbitrary<Amendment> = fc.oneof(size.map((quantity) => ({ quantity })), size.map((price) => ({ price })), fc.constant({ side: "buy" as const, feeCurrency: "NEWCOIN", strategy: "other" }), fc.constant({ price: { mantissa: 0n, digits: 0 } }), timeNs.map((ns) => ({ time: { ns, unit: "ns" as const }, fee: { mantissa: 7n, digits: 2 } })));

/** Of every kind, for all venues and for one: with too few digits for many fills, so that they are refused, and late ones that much of what is booked contradicts. */
const anyDefinition: fc.Arbitrary<Instrument> = fc.record({ venue: fc.constantFrom("", "x"), of: fc.constantFrom(...instruments, { ...instruments[0]!, symbol: "AAPL", kind: "equity" as const, multiplier: { mantissa: 1n, digits: 0 } }, { ...instruments[1]!, symbol: "NEW" }, { ...instruments[0]!, symbol: "LATER" }), digits: fc.constantFrom(0, 1, 4, 9), perUnit: fc.constantFrom(undefined, 3n) }).map(({ venue: v, of, digits, perUnit }) => ({
  ...of, venue: v, priceDigits: digits, quantityDigits: digits, multiplier: perUnit === undefined ? of.multiplier : { mantissa: perUnit, digits: 0 },
}));
const anyCorrecting: fc.Arbitrary<Correcting> = fc.record({ pick: fc.nat(1000), changes: fc.option(anyAmendment, { nil: undefined }) });

export const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.array(anyFill, { minLength: 1, maxLength: 12 }).map((fills): Act => ({ do: "fills", fills })) },
  { weight: 9, arbitrary: fc.array(fc.oneof({ weight: 3, arbitrary: anyEvent }, { weight: 2, arbitrary: anyCorrecting }), { minLength: 1, maxLength: 4 }).map((events): Act => ({ do: "events", events })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...SYMBOLS, "BNB/USD"), fc.integer({ min: 1, max: 5000 })).map(([of, price]): Act => ({ do: "mark", symbol: of, price })) },
  { weight: 1, arbitrary: fc.array(anyRun, { minLength: 1, maxLength: 3 }).map((runs): Act => ({ do: "prices", runs })) },
  { weight: 1, arbitrary: anyDefinition.map((instrument): Act => ({ do: "define", instrument })) },
  { weight: 2, arbitrary: anyPairReports.map((reports): Act => ({ do: "pairs", reports })) },
);
export const anyActs = fc.array(anyAct, { minLength: 1, maxLength: 25 });

const plainFill = fc.record({
  account: fc.constant("a"), venue: fc.constantFrom("x", "y", "z"), symbol: fc.constant("AAPL"), id: fc.constant(""), quantity: signed(fc.oneof(decimal(3, 0), decimal(100_000, 3))), price: decimal(100_000, 2),
  fee: signed(decimal(1000, 4)), feeCurrency: fc.constantFrom("", "USD"), time: timeNs.map((ns) => ({ ns, unit: "ns" as const })),
  venueType: fc.constantFrom("cex" as const, "unknown" as const, "dex" as const), liquidity: fc.constant("" as const), strategy: fc.constant(""), signalId: fc.constant(""),
});

/** Days of many fills of one symbol on up to three venues, nearly all of them ordinary, and corrections of them; ids are left open. */
export const anyPlainActs: fc.Arbitrary<Act[]> = fc.constantFrom(0, 0, 1).chain((odd) =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.array(fc.oneof({ weight: 300, arbitrary: plainFill }, { weight: odd, arbitrary: anyFill.map((fill): Fill => ({ ...fill, account: "a", symbol: "AAPL" })) }), { minLength: 1, maxLength: 400, size: "max" }).map((fills): Act => ({ do: "fills", fills })) },
      { weight: 4, arbitrary: fc.array(anyCorrecting, { minLength: 1, maxLength: 2 }).map((events): Act => ({ do: "events", events })) },
      { weight: odd, arbitrary: anyEvent.map((event): Act => ({ do: "events", events: [{ ...event, ...("symbol" in event ? { symbol: "AAPL" } : {}), ...("account" in event ? { account: "a" } : {}) }] })) },
    ),
    { minLength: 2, maxLength: 10 },
  ).map((acts) => acts.map((act, day): Act => (act.do === "fills" ? { ...act, fills: act.fills.map((fill, i) => ({ ...fill, id: `${day}-${i}` })) } : act))),
);

type Booking = Pick<Engine, "bookFills" | "define" | "mark" | "price" | "pair" | "take">;

/** Lets an engine, or what has one, live through acts, one after the other. */
export class Life {
  readonly #of: Booking;
  readonly #source = new Directory();
  readonly #fills: Fill[] = [];

  constructor(of: Booking) {
    this.#of = of;
  }

  do(act: Act): void {
    if (act.do === "fills") this.#fills.push(...act.fills);
    if (act.do === "fills") this.#of.bookFills(columnsOf(act.fills, this.#source), this.#source, 0n);
    else if (act.do === "mark") this.#of.mark([{ venue: "", symbol: act.symbol, price: `${act.price}`, timeNs: 100_000_000_000n }], 0n);
    else if (act.do === "prices") this.#of.price(act.runs, 0n);
    else if (act.do === "pairs") this.#of.pair(act.reports, 0n);
    else if (act.do === "define") this.#of.define([act.instrument], 0n);
    else this.#of.take(reportsOf(act.events, this.#fills), 0n);
  }
}

/** Lets an engine, or what has one, live through all of it. */
export function liveOn(of: Booking, acts: readonly Act[]): void {
  const life = new Life(of);
  of.define(instruments, 0n);
  for (const act of acts) life.do(act);
}

/** An engine with a checkpoint every few fills of a corrected symbol, and some before it is. */
export function young(store: FactStore, interval = 3): Engine {
  return new Engine(store, { currency: "USD", checkpoints: { interval, live: interval } });
}

/** An engine that has lived through all of it. */
export function lived<Store extends FactStore = MemoryStore>(acts: readonly Act[], store: Store = new MemoryStore() as FactStore as Store, interval = 3): { readonly engine: Engine; readonly store: Store } {
  const engine = young(store, interval);
  liveOn(engine, acts);
  return { engine, store };
}

/** The events of an act, with corrections of the fills that there have been. */
export function reportsOf(events: readonly (EventReport | Correcting)[], fills: readonly Fill[]): EventReport[] {
  return events.flatMap((event) => ("pick" in event ? (fills.length === 0 ? [] : [correction(fills[event.pick % fills.length]!, event.changes)]) : [event]));
}

function correction({ account: a, venue: v, symbol: s, id }: Fill, changes: Amendment | undefined): EventReport {
  const head = { id: "", timeNs: 0n, fill: { account: a, venue: v, symbol: s, id } };
  return changes === undefined ? { type: "bust", ...head } : { type: "amend", ...head, changes };
}

export function columnsOf(fills: readonly Fill[], directory: Directory): FillColumns {
  const columns = new FillColumns(Math.max(1, fills.length));
  for (const fill of fills) columns.push(fill, directory);
  return columns;
}

function trimmedOf(mantissa: bigint, digits: number): Decimal {
  return digits > 0 && mantissa % 10n === 0n ? trimmedOf(mantissa / 10n, digits - 1) : { mantissa, digits };
}
