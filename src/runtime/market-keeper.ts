import type { Book } from "../core/book/index.ts";
import { ConsolidatedLadder, LadderSet, liquidityOf, sweep, type Funding, type Ladder, type LadderAnswer, type LadderMessage, type LiquidityOptions, type LiquidityView, type ListedLadder, type Sweep, type SymbolMap, type TakerFees, type TransferCosts, type VenueStats } from "../core/market/index.ts";
import { addDecimals, formatScaled, multiplyDecimals, zero, type Decimal } from "../core/num/index.ts";
import type { Mark } from "../core/model/index.ts";
import type { PairQuote } from "../core/pairs/index.ts";
import { basisOf, Deviations, inventoryOf, OpportunityWatch, TriangleWatch, type BasisView, type InventoryView, type OpportunityOptions, type OpportunityView, type TriangleView } from "../core/opportunity/index.ts";
import type { Clock } from "./clock.ts";
import { ServiceRefuses } from "./service-refuses.ts";
import type { Service } from "./service.ts";

/** What a desk says of markets: which symbols are one, what venues charge, what counts. */
export interface MarketSettings {
  readonly rules: SymbolMap;
  readonly fees: Pick<TakerFees, "rateAt" | "nextChangeUs">;
  readonly maxAgeUs: number; // a ladder that its venue has not spoken of for longer is stale
  readonly minBasisPoints: Decimal; // of each unit, after fees
  readonly minNetProfit: Decimal; // of the whole, in the market's currency; 0: anything above 0
  readonly transferCosts: TransferCosts; // of goods between venues
  readonly marks: boolean; // whether the middle of a usable ladder is a mark
}

export interface MarketKeeperOptions extends MarketSettings {
  readonly service: Pick<Service, "read" | "mark">;
  readonly clock: Clock;
  readonly statsOf?: (venue: string) => VenueStats | undefined; // how quickly a venue acts, as far as it is known
  readonly onError: (error: unknown) => void;
  readonly tickMs?: number; // so often ladders are looked at for having become stale, and give marks; 100
  readonly mostLadders?: number; // that are held; messages of more are refused; 20,000
}

/** One that is over. What it would have used of holdings is not said: these have changed since. */
export type EndedOpportunity = Omit<OpportunityView, "usesInventory" | "inventoryQuantity">;

/** What costs what: the size bought and sold by price, and by price with fees. */
export interface Sweeps {
  readonly buy: Sweep;
  readonly sell: Sweep;
  readonly buyByNet: Sweep;
  readonly sellByNet: Sweep;
}

const TICK_MS = 100;
const MOST_LADDERS = 20_000;
/** Opportunities that are over and still told. */
const MOST_ENDED = 1_000;
const MOST_DIGITS = 18;
/** So often a market's price is noted for its deviation, in microseconds. */
const SAMPLE_US = 1_000_000;
/** Levels a side that a quote has at most. */
const QUOTED_LEVELS = 1_000;

/**
 * Holds the ladders of a service live, and the opportunities between them: nothing of it is journaled, and a restart begins
 * without. What is asked is answered as of the clock at that moment.
 */
export class MarketKeeper {
  readonly #options: MarketKeeperOptions;
  readonly #set: LadderSet;
  readonly #watch: OpportunityWatch;
  readonly #ended: EndedOpportunity[] = []; // the last one last
  readonly #listeners = new Set<(one: EndedOpportunity) => void>();
  readonly #known = new Set<string>(); // venue and symbol of each ladder
  readonly #unmarked = new Set<Ladder>(); // spoken of since the last tick
  readonly #marked = new Map<Ladder, string>(); // the price marked last
  readonly #triangles: TriangleWatch;
  readonly #deviations = new Deviations();
  readonly #fundings = new Map<string, Funding>(); // by venue and symbol
  readonly #transferCost: OpportunityOptions["transferCost"];
  #held: ReadonlyMap<string, Decimal> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #isMarking = false;
  #sampledUs = Number.NEGATIVE_INFINITY;

  constructor(options: MarketKeeperOptions) {
    this.#options = options;
    this.#set = new LadderSet(options.rules);
    const { fees, maxAgeUs, minBasisPoints, minNetProfit, transferCosts, statsOf } = options;
    this.#transferCost = transferCosts.isEmpty ? undefined : (buy, sell) => transferCosts.of(buy.mapped?.base ?? "", buy.ladder.venue, sell.ladder.venue);
    this.#triangles = new TriangleWatch(this.#set, { fees, maxAgeUs });
    this.#watch = new OpportunityWatch(this.#set, {
      fees, maxAgeUs, minBasisPoints,
      ...(minNetProfit.mantissa === 0n ? {} : { minNetProfit }),
      ...(this.#transferCost === undefined ? {} : { transferCost: this.#transferCost }),
      ...(statsOf === undefined ? {} : { statsOf }),
      deviationPerSecond: (market) => this.#deviations.perSecond(market),
      held: (venue, symbol) => this.#held.get(keyOf(venue, symbol)) ?? zero,
      onEnded: (one) => this.#end(one),
    });
  }

  /** Takes messages that came together: they are judged at once. What each came to, in their order. */
  take(messages: readonly LadderMessage[]): LadderAnswer[] {
    const answers = messages.map((message): LadderAnswer => this.#takeOne(message));
    this.#refresh();
    this.#timer ??= this.#begin();
    return answers;
  }

  /** Names of all markets that there are ladders of, in alphabetical order. */
  markets(): string[] {
    this.#refresh();
    return this.#set.markets();
  }

  /** The ladder of a venue's own symbol, as far as anybody would trade through it; undefined without one that is usable. Prices as its venue says them. */
  quote(venue: string, symbol: string): PairQuote | undefined {
    if (!this.#known.has(keyOf(venue, symbol))) return undefined;
    const nowUs = this.#refresh();
    const { ladder } = this.#set.ladder(venue, symbol);
    if (ladder.unusable(nowUs, this.#options.maxAgeUs) !== undefined) return undefined;
    const levels = (side: Ladder["bids"]) => Array.from({ length: Math.min(side.count, QUOTED_LEVELS) }, (_, rank) => ({ price: { mantissa: BigInt(side.priceAt(rank)), digits: ladder.priceDigits }, quantity: { mantissa: side.quantityAt(rank), digits: ladder.quantityDigits } }));
    return { bids: levels(ladder.bids), asks: levels(ladder.asks) };
  }

  /** A market by its name, or by what a venue calls it; undefined when no ladder is of it. */
  liquidity(symbol: string, options: LiquidityOptions, quantity?: Decimal): (LiquidityView & { readonly sweeps?: Sweeps }) | undefined {
    const nowUs = this.#refresh();
    const market = this.#marketOf(symbol);
    if (market === undefined) return undefined;
    const { fees, maxAgeUs } = this.#options;
    const consolidated = new ConsolidatedLadder(market, this.#set.ofMarket(market), { nowUs, maxAgeUs });
    const view = liquidityOf(consolidated, options);
    if (quantity === undefined) return view;
    const swept = (side: "buy" | "sell", byNet: boolean) => sweep(consolidated, side, quantity, fees, nowUs, byNet);
    return { ...view, sweeps: { buy: swept("buy", false), sell: swept("sell", false), buyByNet: swept("buy", true), sellByNet: swept("sell", true) } };
  }

  /**
   * What lives now, the greatest net profit first, beside what accounts hold.
   * @param accounts whose holdings count; undefined: those of all
   */
  async opportunities(accounts?: ReadonlySet<string>): Promise<OpportunityView[]> {
    return this.#withHoldings(accounts, () => this.#watch.live());
  }

  /** What going round three symbols of one venue earns now, the greatest net profit first. */
  triangles(): TriangleView[] {
    this.#triangles.refresh(this.#refresh());
    return this.#triangles.live();
  }

  /** Every contract against every spot ladder of its market; of one market, or of all. */
  basis(market?: string): BasisView[] {
    const nowUs = this.#refresh();
    const { fees, maxAgeUs } = this.#options;
    return this.#set.markets().filter((one) => market === undefined || one === market).flatMap((one) => basisOf(one, this.#set.ofMarket(one), nowUs, { fees, maxAgeUs, fundingOf: this.#fundingOf }));
  }

  /** How the goods of a market lie on its venues, in equal parts as they should; undefined when no ladder is of it. @param accounts whose holdings count; undefined: those of all */
  async inventory(symbol: string, accounts?: ReadonlySet<string>): Promise<InventoryView | undefined> {
    return this.#withHoldings(accounts, (nowUs) => {
      const market = this.#marketOf(symbol);
      const { fees, maxAgeUs } = this.#options;
      return market === undefined ? undefined : inventoryOf(market, this.#set.ofMarket(market), nowUs, { fees, maxAgeUs, held: (venue, of) => this.#held.get(keyOf(venue, of)) ?? zero, fundingOf: this.#fundingOf, ...(this.#transferCost === undefined ? {} : { transferCost: this.#transferCost }) });
    });
  }

  readonly #fundingOf = (venue: string, symbol: string): Funding | undefined => this.#fundings.get(keyOf(venue, symbol));

  #withHoldings<T>(accounts: ReadonlySet<string> | undefined, look: (nowUs: number) => T): Promise<T> {
    return this.#options.service.read(({ book }) => {
      const nowUs = this.#refresh();
      this.#held = this.#holdings(book, accounts);
      try {
        return look(nowUs);
      } finally {
        this.#held = new Map(); // of some accounts: for nobody else
      }
    });
  }

  /** A market by its name, or by what a venue calls it. */
  #marketOf(symbol: string): string | undefined {
    if (this.#set.ofMarket(symbol).length > 0) return symbol;
    return this.#set.all.find(({ ladder, mapped }) => mapped !== undefined && ladder.symbol === symbol)?.mapped?.market;
  }

  /** What lives now, without a look at what is held. */
  live(): EndedOpportunity[] {
    this.#refresh();
    return this.#watch.live().map(withoutHoldings);
  }

  /** Tells of each that is over. What is returned ends that. */
  onEnded(tell: (one: EndedOpportunity) => void): () => void {
    this.#listeners.add(tell);
    return () => void this.#listeners.delete(tell);
  }

  /** The last that are over, the last one first. */
  ended(most: number): EndedOpportunity[] {
    this.#refresh();
    return most === 0 ? [] : this.#ended.slice(-most).reverse();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #takeOne(message: LadderMessage): LadderAnswer {
    const key = keyOf(message.venue, message.symbol);
    if (message.unread !== undefined && !this.#known.has(key)) return { code: "refused", why: message.unread };
    if (!this.#known.has(key) && this.#known.size >= (this.#options.mostLadders ?? MOST_LADDERS)) return { code: "refused", why: `${this.#known.size} ladders are held already, and this is another one: a restart begins without any` };
    this.#known.add(key);
    if (message.funding !== undefined) this.#fundings.set(key, message.funding);
    const answer = this.#watch.take(message);
    if (this.#options.marks && answer.code === "taken") this.#unmarked.add(this.#set.ladder(message.venue, message.symbol).ladder);
    return answer;
  }

  /** Brings all up to now, in microseconds. */
  #refresh(): number {
    const nowUs = Number(this.#options.clock.nowNs() / 1_000n);
    this.#watch.refresh(nowUs);
    return nowUs;
  }

  #begin(): NodeJS.Timeout {
    const tick = () => {
      const nowUs = this.#refresh();
      this.#triangles.refresh(nowUs);
      this.#sample(nowUs);
      this.#mark().catch((error: unknown) => this.#options.onError(error));
    };
    return setInterval(tick, this.#options.tickMs ?? TICK_MS).unref();
  }

  /** Notes where each market stands, once a second: the middle of its first usable spot ladder. */
  #sample(nowUs: number): void {
    if (nowUs - this.#sampledUs < SAMPLE_US) return;
    this.#sampledUs = nowUs;
    const seen = new Set<string>();
    const isUsable = ({ ladder, mapped }: ListedLadder) => mapped?.kind === "spot" && !seen.has(mapped.market) && ladder.bids.count > 0 && ladder.asks.count > 0 && ladder.unusable(nowUs, this.#options.maxAgeUs) === undefined;
    for (const listed of this.#set.all) {
      if (!isUsable(listed)) continue;
      const { ladder, mapped } = listed;
      seen.add(mapped!.market);
      this.#deviations.take(mapped!.market, (ladder.bids.best + ladder.asks.best) / 2 / 10 ** ladder.priceDigits, nowUs);
    }
  }

  /** Hands on the middles that have changed since. While the service takes none they wait, and newer ones take their place. */
  async #mark(): Promise<void> {
    if (this.#isMarking || this.#unmarked.size === 0) return;
    const nowNs = this.#options.clock.nowNs();
    const marks: Mark[] = [];
    for (const ladder of this.#unmarked) {
      const price = ladder.unusable(Number(nowNs / 1_000n), this.#options.maxAgeUs) === undefined ? middleOf(ladder) : undefined;
      const timeNs = BigInt(ladder.timeUs) * 1_000n;
      if (price === undefined || price === this.#marked.get(ladder) || timeNs > nowNs) continue;
      marks.push({ venue: ladder.venue, symbol: ladder.symbol, price, timeNs });
      this.#marked.set(ladder, price);
    }
    this.#unmarked.clear();
    if (marks.length === 0) return;
    this.#isMarking = true;
    try {
      await this.#options.service.mark(marks);
    } catch (error) {
      for (const { venue, symbol } of marks) this.#unmark(this.#set.ladder(venue, symbol).ladder);
      if (!(error instanceof ServiceRefuses)) throw error;
    } finally {
      this.#isMarking = false;
    }
  }

  /** It has no mark yet after all, and is to give one. */
  #unmark(ladder: Ladder): void {
    this.#marked.delete(ladder);
    this.#unmarked.add(ladder);
  }

  #end(one: OpportunityView): void {
    const ended = withoutHoldings(one);
    this.#ended.push(ended);
    for (const tell of this.#listeners) tell(ended);
    if (this.#ended.length > MOST_ENDED) this.#ended.shift();
  }

  /** What is held of the base on the venues of ladders, by venue and symbol, over accounts. */
  #holdings(book: Book, accounts: ReadonlySet<string> | undefined): Map<string, Decimal> {
    const units = new Map(this.#set.all.flatMap(({ ladder, mapped }) => (mapped === undefined ? [] : [[keyOf(ladder.venue, ladder.symbol), mapped.multiplier]])));
    const held = new Map<string, Decimal>();
    for (const row of book.venueRowsWhere(({ account, venue, symbol }) => accounts?.has(account) !== false && units.has(keyOf(venue, symbol)))) {
      const key = keyOf(row.venue, row.symbol);
      held.set(key, addDecimals(held.get(key) ?? zero, multiplyDecimals(book.quantityOf(row), units.get(key)!)));
    }
    return held;
  }
}

function withoutHoldings({ usesInventory: _uses, inventoryQuantity: _held, ...one }: OpportunityView): EndedOpportunity {
  return one;
}

function keyOf(venue: string, symbol: string): string {
  return `${venue}\u0000${symbol}`;
}

/** Half way between the best bid and ask, exact; undefined without both, or where it has more digits than a mark. */
function middleOf({ bids, asks, priceDigits }: Ladder): string | undefined {
  if (bids.count === 0 || asks.count === 0 || priceDigits >= MOST_DIGITS) return undefined;
  return formatScaled((BigInt(bids.best) + BigInt(asks.best)) * 5n, priceDigits + 1);
}
