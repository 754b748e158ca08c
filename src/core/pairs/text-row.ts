import { formatDecimal, isProblem, readDecimal, type Decimal } from "../num/index.ts";
import { readTime, shown, type Instant } from "../model/index.ts";
import { ARB_TYPES, type ArbType, type PairVenue } from "./fact.ts";

/** Columns of a paired fill: both legs in one row. */
const VENUE_COLUMNS = ["market", "side", "price_cents", "quantity", "fees_cents"] as const;
const PAIRED_COLUMNS = ["id", "pair_id", "arb_type", "timestamp", "account", ...(["kalshi", "polymarket"] as const).flatMap((venue) => VENUE_COLUMNS.map((column): `${PairVenue}_${typeof column}` => `${venue}_${column}`)), "polymarket_category"] as const;
/** Columns of a fill at one venue, beside those of an ordinary fill that are not kept. */
const LEG_COLUMNS = ["id", "pair_id", "venue", "symbol", "market", "side", "outcome", "quantity", "price", "price_cents", "timestamp", "account", "fee", "fee_currency", "fees_cents", "fee_shares", "liquidity", "order_id"] as const;
/** Columns of any other fact of a pair. */
export const FACT_COLUMNS = [
  "type", "pair_id", "id", "timestamp", "account", "venue", "market", "side", "action", "quantity", "price_cents", "gross_cents", "fee_cents", "fee_is_computed", "fee_shares", "role", "is_final", "order_id", "arb_type", "markets",
  "fill", "why", "order_fees", "amount_cents", "payout_cents", "stage", "payout", "revenue_cents", "by",
] as const;
/** Columns of ordinary fills that say nothing of a pair; they are passed over. */
const NOT_KEPT = ["venue_type", "signal_id", "strategy", "arrival_price", "slippage", "latency_ms", "execution_score"] as const;
/** All that a row may have. */
export const PAIR_COLUMNS: readonly string[] = [...new Set<string>([...PAIRED_COLUMNS, ...LEG_COLUMNS, ...FACT_COLUMNS, ...NOT_KEPT, "seq"])];

export type PairedColumn = (typeof PAIRED_COLUMNS)[number];
export type PairColumn = PairedColumn | (typeof LEG_COLUMNS)[number] | (typeof FACT_COLUMNS)[number];
/** A row as texts. */
export type PairTexts = Readonly<Partial<Record<PairColumn, string | undefined>>>;
export type PairedTexts = PairTexts;

/** Why a row says nothing of a pair. */
export interface PairedProblem {
  readonly column: PairColumn;
  readonly reason: string;
}

/** A row says no such thing. */
export class NotOfPairs extends Error {
  readonly column: PairColumn;
  constructor(column: PairColumn, reason: string) {
    super(reason);
    this.column = column;
  }
}

/** Reads the cells of a row. */
export class TextRow {
  readonly #texts: PairTexts;

  constructor(texts: PairTexts) {
    this.#texts = texts;
  }

  text(column: PairColumn): string {
    return (this.#texts[column] ?? "").trim();
  }

  required(column: PairColumn): string {
    const text = this.text(column);
    if (text === "") throw new NotOfPairs(column, "is empty");
    return text;
  }

  time(): Instant {
    const time = readTime(this.required("timestamp"));
    if ("problem" in time) throw new NotOfPairs("timestamp", time.why);
    return time;
  }

  arbType(): ArbType {
    return this.oneOf("arb_type", ARB_TYPES);
  }

  /** A word of a list. */
  oneOf<Word extends string>(column: PairColumn, words: readonly Word[]): Word {
    const text = this.required(column);
    const found = words.find((one) => one === text.toLowerCase());
    if (found === undefined) throw new NotOfPairs(column, `${shown(text)} is none of ${words.join(", ")}`);
    return found;
  }

  /** An amount; undefined for an empty cell. */
  optional(column: PairColumn): Decimal | undefined {
    return this.text(column) === "" ? undefined : this.amount(column);
  }

  /** What a contract costs or pays: 0 to 100 cents. */
  cents(column: PairColumn): Decimal {
    const cents = this.amount(column);
    if (cents.mantissa < 0n || cents.mantissa > 100n * 10n ** BigInt(cents.digits)) throw new NotOfPairs(column, `is ${formatDecimal(cents)}: a contract costs 0 to 100 cents`);
    return cents;
  }

  amount(column: PairColumn): Decimal {
    const value = readDecimal(this.required(column));
    if (isProblem(value)) throw new NotOfPairs(column, value.why);
    return value;
  }
}
