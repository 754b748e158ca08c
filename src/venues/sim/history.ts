import type { Fill, Mark } from "../../core/model/index.ts";
import type { PriceRun } from "../../core/engine/index.ts";
import { PRICE_DIGITS, SYMBOLS, type SimulatedSymbol, type VenueRules } from "./catalog.ts";
import { STEPS_A_SECOND, type Bot } from "./floor.ts";
import { Random } from "./random.ts";
import type { Priced } from "./underlying.ts";
import { SimulatedVenue } from "./venue.ts";

const DAY_NS = 86_400_000_000_000n;
const MINUTE_NS = 60_000_000_000n;
const DAYS = 60n;
const MINUTES_APART = { before: 240n, today: 10n } as const;
/** Today the bots trade at every so many marks only. */
const TRADED_EVERY = 6;
/** Times that bots look at the floor where they trade at all. */
const ROUNDS = 4;
/** Every bot acts at a step that is a multiple of this. */
const STEPS = 10 * STEPS_A_SECOND;
/** So far before a period ends it is traded, and then marked: a mark that is younger than a minute values the end. */
const TRADED_BEFORE_NS = 40_000_000_000n;
const MARKED_BEFORE_NS = 20_000_000_000n;
const WANDER = 0.1; // of a day's move: how far a price strays on its way from one close to the next

/** What a desk did before the demo began. */
interface SimulatedHistory {
  readonly beganNs: bigint; // its first day
  readonly fills: readonly Fill[]; // oldest first
  readonly marks: readonly Mark[];
}

interface HistoryOptions {
  readonly seed: number;
  readonly nowNs: bigint;
  readonly past: readonly PriceRun[]; // closes up to yesterday, of each symbol
  readonly rules: readonly VenueRules[];
  readonly bots: readonly Bot[]; // what they hold at the end they go on with
}

/** The last two months of the desk that the demo shows, as its bots would have traded them along the closes, and today up to now: the nearer, the closer. */
export function simulatedHistory({ seed, nowNs, past, rules, bots }: HistoryOptions): SimulatedHistory {
  const random = new Random(seed);
  const venues = rules.map((one) => new SimulatedVenue({ ...one, prefix: `${one.prefix}P` }, random.fork(), Number.POSITIVE_INFINITY));
  const paths = SYMBOLS.map((of) => new Path(of, past.find(({ symbol }) => symbol === of.symbol)!, nowNs, random.fork()));
  const venuesOf = (symbol: string) => venues.filter((venue) => venue.rules.listings[symbol] !== undefined);
  const today = nowNs - (nowNs % DAY_NS);
  const fills: Fill[] = [];
  const marks: Mark[] = [];
  let step = 0;
  for (const [at, { endNs, trades }] of periods(today, nowNs).entries()) {
    const underlyings = paths.map((path) => path.at(endNs));
    const follow = () => underlyings.forEach((underlying) => venuesOf(underlying.of.symbol).forEach((venue) => venue.follow(underlying)));
    for (let round = 0; trades && round < ROUNDS; round += 1, step += STEPS) {
      follow();
      for (const bot of bots) bot({ underlyings, random, step, venuesOf, trade: (venue, symbol, order) => void fills.push(...venue.fillsOf(symbol, order, endNs - TRADED_BEFORE_NS + BigInt(round) * 1_000_000_000n)) });
    }
    if (at === 0 || !trades) follow();
    for (const venue of venues) for (const { symbol, price } of venue.middles()) marks.push({ venue: venue.rules.venue, symbol, price, timeNs: endNs - MARKED_BEFORE_NS });
  }
  return { beganNs: today - DAYS * DAY_NS, fills, marks };
}

/** The ends of the periods that are marked, oldest first. */
function periods(today: bigint, nowNs: bigint): { readonly endNs: bigint; readonly trades: boolean }[] {
  const [before, apart] = [MINUTES_APART.before * MINUTE_NS, MINUTES_APART.today * MINUTE_NS];
  const ends = Array.from({ length: Number((DAYS * DAY_NS) / before) }, (_, i) => ({ endNs: today - DAYS * DAY_NS + BigInt(i + 1) * before, trades: true }));
  for (let endNs = today + apart, i = 1; endNs < nowNs; endNs += apart, i += 1) ends.push({ endNs, trades: i % TRADED_EVERY === 0 });
  return ends;
}

/** The price of a symbol between its closes, and from the last one to where the demo begins. */
class Path {
  readonly #of: SimulatedSymbol;
  readonly #closes = new Map<number, number>(); // by UTC day, in units of 10^-8
  readonly #nowNs: bigint;
  readonly #random: Random;
  #before: number;
  #stray = 0; // from the way between closes, as a share of the price
  #lastNs = 0n;

  constructor(of: SimulatedSymbol, { days, closes }: PriceRun, nowNs: bigint, random: Random) {
    this.#of = of;
    this.#nowNs = nowNs;
    this.#random = random;
    closes.forEach((close, i) => this.#closes.set(days[i]!, Math.round(Number(close) * 10 ** PRICE_DIGITS)));
    this.#before = of.price;
  }

  at(timeNs: bigint): Priced {
    const day = Number((timeNs - 1n) / DAY_NS);
    const beginNs = BigInt(day) * DAY_NS;
    const isToday = beginNs + DAY_NS > this.#nowNs;
    const part = Number(timeNs - beginNs) / Number(isToday ? this.#nowNs - beginNs : DAY_NS);
    const from = this.#closeBefore(day);
    const to = isToday ? this.#of.price : (this.#closes.get(day) ?? from);
    const passed = Math.min(1 / 4, Number(timeNs - this.#lastNs) / Number(DAY_NS)); // of a day
    this.#lastNs = timeNs;
    this.#stray = this.#stray * (1 - 4 * passed) + this.#random.normal() * WANDER * this.#of.restless * Math.sqrt(86_400 * 4 * passed);
    const price = Math.max(1, Math.round((from + (to - from) * part) * (1 + this.#stray * Math.min(1, 4 * (1 - part)))));
    return { of: this.#of, price };
  }

  /** An equity has no closes of weekends: the one before counts on. */
  #closeBefore(day: number): number {
    const close = this.#closes.get(day - 1);
    if (close !== undefined) this.#before = close;
    return this.#before;
  }
}
