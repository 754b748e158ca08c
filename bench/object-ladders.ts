/** One level, as an object of floats. */
interface ObjectLevel {
  price: number;
  quantity: number;
}

interface ObjectLadder {
  readonly bids: ObjectLevel[]; // ascending, the best one last: changes near the best move few
  readonly asks: ObjectLevel[]; // descending, the best one last
  sequence: number; // of the last update; -1 after a gap
  time: number;
}

interface ObjectOpportunity {
  quantity: number;
  cost: number;
  proceeds: number;
  net: number;
  best: number;
  readonly firstSeen: number;
}

/**
 * The usual ladder: arrays of objects, sorted, found by halving, changed by `splice`, the best level last, so that little
 * moves; numbers checked, age looked at. After every update the venue that changed is compared with each other one, best
 * prices first, and both ladders are walked level by level where these cross. Floats, so inexact. It does not know how
 * deep an opportunity looks, and so compares after changes further down, too.
 */
export class ObjectLadders {
  readonly #ladders: readonly ObjectLadder[];
  readonly #venues: number;
  readonly #fee: number;
  readonly #maxAge: number;
  readonly #found = new Map<number, ObjectOpportunity>();

  constructor(venues: number, symbols: number, fee: number, maxAge: number) {
    this.#venues = venues;
    this.#fee = fee;
    this.#maxAge = maxAge;
    this.#ladders = Array.from({ length: venues * symbols }, () => ({ bids: [], asks: [], sequence: 0, time: 0 }));
  }

  get alive(): number {
    return this.#found.size;
  }

  /** Sum of what all opportunities earn now: to compare with. */
  get net(): number {
    return [...this.#found.values()].reduce((sum, { net }) => sum + net, 0);
  }

  update(number: number, isBid: boolean, price: number, quantity: number, sequence: number, time: number): void {
    const ladder = this.#ladders[number]!;
    if (sequence !== ladder.sequence + 1) {
      ladder.sequence = -1;
      return;
    }
    ladder.sequence = sequence;
    ladder.time = time;
    change(isBid ? ladder.bids : ladder.asks, isBid, price, quantity);
    const symbol = Math.floor(number / this.#venues);
    const first = symbol * this.#venues;
    for (let other = first; other < first + this.#venues; other += 1) {
      if (other === number) continue;
      if (isBid) this.#judge(other, number, time);
      else this.#judge(number, other, time);
    }
  }

  #judge(buyer: number, seller: number, time: number): void {
    const buy = this.#ladders[buyer]!;
    const sell = this.#ladders[seller]!;
    const asks = buy.asks;
    const bids = sell.bids;
    const ask = asks[asks.length - 1];
    const bid = bids[bids.length - 1];
    const key = buyer * this.#ladders.length + seller;
    if (ask === undefined || bid === undefined || time - buy.time > this.#maxAge || time - sell.time > this.#maxAge || bid.price * (1 - this.#fee) <= ask.price * (1 + this.#fee)) {
      if (this.#found.size > 0) this.#found.delete(key);
      return;
    }
    let quantity = 0;
    let cost = 0;
    let proceeds = 0;
    let a = asks.length - 1;
    let b = bids.length - 1;
    let offered = ask.quantity;
    let wanted = bid.quantity;
    while (a >= 0 && b >= 0 && bids[b]!.price * (1 - this.#fee) > asks[a]!.price * (1 + this.#fee)) {
      const traded = Math.min(offered, wanted);
      quantity += traded;
      cost += traded * asks[a]!.price;
      proceeds += traded * bids[b]!.price;
      offered -= traded;
      wanted -= traded;
      if (offered === 0) offered = asks[--a]?.quantity ?? 0;
      if (wanted === 0) wanted = bids[--b]?.quantity ?? 0;
    }
    const net = proceeds * (1 - this.#fee) - cost * (1 + this.#fee);
    const found = this.#found.get(key);
    if (found === undefined) this.#found.set(key, { quantity, cost, proceeds, net, best: net, firstSeen: time });
    else {
      found.quantity = quantity;
      found.cost = cost;
      found.proceeds = proceeds;
      found.net = net;
      if (net > found.best) found.best = net;
    }
  }
}

function change(levels: ObjectLevel[], isBid: boolean, price: number, quantity: number): void {
  let begin = 0;
  let end = levels.length;
  while (begin < end) {
    const middle = (begin + end) >> 1;
    if (isBid ? levels[middle]!.price < price : levels[middle]!.price > price) begin = middle + 1;
    else end = middle;
  }
  const level = levels[begin];
  if (level?.price === price) {
    if (quantity === 0) levels.splice(begin, 1);
    else level.quantity = quantity;
  } else if (quantity > 0) levels.splice(begin, 0, { price, quantity });
}
