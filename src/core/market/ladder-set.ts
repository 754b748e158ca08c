import type { LadderAnswer, LadderDigits, LadderMessage } from "./ladder-message.ts";
import { Ladder } from "./ladder.ts";
import { LevelStore } from "./level-store.ts";
import type { MappedSymbol, SymbolMap } from "./symbol-rules.ts";

/** One ladder and what it is a ladder of. */
export interface ListedLadder {
  readonly number: number; // counts from 0 in the order in which ladders were first heard of
  readonly ladder: Ladder;
  /** What its symbol is by the rules of the time asked for last; undefined when no rule knows it. */
  readonly mapped: MappedSymbol | undefined;
}

interface Slot extends ListedLadder {
  mapped: MappedSymbol | undefined;
}

/** All ladders of all venues, and which of them are one market. */
export class LadderSet {
  readonly #rules: SymbolMap;
  readonly #byKey = new Map<string, Slot>();
  readonly #all: Slot[] = [];
  readonly #store = new LevelStore();
  #ofMarket: Map<string, Slot[]> | undefined; // undefined: to be made anew
  #mappedAtUs = Number.NEGATIVE_INFINITY;
  #nextEditionUs: number;

  constructor(rules: SymbolMap) {
    this.#rules = rules;
    this.#nextEditionUs = rules.nextEditionUs(Number.NEGATIVE_INFINITY);
  }

  /** In the order of their numbers. */
  get all(): readonly ListedLadder[] {
    return this.#all;
  }

  /** The ladder of a venue's symbol; it is there from the first time it is asked for. */
  ladder(venue: string, symbol: string, digits?: LadderDigits): ListedLadder {
    const key = `${venue}\u0000${symbol}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const slot: Slot = { number: this.#all.length, ladder: new Ladder(venue, symbol, digits, this.#store), mapped: this.#rules.map(venue, symbol, this.#mappedAtUs) };
    this.#byKey.set(key, slot);
    this.#all.push(slot);
    if (this.#ofMarket !== undefined) list(this.#ofMarket, slot);
    return slot;
  }

  /** Gives a message to its ladder. */
  take(message: LadderMessage): { readonly listed: ListedLadder; readonly answer: LadderAnswer } {
    const listed = this.ladder(message.venue, message.symbol);
    return { listed, answer: listed.ladder.take(message) };
  }

  /** Reads the symbols by the rules that hold at a time. Returns whether another edition holds than before. */
  moveTo(nowUs: number): boolean {
    if (nowUs < this.#nextEditionUs) return false;
    this.#mappedAtUs = nowUs;
    this.#nextEditionUs = this.#rules.nextEditionUs(nowUs);
    for (const slot of this.#all) slot.mapped = this.#rules.map(slot.ladder.venue, slot.ladder.symbol, nowUs);
    this.#ofMarket = undefined;
    return true;
  }

  /** When the rules next change; +∞ when they do not. */
  get nextEditionUs(): number {
    return this.#nextEditionUs;
  }

  /** The ladders of one market, in the order of their numbers. */
  ofMarket(market: string): readonly ListedLadder[] {
    return this.#markets().get(market) ?? [];
  }

  /** Names of all markets, in alphabetical order. */
  markets(): string[] {
    return [...this.#markets().keys()].sort();
  }

  #markets(): ReadonlyMap<string, readonly Slot[]> {
    if (this.#ofMarket !== undefined) return this.#ofMarket;
    this.#ofMarket = new Map();
    for (const slot of this.#all) list(this.#ofMarket, slot);
    return this.#ofMarket;
  }
}

function list(markets: Map<string, Slot[]>, slot: Slot): void {
  if (slot.mapped === undefined) return;
  const of = markets.get(slot.mapped.market);
  if (of === undefined) markets.set(slot.mapped.market, [slot]);
  else of.push(slot);
}
