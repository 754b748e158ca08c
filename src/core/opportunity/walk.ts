import type { LadderSide } from "../market/index.ts";

/** One side of a trade over two ladders: the levels met, and what their integers are worth in the units of the market. */
export interface Trader {
  readonly levels: LadderSide; // asks to buy from, or bids to sell to
  readonly priceFactor: bigint; // price units of the market in one of the ladder
  readonly quantityFactor: bigint;
  readonly fee: bigint; // of a taker, as a share of `one`
  readonly plainPrice: number; // the factors as numbers; +∞ where they are not exact ones
  readonly plainQuantity: number;
}

/** What a unit must earn to be taken. */
export interface Terms {
  readonly one: bigint; // the whole of which fees are shares
  readonly least: bigint; // least net gain as a share of the price paid, of `one`; ≥ 0
}

/** What the walk came to, in units of the market. */
export interface Walk {
  readonly quantity: bigint;
  readonly cost: bigint; // paid for it, before fees: price units × quantity units
  readonly proceeds: bigint;
  readonly buyReach: number; // the deepest rank that was looked at: a change below it changes nothing here
  readonly sellReach: number;
}

/**
 * Buys from the asks of one ladder and sells to the bids of another, level by level from the best on, as long as each unit
 * still earns something after both fees, and at least `least` of its price. That is the quantity with the greatest net profit
 * of those whose every unit earns so much. Exact: integers only. A price that is not above 0 ends the walk.
 */
export function walk(buy: Trader, sell: Trader, { one, least }: Terms): Walk {
  const paidShare = one + buy.fee + least;
  const keptShare = one - sell.fee;
  let quantity = 0n;
  let cost = 0n;
  let proceeds = 0n;
  let buyRank = 0;
  let sellRank = 0;
  let offered = 0n; // left of the level
  let wanted = 0n;
  let ask = 0n;
  let bid = 0n;
  while (buyRank < buy.levels.count && sellRank < sell.levels.count) {
    if (offered === 0n) {
      ask = BigInt(buy.levels.priceAt(buyRank)) * buy.priceFactor;
      offered = buy.levels.quantityAt(buyRank) * buy.quantityFactor;
    }
    if (wanted === 0n) {
      bid = BigInt(sell.levels.priceAt(sellRank)) * sell.priceFactor;
      wanted = sell.levels.quantityAt(sellRank) * sell.quantityFactor;
    }
    const gain = bid * keptShare - ask * paidShare;
    if (gain < 0n || (gain === 0n && least === 0n) || ask <= 0n) break;
    const traded = offered < wanted ? offered : wanted;
    quantity += traded;
    cost += traded * ask;
    proceeds += traded * bid;
    offered -= traded;
    wanted -= traded;
    if (offered === 0n) buyRank += 1;
    if (wanted === 0n) sellRank += 1;
  }
  return { quantity, cost, proceeds, buyReach: buyRank, sellReach: sellRank };
}

const LIMB = 2 ** 26;
const PER_LIMB = 2 ** -26;
/** Amounts up to here are split into two limbs whose products and carries are exact doubles. */
const MOST = 2 ** 51;
/** So near to equal, as a share, two products of doubles do not say which is greater. */
const DOUBT = 1e-15;

/**
 * The same walk in plain numbers, without allocating, where all of it is exact: money is kept as three limbs of 26 bits.
 * It holds the outcome of the last walk.
 */
export class PlainWalk {
  quantity = 0;
  cost0 = 0; // cost = cost2 × 2^52 + cost1 × 2^26 + cost0
  cost1 = 0;
  cost2 = 0;
  proceeds0 = 0;
  proceeds1 = 0;
  proceeds2 = 0;
  buyReach = 0;
  sellReach = 0;

  /** `false`, with nothing to be read, where a number would not be exact or two prices are too near to tell: `walk` then does it. */
  run(buy: Trader, sell: Trader, paidShare: number, keptShare: number): boolean {
    const asks = buy.levels;
    const bids = sell.levels;
    const isFree = paidShare === keptShare;
    let [quantity, cost0, cost1, cost2, proceeds0, proceeds1, proceeds2] = [0, 0, 0, 0, 0, 0, 0];
    let [buyRank, sellRank, offered, wanted, ask, bid] = [0, 0, 0, 0, 0, 0];
    while (buyRank < asks.count && sellRank < bids.count) {
      if (offered === 0) {
        ask = asks.priceAt(buyRank) * buy.plainPrice;
        offered = asks.lowAt(buyRank) * buy.plainQuantity;
        if (!(offered < MOST) || !(ask < MOST) || asks.highAt(buyRank) !== 0) return false;
        if (ask <= 0) break;
      }
      if (wanted === 0) {
        bid = bids.priceAt(sellRank) * sell.plainPrice;
        wanted = bids.lowAt(sellRank) * sell.plainQuantity;
        if (!(wanted < MOST) || !(bid < MOST) || bids.highAt(sellRank) !== 0) return false;
      }
      if (isFree) {
        if (bid <= ask) break;
      } else {
        const kept = bid * keptShare;
        const paid = ask * paidShare;
        if (Math.abs(kept - paid) <= DOUBT * paid) return false;
        if (kept < paid) break;
      }
      const traded = offered < wanted ? offered : wanted;
      quantity += traded;
      const high = Math.floor(traded * PER_LIMB);
      const low = traded - high * LIMB;
      const askHigh = Math.floor(ask * PER_LIMB);
      const askLow = ask - askHigh * LIMB;
      cost0 += low * askLow;
      let carry = Math.floor(cost0 * PER_LIMB);
      cost0 -= carry * LIMB;
      cost1 += high * askLow + low * askHigh + carry;
      carry = Math.floor(cost1 * PER_LIMB);
      cost1 -= carry * LIMB;
      cost2 += high * askHigh + carry;
      const bidHigh = Math.floor(bid * PER_LIMB);
      const bidLow = bid - bidHigh * LIMB;
      proceeds0 += low * bidLow;
      carry = Math.floor(proceeds0 * PER_LIMB);
      proceeds0 -= carry * LIMB;
      proceeds1 += high * bidLow + low * bidHigh + carry;
      carry = Math.floor(proceeds1 * PER_LIMB);
      proceeds1 -= carry * LIMB;
      proceeds2 += high * bidHigh + carry;
      offered -= traded;
      wanted -= traded;
      if (offered === 0) buyRank += 1;
      if (wanted === 0) sellRank += 1;
    }
    if (quantity > Number.MAX_SAFE_INTEGER || cost2 > MOST || proceeds2 > MOST) return false;
    this.quantity = quantity;
    this.cost0 = cost0;
    this.cost1 = cost1;
    this.cost2 = cost2;
    this.proceeds0 = proceeds0;
    this.proceeds1 = proceeds1;
    this.proceeds2 = proceeds2;
    this.buyReach = buyRank;
    this.sellReach = sellRank;
    return true;
  }
}

/** The integer that three limbs stand for. */
export function ofLimbs(limb0: number, limb1: number, limb2: number): bigint {
  return (BigInt(limb2) << 52n) + (BigInt(limb1) << 26n) + BigInt(limb0);
}
