import type { LadderMessage } from "../../core/market/index.ts";
import { arbitrageur, marketMaker, momentumTaker, rebalancer } from "./bots.ts";
import { SYMBOLS, VENUES, type VenueRules } from "./catalog.ts";
import { DEMO_FAULTS, type Faults } from "./faults.ts";
import { Feed, type Sink } from "./feed.ts";
import { STEPS_A_SECOND, type Bot, type Floor } from "./floor.ts";
import { DEMO_LADDER_FAULTS, SimulatedLadder, type LadderFaults } from "./ladders.ts";
import { Random } from "./random.ts";
import { Underlying } from "./underlying.ts";
import { SimulatedVenue } from "./venue.ts";
import { FaultyWire } from "./wire.ts";

const STEP_NS = 1_000_000_000n / BigInt(STEPS_A_SECOND);
/** What two venues must differ in price before the arbitrageur acts, in millionths. It does not mind the fees: it shows them. */
const WORTH_IT_PPM = 100;

/** Who trades, each with a memory of what it holds. */
export function simulatedBots(account: string): readonly Bot[] {
  return [marketMaker(account), momentumTaker(account), rebalancer(account), arbitrageur(account, WORTH_IT_PPM)];
}

export interface MarketOptions {
  readonly seed: number;
  readonly startNs: bigint;
  readonly faults?: Faults; // of every venue; without it, as in the demo
  readonly account?: string; // without it "demo"
  readonly onLadder?: (message: LadderMessage) => void; // told what the feeds say of their ladders; without it there are none
  readonly ladderFaults?: LadderFaults; // of every venue; without it, as in the demo
  readonly rules?: readonly VenueRules[]; // of the venues; without it, what anybody pays
  readonly bots?: readonly Bot[]; // who trade; without it, new ones that hold nothing
  readonly keep?: number; // fills and messages that a venue remembers; without it, all
}

/** One venue with the line to it and who follows it. */
export interface FollowedVenue {
  readonly venue: SimulatedVenue;
  readonly wire: FaultyWire;
  readonly feed: Feed;
}

/**
 * A made-up market: venues that quote one price a symbol, bots that trade there, and feeds that hand what they make sure
 * of to `sink`. It knows no clock and no chance: the same seed, told the same times, is the same market.
 */
export class SimulatedMarket {
  readonly followed: readonly FollowedVenue[];
  readonly #underlyings: readonly Underlying[];
  readonly #bots: readonly Bot[];
  readonly #random: Random;
  readonly #ladders: readonly { readonly venue: SimulatedVenue; readonly symbol: string; readonly ladder: SimulatedLadder }[];
  readonly #onLadder: MarketOptions["onLadder"];
  #startNs: bigint;
  readonly #faults: Faults;
  #step = 0;

  constructor({ seed, startNs, faults = DEMO_FAULTS, account = "demo", keep = Number.POSITIVE_INFINITY, onLadder, ladderFaults = DEMO_LADDER_FAULTS, rules = VENUES, bots = simulatedBots(account) }: MarketOptions, sink: Sink) {
    const random = new Random(seed);
    this.#random = random.fork();
    this.#faults = faults;
    this.#startNs = startNs;
    this.#underlyings = SYMBOLS.map((of) => new Underlying(of, random.fork()));
    this.#bots = bots;
    this.followed = rules.map((one) => {
      const venue = new SimulatedVenue(one, random.fork(), keep);
      const wire = new FaultyWire(venue, faults, random.fork());
      return { venue, wire, feed: new Feed(wire, one, sink) };
    });
    this.#onLadder = onLadder;
    // chance of its own, drawn last: the same market trades with ladders and without
    this.#ladders = this.followed.flatMap(({ venue }) => Object.keys(venue.rules.listings).map((symbol) => ({ venue, symbol, ladder: new SimulatedLadder(venue.rules, symbol, ladderFaults, random.fork()) })));
  }

  /** Lies told by all venues so far: each of them is to be refused. */
  get lies(): number {
    return this.followed.reduce((sum, { wire }) => sum + wire.lies, 0);
  }
  /** Messages that are known to exist and did not come yet. */
  get missing(): number {
    return this.followed.reduce((sum, { feed }) => sum + feed.missing, 0);
  }

  /** Lets everything happen up to `nowNs`: the market moves in steps of its own, the feeds hear what has come by then. */
  advance(nowNs: bigint): void {
    for (; this.#stepNs <= nowNs; this.#step += 1) {
      for (const { feed } of this.followed) feed.advance(this.#stepNs);
      this.#trade(this.#stepNs);
    }
  }

  /** So long nothing happened: what comes next comes so much later. */
  skip(pauseNs: bigint): void {
    this.#startNs += pauseNs;
  }

  /** No trade happens any more and no line fails; what was missed is asked for until nothing is missing. What is still under way comes, twice, late and with its lies. */
  settle(): void {
    for (const { wire } of this.followed) wire.faults = { ...this.#faults, drop: 0, disconnect: 0, refuse: 0, history: 0 };
    while (this.followed.some(({ feed, wire, venue }) => feed.handed < venue.ledger.last || wire.isUnderWay)) {
      const nowNs = this.#stepNs;
      for (const { venue, wire, feed } of this.followed) {
        if (feed.handed < venue.ledger.last && !wire.isUnderWay) wire.send(venue.heartbeatText(), nowNs);
        feed.advance(nowNs);
      }
      this.#step += 1;
    }
  }

  get #stepNs(): bigint {
    return this.#startNs + BigInt(this.#step) * STEP_NS;
  }

  #trade(nowNs: bigint): void {
    for (const underlying of this.#underlyings) {
      underlying.move(1 / STEPS_A_SECOND);
      for (const venue of this.#venuesOf(underlying.of.symbol)) venue.follow(underlying);
    }
    const floor: Floor = {
      underlyings: this.#underlyings,
      random: this.#random,
      step: this.#step,
      venuesOf: (symbol) => this.#venuesOf(symbol),
      trade: (venue, symbol, order) => this.#say(venue, venue.fill(symbol, order, nowNs), nowNs),
    };
    for (const bot of this.#bots) bot(floor);
    if (this.#onLadder !== undefined) for (const { venue, symbol, ladder } of this.#ladders) for (const message of ladder.advance(venue.quote(symbol)!, nowNs)) this.#onLadder(message);
    if (this.#step % STEPS_A_SECOND === 0) for (const { venue, wire } of this.followed) for (const text of [...venue.quoteTexts(nowNs), venue.heartbeatText()]) wire.send(text, nowNs);
  }

  /** A venue says what was traded, and now and then what was wrong before. */
  #say(venue: SimulatedVenue, texts: readonly string[], nowNs: bigint): void {
    const { wire } = this.followed.find((one) => one.venue === venue)!;
    for (const text of texts) {
      wire.send(text, nowNs);
      const correction = this.#random.chance(this.#faults.correction) ? venue.correct(nowNs) : undefined;
      if (correction !== undefined) wire.send(correction, nowNs);
    }
  }

  #venuesOf(symbol: string): SimulatedVenue[] {
    return this.followed.filter(({ venue }) => venue.rules.listings[symbol] !== undefined).map(({ venue }) => venue);
  }
}
