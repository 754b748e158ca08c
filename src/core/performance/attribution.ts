import { amountsByTag, amountsOf, commonCurrency, figuresOf, PnlSums, TagLots, type Book, type BookRow, type Moment, type PnlGroup, type Rates, type RowWatcher } from "../book/index.ts";
import { addDecimals, decimalOf, formatDecimal, formatRatio, tenTo, zero } from "../num/index.ts";
import type { TaggedFill } from "./execution.ts";
import { Tally } from "./plain.ts";

export const ATTRIBUTION_KEYS = ["signal", "venue", "strategy", "symbol", "account"] as const;
export type AttributionKey = (typeof ATTRIBUTION_KEYS)[number];

/** What P&L is attributed to: one key, or a pair of different ones. */
export type AttributionKeys = readonly AttributionKey[];

/** What a group did. Money is exact text in the reported currency, null where a mark or a rate is missing. */
export interface AttributionFigures {
  readonly totalPnl: string | null; // net: realized + unrealized − fees + funding
  readonly realized: string | null;
  readonly unrealized: string | null;
  readonly fees: string | null; // paid > 0
  readonly funding: string | null; // received > 0
  readonly totalQuantity: string; // Σ |quantity| of its own fills
  readonly numTrades: number; // its own fills
  readonly avgPnlPerTrade: string | null; // totalPnl ÷ numTrades, 12 significant digits; null also without a fill
  readonly totalSlippage: number | null; // basis points, > 0 costs; of the fills that tell it, null where none does
  readonly avgSlippage: number | null;
  readonly totalLatencyMs: number | null;
  readonly avgLatencyMs: number | null;
  readonly avgExecutionScore: number | null;
}
export interface AttributionGroup extends AttributionFigures {
  readonly key: string; // "" is untagged; of a pair both, with a comma between
  readonly keys: readonly string[]; // one for each of what was asked for
}
export interface Attribution {
  readonly by: string; // as asked: "signal", "signal,venue"
  readonly currency: string;
  readonly total: AttributionFigures;
  readonly groups: readonly AttributionGroup[];
  readonly missingRates: readonly string[]; // currencies that no fresh mark converts
}

/**
 * Reads what to attribute to: one key or two, with a comma between. A text says what is wrong.
 * @example readAttributionKeys("signal,venue") // => ["signal", "venue"]
 * @example readAttributionKeys("desk") // => 'write one or two of signal, venue, strategy, symbol, account, as in "signal,venue"'
 */
export function readAttributionKeys(text: string): AttributionKeys | string {
  const keys = text.split(",").map((name) => ATTRIBUTION_KEYS.find((key) => key === name.trim()));
  const isGood = keys.length <= 2 && keys.every((key) => key !== undefined) && new Set(keys).size === keys.length;
  return isGood ? keys : `write one or two of ${ATTRIBUTION_KEYS.join(", ")}, as in "signal,venue"`;
}

const APART = "\u0000"; // no name holds it
const TAGS: readonly AttributionKey[] = ["signal", "strategy"];

interface Own {
  readonly quantities: bigint[]; // Σ |quantity| of fills with so many decimals
  trades: number;
  readonly slippage: Tally;
  readonly latency: Tally;
  readonly score: Tally;
}

/**
 * P&L by group, exactly. Tags live on lots, which close first in, first out; what is by venue too has the lots of each venue's rows, else those of
 * the net rows. The groups add up to the book's net total P&L to the last digit, for no amount is divided but by lots. Trades, quantity, slippage and latency are
 * those of a group's own fills, while its P&L comes from what its lots did, whoever closed them.
 */
export class AttributionFold {
  /** Must be told of every fill. */
  readonly keys: AttributionKeys;
  readonly #tags: AttributionKeys;
  readonly #byVenue: boolean;
  readonly #lots: TagLots | undefined;
  readonly #own = new Map<string, Own>();

  /** @param rates those of the finished book */
  constructor(keys: AttributionKeys, rates: Rates) {
    this.keys = keys;
    this.#tags = keys.filter((key) => TAGS.includes(key));
    this.#byVenue = keys.includes("venue");
    const tags = this.#tags;
    if (tags.length > 0) this.#lots = new TagLots(rates, ({ isNet }) => isNet !== this.#byVenue, tagging(tags), false);
  }

  /** What must follow the rows of the book from their first fact on; undefined where the book itself knows enough. */
  get watcher(): RowWatcher | undefined {
    return this.#lots;
  }

  take({ fill, quantity, quantityDigits, slippage, latencyMs, score }: TaggedFill): void {
    const [first, second] = this.keys;
    const key = second === undefined ? keyOf(fill, first!) : `${keyOf(fill, first!)}${APART}${keyOf(fill, second)}`;
    let own = this.#own.get(key);
    if (own === undefined) this.#own.set(key, (own = nothing()));
    own.trades += 1;
    own.quantities[quantityDigits] = (own.quantities[quantityDigits] ?? 0n) + BigInt(quantity < 0 ? -quantity : quantity);
    if (slippage !== undefined) own.slippage.add(slippage.basisPoints);
    if (latencyMs !== undefined) own.latency.add(latencyMs);
    if (score !== undefined) own.score.add(score.value);
  }

  /**
   * @param book that was folded with `watcher`, and whose fills were taken
   * @param currency to report in; else the only one that the rows settle in, else the book's
   * @param accounts only these count
   */
  result(book: Book, moment: Moment, currency?: string, accounts?: ReadonlySet<string>): Attribution {
    const sums = new PnlSums(book, moment, currency ?? commonCurrency(book, accounts));
    for (const net of book.nets()) {
      if (accounts?.has(net.account) === false) continue;
      const { net: figures, venues } = figuresOf(book, net, moment);
      const rows = this.#byVenue ? venues.map(({ row, figures: of }) => ({ row, venue: row.venue, of })) : [{ row: net as BookRow, venue: "", of: figures }];
      for (const { row, venue, of } of rows) {
        if (this.#lots === undefined) sums.add(this.#keyOf(row, venue, []), row, amountsOf("gross", row, of, undefined));
        else for (const [tag, amounts] of amountsByTag("gross", row, of, this.#lots)) sums.add(this.#keyOf(row, venue, tag.split(APART)), row, amounts);
      }
    }
    const view = sums.view();
    const pnl = new Map(view.groups.map((group) => [group.key, group]));
    const keys = [...new Set([...pnl.keys(), ...this.#own.keys()])].sort();
    const all = nothing();
    for (const own of this.#own.values()) addOwn(all, own);
    return {
      by: this.keys.join(","),
      currency: view.currency,
      total: figuresOfGroup(view.total, all),
      groups: keys.map((key) => {
        const parts = key.split(APART);
        return { key: parts.join(","), keys: parts, ...figuresOfGroup(pnl.get(key) ?? NO_PNL, this.#own.get(key) ?? nothing()) };
      }),
      missingRates: view.missingRates,
    };
  }

  #keyOf(row: BookRow, venue: string, tags: readonly string[]): string {
    return this.keys.map((key) => (key === "venue" ? venue : key === "symbol" ? row.symbol : key === "account" ? row.account : (tags[this.#tags.indexOf(key)] ?? ""))).join(APART);
  }
}

/** What a lot is tagged by: one tag, or both with something between that no name holds. */
function tagging([first, second]: AttributionKeys): (of: { readonly strategy: string; readonly signalId: string }) => string {
  const one = (key: AttributionKey | undefined) => (of: { readonly strategy: string; readonly signalId: string }) => (key === "signal" ? of.signalId : of.strategy);
  const [a, b] = [one(first), one(second)];
  return second === undefined ? a : (of) => `${a(of)}${APART}${b(of)}`;
}

function keyOf(fill: TaggedFill["fill"], key: AttributionKey): string {
  return key === "signal" ? fill.signalId : fill[key];
}

const NO_PNL: Omit<PnlGroup, "key"> = { realized: "0", unrealized: "0", fees: "0", funding: "0", net: "0" };

function nothing(): Own {
  return { quantities: [], trades: 0, slippage: new Tally(), latency: new Tally(), score: new Tally() };
}

function addOwn(into: Own, { quantities, trades, slippage, latency, score }: Own): void {
  for (const [digits, sum] of quantities.entries()) into.quantities[digits] = (into.quantities[digits] ?? 0n) + (sum as bigint | undefined ?? 0n);
  into.trades += trades;
  into.slippage.merge(slippage);
  into.latency.merge(latency);
  into.score.merge(score);
}

function figuresOfGroup({ realized, unrealized, fees, funding, net }: Omit<PnlGroup, "key">, { quantities, trades, slippage, latency, score }: Own): AttributionFigures {
  return {
    totalPnl: net, realized, unrealized, fees, funding,
    totalQuantity: formatDecimal(quantities.reduce((sum, mantissa, digits) => addDecimals(sum, { mantissa, digits }), zero)),
    numTrades: trades,
    avgPnlPerTrade: average(net, trades),
    totalSlippage: slippage.total ?? null,
    avgSlippage: slippage.mean ?? null,
    totalLatencyMs: latency.total ?? null,
    avgLatencyMs: latency.mean ?? null,
    avgExecutionScore: score.mean ?? null,
  };
}

function average(net: string | null, trades: number): string | null {
  if (net === null || trades === 0) return null;
  const { mantissa, digits } = decimalOf(net); // of any length: a rate may add many digits
  return formatRatio(mantissa, BigInt(trades) * tenTo(digits), AVERAGE_DIGITS);
}

const AVERAGE_DIGITS = 12;
