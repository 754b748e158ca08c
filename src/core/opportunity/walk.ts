import type { LadderSide } from "../market/index.ts";

/** One side of a trade over two ladders: the levels met, and what their integers are worth in the units of the market. */
export interface Trader {
  readonly levels: LadderSide; // asks to buy from, or bids to sell to
  readonly priceFactor: bigint; // price units of the market in one of the ladder
  readonly quantityFactor: bigint;
  readonly fee: bigint; // of a taker, as a share of `one`
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
