import { addDecimals, decimalOf, divideHalfEven, formatDecimal, formatScaled, rescale, scaled, zero, type Decimal } from "../num/index.ts";
import { ConsolidatedLadder, sweep, type Funding, type ListedLadder } from "../market/index.ts";
import type { OpportunityOptions } from "./options.ts";

/** How a market's goods lie on its venues, and what it costs to spread them as wished. Amounts exact, unknown is null. */
export interface InventoryView {
  readonly symbol: string;
  readonly currency: string | null; // null: no venue lists it
  readonly total: string;
  readonly venues: readonly { readonly venue: string; readonly symbol: string; readonly held: string; readonly target: string; readonly imbalance: string }[]; // held − target
  readonly moves: readonly InventoryMove[]; // the fewest that end all imbalance, the largest first
  readonly transferCost: string | null; // of all moves; null: some cost is not configured
  readonly tradeCost: string | null; // sold where there is too much, bought where too little; null: a ladder or fee is missing, or too thin
  readonly cheaper: "transfer" | "trade" | null;
  readonly fundingSpread: FundingSpread | null; // null: fewer than two fundings are known
}

export interface InventoryMove {
  readonly from: string;
  readonly to: string;
  readonly quantity: string;
}

/** Long where funding is lowest, short where it is highest. */
export interface FundingSpread {
  readonly longVenue: string;
  readonly shortVenue: string;
  readonly perDay: number; // share of the value
}

export interface InventoryOptions extends Pick<OpportunityOptions, "fees" | "maxAgeUs" | "held" | "transferCost"> {
  readonly weightOf?: (venue: string) => number; // whole number ≥ 0: parts of the total; without it, equal parts
  readonly fundingOf?: (venue: string, symbol: string) => Funding | undefined;
}

interface Stock {
  readonly listed: ListedLadder;
  readonly held: bigint;
  readonly target: bigint;
}

/** The inventory of one market over its spot ladders. Targets divide the total exactly: what does not divide goes to the last venue. */
export function inventoryOf(market: string, ladders: readonly ListedLadder[], nowUs: number, options: InventoryOptions): InventoryView {
  const here = ladders.filter(({ mapped }) => mapped?.market === market);
  const spot = here.filter(({ mapped }) => mapped?.kind === "spot");
  const amounts = spot.map(({ ladder }) => options.held?.(ladder.venue, ladder.symbol) ?? zero);
  const digits = Math.max(0, ...amounts.map((amount) => amount.digits), ...spot.map(({ ladder }) => ladder.quantityDigits));
  const held = amounts.map((amount) => scaled(amount, digits)!);
  const targets = parts(held.reduce((sum, one) => sum + one, 0n), spot.map(({ ladder }) => BigInt(options.weightOf?.(ladder.venue) ?? 1)));
  const stocks = spot.map((listed, i): Stock => ({ listed, held: held[i]!, target: targets[i]! }));
  const text = (units: bigint) => formatScaled(units, digits);
  const moves = movesOf(stocks);
  const transfers = moves.map(({ from, to }) => options.transferCost?.(from.listed, to.listed));
  const transfer = transfers.every((cost) => cost !== undefined) ? transfers.reduce((sum, cost) => addDecimals(sum, cost), zero) : undefined;
  const trade = tradeCost(market, stocks, digits, nowUs, options);
  return {
    symbol: market, currency: here[0]?.mapped?.currency ?? null, total: text(held.reduce((sum, one) => sum + one, 0n)),
    venues: stocks.map(({ listed: { ladder }, held: has, target }) => ({ venue: ladder.venue, symbol: ladder.symbol, held: text(has), target: text(target), imbalance: text(has - target) })),
    moves: moves.map(({ from, to, quantity }) => ({ from: from.listed.ladder.venue, to: to.listed.ladder.venue, quantity: text(quantity) })),
    transferCost: transfer === undefined ? null : formatDecimal(transfer), tradeCost: trade === undefined ? null : formatDecimal(trade),
    cheaper: transfer === undefined || trade === undefined || moves.length === 0 ? null : isLess(transfer, trade) ? "transfer" : "trade",
    fundingSpread: fundingSpread(here, options),
  };
}

/** Divides a total by weights; the remainder goes to the last that has a weight. */
function parts(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (whole === 0n) return weights.map(() => 0n);
  const shares = weights.map((weight) => divideHalfEven(total * weight, whole));
  const last = weights.findLastIndex((weight) => weight > 0n);
  shares[last] = shares[last]! + total - shares.reduce((sum, share) => sum + share, 0n);
  return shares;
}

/** From where most is too much to where most is missing, until nothing is. */
function movesOf(stocks: readonly Stock[]): { readonly from: Stock; readonly to: Stock; readonly quantity: bigint }[] {
  const over = stocks.map((stock) => ({ stock, left: stock.held - stock.target }));
  const moves: { from: Stock; to: Stock; quantity: bigint }[] = [];
  for (;;) {
    const most = over.reduce<(typeof over)[number] | undefined>((best, one) => (best === undefined || one.left > best.left ? one : best), undefined);
    const least = over.reduce<(typeof over)[number] | undefined>((best, one) => (best === undefined || one.left < best.left ? one : best), undefined);
    if (most === undefined || least === undefined || most.left <= 0n || least.left >= 0n) return moves;
    const quantity = most.left < -least.left ? most.left : -least.left;
    most.left -= quantity;
    least.left += quantity;
    moves.push({ from: most.stock, to: least.stock, quantity });
  }
}

/** What buying what is missing costs more than selling what is too much brings, fees included. */
function tradeCost(market: string, stocks: readonly Stock[], digits: number, nowUs: number, { fees, maxAgeUs }: InventoryOptions): Decimal | undefined {
  let cost = zero;
  for (const { listed, held, target } of stocks) {
    if (held === target) continue;
    const side = held > target ? "sell" : "buy";
    const one = new ConsolidatedLadder(market, [listed], { nowUs, maxAgeUs });
    const taken = sweep(one, side, { mantissa: held > target ? held - target : target - held, digits }, fees, nowUs);
    if (!taken.isComplete || taken.fees === null) return undefined;
    const amount = decimalOf(taken.amount);
    cost = addDecimals(addDecimals(cost, side === "buy" ? amount : { ...amount, mantissa: -amount.mantissa }), decimalOf(taken.fees));
  }
  return cost;
}

function fundingSpread(here: readonly ListedLadder[], { fundingOf }: InventoryOptions): FundingSpread | null {
  const rates = here.flatMap(({ ladder, mapped }) => {
    const funding = mapped?.kind === "perpetual" ? fundingOf?.(ladder.venue, ladder.symbol) : undefined;
    return funding === undefined ? [] : [{ venue: ladder.venue, perDay: (funding.rate * 24) / funding.intervalHours }];
  });
  if (rates.length < 2) return null;
  const [low, high] = [rates.reduce((a, b) => (b.perDay < a.perDay ? b : a)), rates.reduce((a, b) => (b.perDay > a.perDay ? b : a))];
  return { longVenue: low.venue, shortVenue: high.venue, perDay: high.perDay - low.perDay };
}

function isLess(a: Decimal, b: Decimal): boolean {
  const digits = Math.max(a.digits, b.digits);
  return rescale(a.mantissa, a.digits, digits) < rescale(b.mantissa, b.digits, digits);
}
