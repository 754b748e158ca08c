import { COST_METHODS, defaultLimit, VENUE_TYPES, type LimitName } from "../../core/model/index.ts";
import type { Decimal } from "../../core/num/index.ts";
import { atLeastNothing, conversion, several, since, symbolRule, takerFee, transferCost } from "./market-kinds.ts";
import { confidence, databasePlace, duration, flag, limit, listOf, matching, oneOf, orNone, override, whole, withoutPassword, type Kind } from "./kinds.ts";

/** One key: what it means, what it may hold, what it holds when nobody says so. */
export interface Key<T> {
  readonly kind: Kind<T>;
  readonly default: string;
  readonly says: string; // what it means, for people
  readonly old: readonly string[]; // other places in the file where it is read, too
  readonly variables: readonly string[]; // other names in the environment
  readonly option: string | undefined; // of the command line
  readonly masked: (text: string) => string; // as it may be shown
}
/** A section whose keys people choose: names of venues, of accounts. */
export interface Each<Inner> {
  readonly each: Inner;
  readonly called: string; // what the names are of
}

type More = Partial<Pick<Key<unknown>, "old" | "variables" | "option" | "masked">>;

function key<T>(kind: Kind<T>, byDefault: string, says: string, { old = [], variables = [], option, masked = (text) => text }: More = {}): Key<T> {
  return { kind, default: byDefault, says, old, variables, option, masked };
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const path = matching(/^[^\0]{1,4096}$/, "the path of a file");
/** Checks whose breach may trip, and two things that are no limits: many refused orders, and marks that are too old. */
const TRIPS = ["position_size", "var", "concentration", "portfolio_var", "max_drawdown", "correlation_risk", "daily_loss", "leverage", "gross_exposure", "unhedged_exposure", "divergence_loss", "pair_capital", "refusal_burst", "stale_marks"] as const;
/** Names of limits mean the checks that compare with them. */
const TRIPPING_LIMITS = { max_position_value: "position_size", max_var: "var", concentration_limit: "concentration", max_portfolio_var: "portfolio_var", max_drawdown_limit: "max_drawdown", max_correlation_risk: "correlation_risk", max_daily_loss: "daily_loss", max_leverage: "leverage", max_gross_exposure: "gross_exposure", max_unhedged_exposure: "unhedged_exposure", max_divergence_loss: "divergence_loss", max_pair_capital: "pair_capital" } as const;

const limitKey = (name: LimitName, says: string, more?: More) => key(limit(name), defaultLimit(name), says, more);
const own = (name: LimitName, of: string) => key(override(name), "inherit", `in the place of the common ${name}, for this ${of}`);
/** Limits of one of those that people name. */
const ownLimits = (of: string) => ({
  max_position_value: own("max_position_value", of), max_var: own("max_var", of), max_portfolio_var: own("max_portfolio_var", of), max_drawdown_limit: own("max_drawdown_limit", of),
  concentration_limit: own("concentration_limit", of), max_correlation_risk: own("max_correlation_risk", of), max_daily_loss: own("max_daily_loss", of), max_order_value: own("max_order_value", of),
  max_order_rate: own("max_order_rate", of), max_leverage: own("max_leverage", of), max_gross_exposure: own("max_gross_exposure", of), max_unhedged_exposure: own("max_unhedged_exposure", of),
  max_divergence_loss: own("max_divergence_loss", of), max_pair_capital: own("max_pair_capital", of), warning_level: own("warning_level", of),
}) satisfies Readonly<Record<LimitName, Key<Decimal | "none" | undefined>>>;

/**
 * Every key of `fillbook.yaml`, each in one line: reading, defaults, environment, errors, `fillbook config`, the type `Config`
 * and docs/configuration.md follow from here.
 */
export const SPEC = {
  base_currency: key(matching(/^[^\s]{1,16}$/, "a currency like USD"), "USD", "what symbols are quoted in that name no currency, and sums are in; fixed by a journal's first entry"),
  position_management: {
    risk_limits: {
      max_position_value: limitKey("max_position_value", "most that one position may be worth, in the base currency"),
      max_var: limitKey("max_var", "most value at risk of one position, in the base currency"),
      max_portfolio_var: limitKey("max_portfolio_var", "most value at risk of all positions, in the base currency"),
      max_drawdown_limit: limitKey("max_drawdown_limit", "deepest fall from the highest equity, as a part of it", { old: ["position_management.max_drawdown_limit"] }),
      concentration_limit: limitKey("concentration_limit", "largest part of the book that one position may be", { old: ["position_management.concentration_limit"] }),
      max_correlation_risk: limitKey("max_correlation_risk", "highest correlation risk of the portfolio"),
      max_daily_loss: limitKey("max_daily_loss", "most that may be lost since midnight UTC, in the base currency"),
      max_order_value: limitKey("max_order_value", "most that one order may be worth, in the base currency"),
      max_order_rate: limitKey("max_order_rate", "most orders in a minute"),
      max_leverage: limitKey("max_leverage", "how many times the equity all positions may be worth"),
      max_gross_exposure: limitKey("max_gross_exposure", "most that all positions may be worth, long and short added, in the base currency"),
      max_unhedged_exposure: limitKey("max_unhedged_exposure", "most that contracts of pairs which nothing hedges may have cost, all together, in the base currency"),
      max_divergence_loss: limitKey("max_divergence_loss", "most that all pairs together may lose if their venues decide differently, in the base currency"),
      max_pair_capital: limitKey("max_pair_capital", "most that may be paid for what pairs hold in one market, in the base currency"),
      warning_level: limitKey("warning_level", "from which part of a limit on a check warns"),
    },
    var_calculation: {
      confidence_level: key(confidence, "0.95", "confidence of value at risk and expected shortfall", { old: ["position_management.var_confidence"] }),
      lookback_days: key(whole(2, 100_000), "252", "days of price history that value at risk is computed from"),
      method: key(oneOf(["parametric", "historical_simulation", "filtered_historical", "monte_carlo", "cornish_fisher"], { historical: "historical_simulation", filtered: "filtered_historical" }), "historical_simulation", "how value at risk is computed"),
    },
    performance_tracking: {
      history_size: key(whole(1, 1_000_000_000), "10000", "fills that performance is computed from, the last ones"),
      attribution_enabled: key(flag, "true", "whether performance is told by signal, venue, strategy, symbol and account"),
      benchmark_enabled: key(flag, "false", "whether performance is compared with a benchmark"),
      benchmark_symbol: key(matching(/^\S{1,256}$/, "a symbol like SPY"), "SPY", "the benchmark: a symbol with a price history"),
    },
    position_tracking: {
      real_time_updates: key(flag, "true", "whether P&L and risk follow every mark, or change once a pnl_calculation_frequency only; fills are booked at once in either case"),
      history_retention_days: key(orNone(whole(1, 100_000)), "none", "whole days (UTC) for which rows of history stay in SQL; the journal keeps all"),
      pnl_calculation_frequency: key(duration("100ms", "1d"), "1m", "of each symbol one mark, the last, is journaled in so long a time, and P&L is sampled as often"),
    },
  },
  journal: {
    acknowledge: key(oneOf(["durable", "buffered"]), "durable", "`buffered`: the service answers fills that do not say once they are decided and booked; they are on disk flush_interval_ms later", { old: ["acknowledge"] }),
    flush_interval_ms: key(whole(1, 99_999), "100", "milliseconds after which buffered fills are on disk at the latest", { old: ["flush_interval_ms"] }),
    snapshot_entries: key(whole(1_000, 999_999_999_999), "1000000", "a snapshot is written whenever so many entries came", { old: ["snapshot_entries"] }),
  },
  http: {
    host: key(matching(/^[^\s]{1,255}$/, "an address or a name like 127.0.0.1"), "127.0.0.1", "where the service listens", { option: "--host" }),
    port: key(whole(0, 65_535), "7070", "0: any that is free", { option: "--port" }),
    log_level: key(oneOf(LOG_LEVELS), "info", "what the service logs, on stderr", { old: ["log_level"], option: "--log-level" }),
    tls: {
      cert_file: key(orNone(path), "none", "certificate, with those that vouch for it, as PEM: answer with HTTPS", { option: "--tls-cert" }),
      key_file: key(orNone(path), "none", "its private key, as PEM", { option: "--tls-key" }),
    },
    rate_limit_per_minute: key(whole(0, 1_000_000_000), "6000", "requests that a token which says no other may send in a minute; 0: any number", { option: "--rate-limit" }),
    max_body_bytes: key(whole(1_024, 1_073_741_824), "16777216", "longest body that is read whole; NDJSON fills may be of any length"),
    allowed_origins: key(listOf(matching(/^https?:\/\/[^\s/,]+$/, "an origin like https://desk.example")), "none", "where else the page may come from, of a proxy before the service", { option: "--allow-origin" }),
  },
  database: {
    url: key(databasePlace, "embedded", "the SQL database: a PostgreSQL server; `embedded`: one in the data folder; `off`: none", { variables: ["DATABASE_URL"], option: "--database", masked: withoutPassword }),
  },
  marks: {
    max_age: key(orNone(duration("1ms", "100000d")), "none", "an older mark values nothing"),
  },
  markets: {
    max_age: key(duration("1ms", "1d"), "5s", "a ladder that its venue said nothing of for longer is stale, and not used"),
    min_basis_points: key(atLeastNothing, "0", "what each unit of an opportunity earns at least, after fees, of its price"),
    min_net_profit: key(atLeastNothing, "0", "what an opportunity earns at least, in its market's currency; 0: anything above 0"),
    transfer_costs: key(several(transferCost), "none", "what bringing goods from one venue to another costs, gas and network fees included, in the market's currency; the entry that says most counts"),
    marks: key(flag, "false", "whether the middle of a usable ladder is a mark of its venue's symbol"),
    rules: { called: "version", each: {
      from: key(since, "ever", "from when on this version of the rules holds, until the next one"),
      symbols: key(several(symbolRule), "none", "what symbols of venues are; without a rule only BASE/QUOTE, BASE-QUOTE and BASE_QUOTE are read, as spot"),
      conversions: key(several(conversion), "none", "quote currencies that are compared in another one; without, BTC/USDT and BTC/USD are two markets"),
    } },
  },
  pairs: {
    fee_schedules: key(orNone(path), "none", "a file of dated fee schedules of Kalshi and Polymarket, beside those that Fillbook knows (docs/pairs.md)"),
  },
  venues: { called: "venue", each: { type: key(oneOf(VENUE_TYPES), "unknown", "the venue type of fills which state none"), taker_fees: key(several(takerFee), "none", "what a taker pays there; a venue without any has no opportunities: its fee is unknown, not 0"), fee_tier: key(orNone(matching(/^\S{1,64}$/, "the venue's name of a tier")), "none", "in which tier we are: its fees go before those of none"), risk_limits: ownLimits("venue") } },
  accounts: { called: "account", each: { method: key(oneOf(COST_METHODS), "average", "the cost method; journaled when the account has another one"), kalshi_grid: key(oneOf(["0.01", "0.0001"]), "0.01", "the part of a dollar that Kalshi keeps this account's balance to: fees that are computed are rounded by it"), risk_limits: ownLimits("account") } },
  symbols: { called: "symbol", each: { risk_limits: ownLimits("symbol") } },
  strategies: { called: "strategy", each: { risk_limits: ownLimits("strategy") } },
  limits: {
    unknown: key(oneOf(["refuse", "allow"]), "refuse", "what a check before a trade says where a figure is not known"),
  },
  breaker: {
    trip_on: key(listOf(oneOf(TRIPS, TRIPPING_LIMITS)), "portfolio_var,max_drawdown,daily_loss", "what trips the breaker: breaches, by the names of the checks or of their limits; many refused orders; marks that are too old"),
    cool_down: key(orNone(duration("1s", "365d")), "none", "after which a tripped breaker is half open; none: only somebody closes it"),
    probes: key(whole(0, 1_000_000), "1", "orders that are let through while it is half open, beside those that reduce a position"),
    refusal_burst: key(whole(1, 1_000_000), "100", "refused fills in a minute that count as a refusal_burst, where trip_on has it"),
  },
} as const;

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;
/** Of what people name, only what was said: what is undefined was not. */
type Named<Of> = Of extends Key<infer T> ? T | undefined : { readonly [Name in keyof Of as Camel<Name & string>]: Named<Of[Name]> };
type Values<Of> = Of extends Key<infer T> ? T : Of extends Each<infer Inner> ? ReadonlyMap<string, Named<Inner>> : { readonly [Name in keyof Of as Camel<Name & string>]: Values<Of[Name]> };

/** What the keys hold, as a tree of the same shape in camelCase. */
export type Settings = Values<typeof SPEC>;

/** Any part of the tree. */
export type Node = Key<unknown> | Each<Readonly<Record<string, Node>>> | Section;
export interface Section {
  readonly [name: string]: Node;
}

export function isKey(node: Node): node is Key<unknown> {
  return "kind" in node;
}
export function isEach(node: Node): node is Each<Readonly<Record<string, Node>>> {
  return "each" in node;
}

/** A key and where it stands; `*` stands for a name that people choose. */
export interface KeyAt {
  readonly path: string; // with dots
  readonly key: Key<unknown>;
}

/** All keys in their order. */
export const KEYS: readonly KeyAt[] = keysOf(SPEC, []);

function keysOf(node: Node, parts: readonly string[]): KeyAt[] {
  if (isKey(node)) return [{ path: parts.join("."), key: node }];
  if (isEach(node)) return keysOf(node.each, [...parts, "*"]);
  return Object.entries(node).flatMap(([name, inner]) => keysOf(inner, [...parts, name]));
}

const PREFIX = "FILLBOOK_";

/**
 * The name of a key in the environment.
 * @example variableOf("marks.max_age") // => "FILLBOOK_MARKS__MAX_AGE"
 * @example variableOf("venues.*.type") // => "FILLBOOK_VENUES__NAME__TYPE"
 */
export function variableOf(of: string): string {
  return PREFIX + of.replace("*", "name").toUpperCase().replaceAll(".", "__");
}
