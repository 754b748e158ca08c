import { tenTo, type Decimal } from "../num/index.ts";
import { UNTOUCHED, type ListedLadder, type MappedSymbol } from "../market/index.ts";
import { Found, moneyDigits, outcomeOf, type Outcome } from "./found.ts";
import { heldAgainst } from "./held.ts";
import { Member, type Units } from "./member.ts";
import type { OpportunityOptions } from "./options.ts";
import { PlainWalk, walk, type Terms } from "./walk.ts";

/** So much nearer than equal two doubles may be, and still be looked at exactly: each is off by far less. */
const DOUBT = 1e-12;
const BASIS_POINT_DIGITS = 4;
const NOTHING: Decimal = { mantissa: 0n, digits: 0 };
/** Decimals that an amount from outside, such as a transfer's cost, may have. */
const MOST_DIGITS = 18;
const FIRST_CAPACITY = 8;

/**
 * The ladders of one market and the opportunities between them. It keeps the best prices after fees as doubles, only to
 * see which pairs are worth an exact look; nothing that is shown comes from them.
 */
export class MarketWatch {
  readonly market: string;
  readonly members: Member[] = [];
  readonly #options: OpportunityOptions;
  readonly #onEnded: (found: Found) => void;
  #asks = new Float64Array(FIRST_CAPACITY).fill(Number.POSITIVE_INFINITY); // what a buyer pays for the first unit, after fees; +∞: nothing to buy
  #bids = new Float64Array(FIRST_CAPACITY).fill(Number.NEGATIVE_INFINITY); // what a seller keeps; −∞: nobody buys
  readonly #goods: string[] = []; // kinds of goods, each with its expiry, in the order in which they were first heard of
  #units: Units = { price: 0, quantity: 0, share: 0 };
  #terms: Terms = { one: 1n, least: 0n };
  #alive = 0;
  readonly #plain = new PlainWalk();
  readonly #isPlain: boolean; // a walk with a quantity is enough: nothing else has to be earned
  readonly #newAsks: number[] = []; // places whose asks are to be judged, so many; shortening an array costs more than counting
  readonly #newBids: number[] = [];
  #newAskCount = 0;
  #newBidCount = 0;

  constructor(market: string, options: OpportunityOptions, onEnded: (found: Found) => void) {
    this.market = market;
    this.#options = options;
    this.#onEnded = onEnded;
    this.#isPlain = options.transferCost === undefined && options.minNetProfit === undefined;
  }

  /** How many opportunities live. */
  get alive(): number {
    return this.#alive;
  }

  add(listed: ListedLadder, mapped: MappedSymbol, nowUs: number): Member {
    const at = this.members.length;
    const member = new Member(listed, mapped, at, this.#goodsOf(mapped));
    member.fee = this.#options.fees.rateAt(listed.ladder.venue, listed.ladder.symbol, nowUs);
    this.members.push(member);
    if (at === this.#asks.length) this.#grow(2 * at);
    return member;
  }

  /** Asks for all fees anew, and looks at everything. */
  reprice(nowUs: number): void {
    for (const member of this.members) member.fee = this.#options.fees.rateAt(member.ladder.venue, member.ladder.symbol, nowUs);
    this.#widen(this.members);
    this.#measureAll();
    for (const member of this.members) this.#touchWholly(member);
  }

  /** Reads the best prices of a ladder that changed; `judge` says what that means. All that changed are read before one is judged. */
  read(member: Member, nowUs: number): void {
    if (member.isFiner) this.#refine(member, nowUs);
    this.#read(member, nowUs);
  }

  /**
   * Judges the opportunities that the ladders read concern, and no others.
   * @param seenUs when all that lives was last seen, should it be over
   */
  judge(nowUs: number, seenUs: number): void {
    for (let i = 0; i < this.#newAskCount; i += 1) this.#judgeBuyer(this.#newAsks[i]!, nowUs, seenUs);
    for (let i = 0; i < this.#newBidCount; i += 1) this.#judgeSeller(this.#newBids[i]!, nowUs, seenUs);
    this.#newAskCount = 0;
    this.#newBidCount = 0;
  }

  *live(): Generator<Found> {
    for (const { buying, found } of this.members) {
      if (buying === 0) continue;
      for (const one of found) if (one !== undefined) yield one;
    }
  }

  /** Ends all that lives here. */
  endAll(seenUs: number): void {
    for (const found of this.live()) {
      found.life.lastSeenUs = Math.max(found.life.firstSeenUs, seenUs);
      this.#onEnded(found);
    }
    this.#alive = 0;
    for (const member of this.members) {
      member.found.length = 0;
      member.buying = 0;
      member.selling = 0;
    }
  }

  #read(member: Member, nowUs: number): void {
    const { ladder, at } = member;
    const isUsable = member.fee !== undefined && ladder.unusable(nowUs, this.#options.maxAgeUs) === undefined;
    const ask = isUsable && ladder.asks.count > 0 ? ladder.asks.best * member.askFactor : Number.POSITIVE_INFINITY;
    const bid = isUsable && ladder.bids.count > 0 ? ladder.bids.best * member.bidFactor : Number.NEGATIVE_INFINITY;
    if (ladder.touchedAsk <= ladder.reachAsk || ask !== this.#asks[at]) {
      this.#asks[at] = ask;
      this.#newAsks[this.#newAskCount] = at;
      this.#newAskCount += 1;
    }
    if (ladder.touchedBid <= ladder.reachBid || bid !== this.#bids[at]) {
      this.#bids[at] = bid;
      this.#newBids[this.#newBidCount] = at;
      this.#newBidCount += 1;
    }
    ladder.touchedAsk = UNTOUCHED;
    ladder.touchedBid = UNTOUCHED;
  }

  #judgeBuyer(at: number, nowUs: number, seenUs: number): void {
    const count = this.members.length;
    const enough = this.#asks[at]! * (1 - DOUBT);
    const member = this.members[at]!;
    member.ladder.reachAsk = enough === Number.POSITIVE_INFINITY ? UNTOUCHED : 0;
    for (let seller = 0; seller < count; seller += 1) {
      if (this.#bids[seller]! > enough) this.#judge(at, seller, nowUs, seenUs);
      else if (member.buying > 0 && member.found[seller] !== undefined) this.#end(member, this.members[seller]!, seenUs);
    }
  }

  #judgeSeller(at: number, nowUs: number, seenUs: number): void {
    const count = this.members.length;
    const enough = this.#bids[at]! * (1 + DOUBT);
    const member = this.members[at]!;
    member.ladder.reachBid = enough === Number.NEGATIVE_INFINITY ? UNTOUCHED : 0;
    for (let buyer = 0; buyer < count; buyer += 1) {
      if (this.#asks[buyer]! < enough) this.#judge(buyer, at, nowUs, seenUs);
      else if (member.selling > 0 && this.members[buyer]!.found[at] !== undefined) this.#end(this.members[buyer]!, member, seenUs);
    }
  }

  /** Walks both ladders exactly, and keeps what it finds. */
  #judge(buyer: number, seller: number, nowUs: number, seenUs: number): void {
    if (buyer === seller) return;
    const [buy, sell] = [this.members[buyer]!, this.members[seller]!];
    if (!isPair(buy, sell)) return;
    if (this.#isPlain && this.#plain.run(buy.buyer, sell.seller, buy.paidShare, sell.keptShare)) {
      const { quantity, buyReach, sellReach } = this.#plain;
      if (buyReach > buy.ladder.reachAsk) buy.ladder.reachAsk = buyReach;
      if (sellReach > sell.ladder.reachBid) sell.ladder.reachBid = sellReach;
      if (quantity > 0) this.#alight(buy, sell, nowUs).seePlain(nowUs, this.#units, this.#terms, this.#plain);
      else if (buy.found[seller] !== undefined) this.#end(buy, sell, seenUs);
      return;
    }
    const walked = walk(buy.buyer, sell.seller, this.#terms);
    if (walked.buyReach > buy.ladder.reachAsk) buy.ladder.reachAsk = walked.buyReach;
    if (walked.sellReach > sell.ladder.reachBid) sell.ladder.reachBid = walked.sellReach;
    const outcome = outcomeOf(walked, buy, sell, this.#terms, this.#units, this.#transferCost(buy, sell, walked.quantity));
    if (walked.quantity > 0n && this.#isEnough(outcome)) this.#alight(buy, sell, nowUs).see(nowUs, this.#units, this.#terms, outcome);
    else if (buy.found[seller] !== undefined) this.#end(buy, sell, seenUs);
  }

  /** What lives between two members, from now on if nothing did. */
  #alight(buy: Member, sell: Member, nowUs: number): Found {
    const found = buy.found[sell.at];
    if (found !== undefined) return found;
    this.#alive += 1;
    buy.buying += 1;
    sell.selling += 1;
    while (buy.found.length < sell.at) buy.found.push(undefined); // without a hole: an array with some is slow
    return (buy.found[sell.at] = new Found(buy, sell, this.#units, nowUs));
  }

  #isEnough({ net }: Outcome): boolean {
    const { minNetProfit } = this.#options;
    if (net <= 0n) return false;
    return minNetProfit === undefined || net * tenTo(minNetProfit.digits) >= minNetProfit.mantissa * tenTo(moneyDigits(this.#units));
  }

  /** Goods that are there already need not be brought. */
  #transferCost(buy: Member, sell: Member, quantity: bigint): Decimal | undefined {
    const cost = this.#options.transferCost?.(buy.listed, sell.listed);
    if (cost === undefined || buy.mapped.kind !== "spot" || sell.mapped.kind !== "spot") return undefined; // a contract stays where it is
    return heldAgainst(buy, sell, quantity, this.#units.quantity, this.#options).isCovered ? undefined : cost;
  }

  #end(buy: Member, sell: Member, seenUs: number): void {
    const found = buy.found[sell.at]!;
    buy.found[sell.at] = undefined;
    this.#alive -= 1;
    buy.buying -= 1;
    sell.selling -= 1;
    found.life.lastSeenUs = Math.max(found.life.firstSeenUs, seenUs);
    this.#onEnded(found);
  }

  #touchWholly({ ladder }: Member): void {
    ladder.touchedAsk = 0;
    ladder.touchedBid = 0;
  }

  /** A ladder is new or states its amounts more finely. Only where the units of the market are too coarse for it, which is a few times at most, all others are concerned. */
  #refine(member: Member, nowUs: number): void {
    this.#touchWholly(member);
    if (!this.#widen([member])) return member.measure(this.#units, this.#terms.least);
    this.#measureAll();
    for (const other of this.members) {
      if (other === member) continue;
      this.#touchWholly(other);
      this.#read(other, nowUs);
    }
  }

  /** Makes the units fine enough for these, and says whether they were not. */
  #widen(members: readonly Member[]): boolean {
    const least = this.#options.minBasisPoints ?? NOTHING;
    let { price, quantity, share } = this.#units;
    share = Math.max(share, least.digits + BASIS_POINT_DIGITS);
    for (const { needs } of members) {
      price = Math.max(price, needs.price);
      quantity = Math.max(quantity, needs.quantity);
      share = Math.max(share, needs.share);
    }
    if (this.#options.transferCost !== undefined) share = Math.max(share, MOST_DIGITS - price - quantity);
    if (price === this.#units.price && quantity === this.#units.quantity && share === this.#units.share) return false;
    this.#units = { price, quantity, share };
    this.#terms = { one: tenTo(share), least: least.mantissa * tenTo(share - least.digits - BASIS_POINT_DIGITS) };
    return true;
  }

  #measureAll(): void {
    for (const member of this.members) member.measure(this.#units, this.#terms.least);
  }

  #goodsOf({ kind, expiresUs }: MappedSymbol): number {
    const goods = `${kind} ${expiresUs ?? ""}`;
    const known = this.#goods.indexOf(goods);
    return known >= 0 ? known : this.#goods.push(goods) - 1;
  }

  #grow(capacity: number): void {
    const [asks, bids] = [this.#asks, this.#bids];
    this.#asks = new Float64Array(capacity).fill(Number.POSITIVE_INFINITY);
    this.#bids = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
    this.#asks.set(asks);
    this.#bids.set(bids);
  }
}

/** Whether two members are the same goods, or one the goods and the other a contract on them: see `kindOf`. */
function isPair(a: Member, b: Member): boolean {
  return a.goods === b.goods || a.isSpot !== b.isSpot;
}

/** What buying one member and selling the other is called; undefined where they are not the same goods. */
export function kindOf(buy: Member, sell: Member): "cross" | "basis" | undefined {
  const [a, b] = [buy.mapped, sell.mapped];
  if (a.kind === b.kind) return a.expiresUs === b.expiresUs ? "cross" : undefined;
  return a.kind === "spot" || b.kind === "spot" ? "basis" : undefined;
}
