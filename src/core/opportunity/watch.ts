import type { Ladder, LadderAnswer, LadderMessage, LadderSet, ListedLadder } from "../market/index.ts";
import type { Found } from "./found.ts";
import { MarketWatch } from "./market-watch.ts";
import type { Member } from "./member.ts";
import type { OpportunityOptions } from "./options.ts";
import { viewOf, type OpportunityView } from "./view.ts";

/** A ladder ahead of the clock by less than this is used: see `Ladder.unusable`. */
const AHEAD_US = 10_000_000;

interface Place {
  readonly watch: MarketWatch;
  readonly member: Member;
}

/**
 * All opportunities between the ladders of a set, current after every `refresh`. Ladders change by `take` or `change`; time moves by `refresh` alone, so that messages of one moment can be taken
 * together and judged at once.
 */
export class OpportunityWatch {
  readonly #ladders: LadderSet;
  readonly #options: OpportunityOptions;
  readonly #markets = new Map<string, MarketWatch>();
  #places: (Place | undefined)[] = []; // by number of the ladder
  readonly #direct: Ladder[] = []; // by number of the ladder
  readonly #dirty: number[] = []; // numbers of ladders that changed, so many
  #dirtyCount = 0;
  #isDirty: boolean[] = [];
  #nowUs = Number.NEGATIVE_INFINITY;
  #nextUs = Number.NEGATIVE_INFINITY; // no ladder becomes stale, and no fee or rule changes, before
  #feesHoldUs = Number.NEGATIVE_INFINITY;

  constructor(ladders: LadderSet, options: OpportunityOptions) {
    this.#ladders = ladders;
    this.#options = options;
  }

  /** The time of the last `refresh`, microseconds since 1970. */
  get nowUs(): number {
    return this.#nowUs;
  }

  take(message: LadderMessage): LadderAnswer {
    const { listed, answer } = this.#ladders.take(message);
    this.#touch(listed.number);
    return answer;
  }

  /** The short way of a message that changes one level: see `Ladder.change`. The ladder is one that was heard of before. */
  change(number: number, isBid: boolean, price: number, low: number, high: number, sequence: number, timeUs: number): boolean {
    const ladder = (this.#direct[number] ??= this.#ladders.all[number]!.ladder);
    const beforeUs = ladder.timeUs;
    const has = ladder.change(isBid, price, low, high, sequence, timeUs);
    const isOddTime = timeUs < beforeUs || timeUs > this.#nowUs + AHEAD_US; // stale sooner than was reckoned, or ahead
    if (ladder.isTouched || isOddTime) this.#touch(number);
    return has;
  }

  #touch(number: number): void {
    if (this.#isDirty[number] === true) return;
    this.#isDirty[number] = true;
    this.#dirty[this.#dirtyCount] = number;
    this.#dirtyCount += 1;
  }

  /** Brings everything up to `nowUs`; time never goes back. */
  refresh(nowUs: number): void {
    const seenUs = this.#nowUs;
    if (nowUs > this.#nowUs) this.#nowUs = nowUs;
    if (this.#nowUs >= this.#nextUs) this.#passTime(seenUs);
    if (this.#dirtyCount === 0) return;
    const dirty = this.#dirty;
    for (let i = 0; i < this.#dirtyCount; i += 1) {
      const place = this.#places[dirty[i]!] ?? this.#settle(this.#ladders.all[dirty[i]!]!);
      if (place === undefined) continue;
      place.watch.read(place.member, this.#nowUs);
      const changesUs = this.#changesUs(place.member);
      if (changesUs < this.#nextUs) this.#nextUs = changesUs;
    }
    for (let i = 0; i < this.#dirtyCount; i += 1) {
      this.#isDirty[dirty[i]!] = false;
      this.#places[dirty[i]!]?.watch.judge(this.#nowUs, seenUs);
    }
    this.#dirtyCount = 0;
  }

  /** What lives now, the greatest net profit first. */
  live(): OpportunityView[] {
    const all = [...this.#markets.values()].flatMap((watch) => [...watch.live()]);
    for (const found of all) this.#lookAt(found);
    return all.map((found) => viewOf(found, this.#nowUs, this.#options)).sort(byProfit);
  }

  /** How many live now. */
  get alive(): number {
    let alive = 0;
    for (const watch of this.#markets.values()) alive += watch.alive;
    return alive;
  }

  /** Says of all that still lives that it is over: at the end of a replay. */
  end(): void {
    for (const watch of this.#markets.values()) watch.endAll(this.#nowUs);
  }

  #lookAt(found: Found): void {
    found.life.lastSeenUs = this.#nowUs;
    found.buyTimeUs = found.buy.ladder.timeUs;
    found.sellTimeUs = found.sell.ladder.timeUs;
  }

  #ended(found: Found): void {
    this.#options.onEnded?.(viewOf(found, found.life.lastSeenUs, this.#options));
  }

  /** What is stale by now, and what rules and fees say from now on. */
  #passTime(seenUs: number): void {
    if (this.#ladders.moveTo(this.#nowUs)) this.#begin(seenUs);
    if (this.#nowUs >= this.#feesHoldUs) {
      for (const watch of this.#markets.values()) watch.reprice(this.#nowUs);
      this.#feesHoldUs = this.#options.fees.nextChangeUs(this.#nowUs);
    }
    let next = Math.min(this.#ladders.nextEditionUs, this.#feesHoldUs);
    for (const [number, place] of this.#places.entries()) {
      if (place === undefined) continue;
      this.#touch(number);
      next = Math.min(next, this.#changesUs(place.member));
    }
    this.#nextUs = next;
  }

  /** When a ladder changes its usability by time alone. */
  #changesUs({ ladder }: Member): number {
    const { timeUs } = ladder;
    if (timeUs - AHEAD_US > this.#nowUs) return timeUs - AHEAD_US;
    const staleUs = timeUs + this.#options.maxAgeUs + 1;
    return staleUs > this.#nowUs ? staleUs : Number.POSITIVE_INFINITY;
  }

  /** Other rules: all markets are made anew, and what lived by the old ones is over. */
  #begin(seenUs: number): void {
    for (const watch of this.#markets.values()) watch.endAll(seenUs);
    this.#markets.clear();
    this.#places = [];
    for (const { number } of this.#ladders.all) this.#touch(number);
  }

  #settle(listed: ListedLadder): Place | undefined {
    const { mapped, number } = listed;
    if (mapped === undefined) return undefined;
    let watch = this.#markets.get(mapped.market);
    if (watch === undefined) {
      watch = new MarketWatch(mapped.market, this.#options, (found) => this.#ended(found));
      this.#markets.set(mapped.market, watch);
    }
    const place = { watch, member: watch.add(listed, mapped, this.#nowUs) };
    this.#places[number] = place;
    return place;
  }
}

function byProfit(a: OpportunityView, b: OpportunityView): number {
  return Number(b.netProfit) - Number(a.netProfit) || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0);
}
