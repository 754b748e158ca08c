import { formatRatio, formatScaled, readDecimal, isProblem, type Decimal } from "../num/index.ts";
import type { ConsolidatedLadder, LeftOut, VenueLevel } from "./consolidated.ts";

interface ShownLevel {
  readonly price: string;
  readonly quantity: string;
  readonly venue: string;
}

interface ShownBest {
  readonly price: string;
  readonly quantity: string; // of all venues at that price
  readonly venues: readonly string[];
}

/** `GET /v1/liquidity/{symbol}`: exact texts in the market's currency and base, estimates as numbers, null where there is none. */
export interface LiquidityView {
  readonly symbol: string;
  readonly bids: readonly ShownLevel[];
  readonly asks: readonly ShownLevel[];
  readonly best: { readonly bid: ShownBest | null; readonly ask: ShownBest | null };
  readonly spread: string | null; // best ask − best bid; below 0 where one venue bids more than another asks
  readonly spreadBasisPoints: number | null; // of the middle
  readonly microprice: number | null; // the best prices, each weighted with the quantity that stands opposite
  readonly imbalance: number | null; // −1 only asks … 1 only bids, within the widest of `depth`
  readonly depth: readonly { readonly basisPoints: number; readonly bid: string; readonly ask: string }[];
  readonly venues: readonly {
    readonly venue: string;
    readonly symbol: string;
    readonly share: number | null; // of all that stands within the widest of `depth`
    readonly ageMs: number | null;
    readonly usable: boolean;
    readonly reason: LeftOut | null;
    readonly rules: string; // version of the rules that map its symbol
  }[];
}

export interface LiquidityOptions {
  readonly levels?: number; // shown a side; 25
  readonly basisPoints?: readonly number[]; // 10, 25, 50 and 100
}

const SHOWN_LEVELS = 25;
const BASIS_POINTS = [10, 25, 50, 100];

/** What a desk sees of one market as of the consolidated ladder's time. */
export function liquidityOf(of: ConsolidatedLadder, { levels = SHOWN_LEVELS, basisPoints = BASIS_POINTS }: LiquidityOptions = {}): LiquidityView {
  const [bid, ask] = [of.best("bids"), of.best("asks")];
  const middle = of.twiceMiddle;
  const widths = [...basisPoints].sort((a, b) => a - b);
  const widest = exact(widths.at(-1) ?? 0);
  const near = { bids: of.within("bids", widest), asks: of.within("asks", widest) };
  const [bids, asks] = [total(near.bids), total(near.asks)];
  const ofSource = new Map<string, bigint>();
  for (const level of [...near.bids, ...near.asks]) ofSource.set(keyOf(level), (ofSource.get(keyOf(level)) ?? 0n) + level.quantity);
  const within = (side: "bids" | "asks", width: number) => total(of.nearest(side, near[side], exact(width)));
  const quantity = (units: bigint) => formatScaled(units, of.quantityDigits);
  const best = (one: typeof bid) => (one === undefined ? null : { price: formatScaled(one.price, of.priceDigits), quantity: quantity(one.quantity), venues: one.venues });
  const shown = (side: "bids" | "asks") => first(of.levels(side), levels).map(({ price, quantity: units, venue }) => ({ price: formatScaled(price, of.priceDigits), quantity: quantity(units), venue }));
  return {
    symbol: of.market, bids: shown("bids"), asks: shown("asks"), best: { bid: best(bid), ask: best(ask) },
    spread: bid === undefined || ask === undefined ? null : formatScaled(ask.price - bid.price, of.priceDigits),
    spreadBasisPoints: bid === undefined || ask === undefined || middle === undefined || middle <= 0n ? null : ratio((ask.price - bid.price) * 20_000n, middle),
    microprice: bid === undefined || ask === undefined ? null : ratio(bid.price * ask.quantity + ask.price * bid.quantity, (bid.quantity + ask.quantity) * 10n ** BigInt(of.priceDigits)),
    imbalance: ratio(bids - asks, bids + asks),
    depth: widths.map((width) => ({ basisPoints: width, bid: quantity(within("bids", width)), ask: quantity(within("asks", width)) })),
    venues: of.sources.map(({ listed: { ladder }, mapped, ageMs, reason }) => ({
      venue: ladder.venue, symbol: ladder.symbol,
      share: reason === undefined ? ratio(ofSource.get(keyOf(ladder)) ?? 0n, bids + asks) : null,
      ageMs, usable: reason === undefined, reason: reason ?? null, rules: mapped.version,
    })),
  };
}

function total(levels: readonly VenueLevel[]): bigint {
  return levels.reduce((sum, { quantity }) => sum + quantity, 0n);
}

function keyOf({ venue, symbol }: { readonly venue: string; readonly symbol: string }): string {
  return `${venue}\u0000${symbol}`;
}

function first<T>(of: Iterable<T>, most: number): T[] {
  const found: T[] = [];
  if (most <= 0) return found;
  for (const one of of) if (found.push(one) >= most) break;
  return found;
}

/** A ratio as a number; null of nothing. */
function ratio(numerator: bigint, denominator: bigint): number | null {
  return denominator === 0n ? null : Number(formatRatio(numerator, denominator, 15));
}

function exact(width: number): Decimal {
  const read = readDecimal(`${width}`);
  if (isProblem(read) || read.mantissa < 0n) throw new RangeError(`a depth of ${width} basis points: write a number of at least 0`);
  return read;
}
