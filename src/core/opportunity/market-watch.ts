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
/** Decimals that an amount from outside, such as a transfer's cost, may have. */
const MOST_DIGITS = 18;

/**
 * The ladders of one market and the opportunities between them. It keeps the best prices after fees as doubles, only to
 * see which pairs are worth an exact look; nothing that is shown comes from them.
 */
export class MarketWatch {
  readonly market: string;
  readonly members: Member[] = [];
  readonly #options: OpportunityOptions;
  readonly #onEnded: (found: Found) => void;
  #asks = new Float64Array(0); // what a buyer pays for the first unit, after fees; +∞: nothing to buy
  #bids = new Float64Array(0); // what a seller keeps; −∞: nobody buys
  #pairs: (boolean | undefined)[] = []; // whether two members trade the same goods, buyer × seller
  #found: (Found | undefined)[] = [];
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
    const member = new Member(listed, mapped, this.members.length);
    member.fee = this.#options.fees.rateAt(listed.ladder.venue, listed.ladder.symbol, nowUs);
    const before = this.members.length;
    this.members.push(member);
    const count = this.members.length;
    const squared = <T>(old: readonly T[], of: (buyer: number, seller: number) => T) =>
      Array.from({ length: count * count }, (_, i) => {
        const [buyer, seller] = [Math.floor(i / count), i % count];
        return buyer < before && seller < before ? old[buyer * before + seller]! : of(buyer, seller);
      });
    this.#pairs = squared<boolean | undefined>(this.#pairs, (buyer, seller) => buyer !== seller && kindOf(this.members[buyer]!, this.members[seller]!) !== undefined);
    this.#found = squared<Found | undefined>(this.#found, () => undefined);
    this.#asks = Float64Array.from({ length: count }, (_, at) => this.#asks[at] ?? Number.POSITIVE_INFINITY);
    this.#bids = Float64Array.from({ length: count }, (_, at) => this.#bids[at] ?? Number.NEGATIVE_INFINITY);
    return member;
  }

  /** Asks for all fees anew, and looks at everything. */
  reprice(nowUs: number): void {
    for (const member of this.members) member.fee = this.#options.fees.rateAt(member.ladder.venue, member.ladder.symbol, nowUs);
    this.#measure();
    for (const member of this.members) this.#touchWholly(member);
  }

  /** Reads the best prices of a ladder that changed; `judge` says what that means. All that changed are read before one is judged. */
  read(member: Member, nowUs: number): void {
    if (member.isFiner) {
      this.#measure();
      for (const other of this.members) {
        this.#touchWholly(other);
        if (other !== member) this.#read(other, nowUs);
      }
    }
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
    if (this.#alive === 0) return;
    for (const found of this.#found) if (found !== undefined) yield found;
  }

  /** Ends all that lives here. */
  endAll(seenUs: number): void {
    for (const found of this.live()) {
      found.life.lastSeenUs = Math.max(found.life.firstSeenUs, seenUs);
      this.#onEnded(found);
    }
    this.#found.fill(undefined);
    this.#alive = 0;
    for (const member of this.members) {
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
      else if (member.buying > 0 && this.#found[at * count + seller] !== undefined) this.#end(at, seller, seenUs);
    }
  }

  #judgeSeller(at: number, nowUs: number, seenUs: number): void {
    const count = this.members.length;
    const enough = this.#bids[at]! * (1 + DOUBT);
    const member = this.members[at]!;
    member.ladder.reachBid = enough === Number.NEGATIVE_INFINITY ? UNTOUCHED : 0;
    for (let buyer = 0; buyer < count; buyer += 1) {
      if (this.#asks[buyer]! < enough) this.#judge(buyer, at, nowUs, seenUs);
      else if (member.selling > 0 && this.#found[buyer * count + at] !== undefined) this.#end(buyer, at, seenUs);
    }
  }

  /** Walks both ladders exactly, and keeps what it finds. */
  #judge(buyer: number, seller: number, nowUs: number, seenUs: number): void {
    const place = buyer * this.members.length + seller;
    if (this.#pairs[place] !== true) return;
    const [buy, sell] = [this.members[buyer]!, this.members[seller]!];
    if (this.#isPlain && this.#plain.run(buy.buyer, sell.seller, buy.paidShare, sell.keptShare)) {
      const { quantity, buyReach, sellReach } = this.#plain;
      if (buyReach > buy.ladder.reachAsk) buy.ladder.reachAsk = buyReach;
      if (sellReach > sell.ladder.reachBid) sell.ladder.reachBid = sellReach;
      if (quantity > 0) this.#alight(place, buy, sell, nowUs).seePlain(nowUs, this.#units, this.#terms, this.#plain);
      else if (this.#found[place] !== undefined) this.#end(buyer, seller, seenUs);
      return;
    }
    const walked = walk(buy.buyer, sell.seller, this.#terms);
    if (walked.buyReach > buy.ladder.reachAsk) buy.ladder.reachAsk = walked.buyReach;
    if (walked.sellReach > sell.ladder.reachBid) sell.ladder.reachBid = walked.sellReach;
    const outcome = outcomeOf(walked, buy, sell, this.#terms, this.#units, this.#transferCost(buy, sell, walked.quantity));
    if (walked.quantity > 0n && this.#isEnough(outcome)) this.#alight(place, buy, sell, nowUs).see(nowUs, this.#units, this.#terms, outcome);
    else if (this.#found[place] !== undefined) this.#end(buyer, seller, seenUs);
  }

  /** What lives between two members, from now on if nothing did. */
  #alight(place: number, buy: Member, sell: Member, nowUs: number): Found {
    const found = this.#found[place];
    if (found !== undefined) return found;
    this.#alive += 1;
    buy.buying += 1;
    sell.selling += 1;
    return (this.#found[place] = new Found(buy, sell, this.#units, nowUs));
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

  #end(buyer: number, seller: number, seenUs: number): void {
    const place = buyer * this.members.length + seller;
    const found = this.#found[place]!;
    this.#found[place] = undefined;
    this.#alive -= 1;
    found.buy.buying -= 1;
    found.sell.selling -= 1;
    found.life.lastSeenUs = Math.max(found.life.firstSeenUs, seenUs);
    this.#onEnded(found);
  }

  #touchWholly({ ladder }: Member): void {
    ladder.touchedAsk = 0;
    ladder.touchedBid = 0;
  }

  #measure(): void {
    const least = this.#options.minBasisPoints ?? { mantissa: 0n, digits: 0 };
    const needs = this.members.map((member) => member.needs);
    const most = (of: (units: Units) => number) => Math.max(of(this.#units), ...needs.map(of));
    const [price, quantity] = [most((units) => units.price), most((units) => units.quantity)];
    const forTransfers = this.#options.transferCost === undefined ? 0 : MOST_DIGITS - price - quantity;
    this.#units = { price, quantity, share: Math.max(most(({ share }) => share), least.digits + BASIS_POINT_DIGITS, forTransfers) };
    this.#terms = { one: tenTo(this.#units.share), least: least.mantissa * tenTo(this.#units.share - least.digits - BASIS_POINT_DIGITS) };
    for (const member of this.members) member.measure(this.#units, this.#terms.least);
  }
}

/** What buying one member and selling the other is called; undefined where they are not the same goods. */
export function kindOf(buy: Member, sell: Member): "cross" | "basis" | undefined {
  const [a, b] = [buy.mapped, sell.mapped];
  if (a.kind === b.kind) return a.expiresUs === b.expiresUs ? "cross" : undefined;
  return a.kind === "spot" || b.kind === "spot" ? "basis" : undefined;
}
