import fc from "fast-check";
import { expect, test } from "vitest";
import { anySides, decimal, message } from "../../../test/ladders.ts";
import { LadderSet, SymbolMap, TakerFees, type LadderMessage, type Level } from "../market/index.ts";
import { OpportunityWatch, type OpportunityView } from "./index.ts";

const EVER = Number.NEGATIVE_INFINITY;
const VENUES = ["a", "b", "c", "d"];
const MAX_AGE_US = 1_000;
const rules = new SymbolMap([]);
/** Fees in ten-thousandths, as integers for the reference. */
const anyFees = fc.tuple(...VENUES.map(() => fc.integer({ min: 0, max: 20 })));
const feesOf = (rates: readonly number[]) => new TakerFees(VENUES.map((venue, i) => ({ venue, fromUs: EVER, rate: decimal(`${rates[i]}e-4`) })));

/** What a venue does: says all of its ladder, changes some of it, loses a message, or is silent for a while. */
const anyAct = fc.record({
  venue: fc.integer({ min: 0, max: VENUES.length - 1 }),
  type: fc.constantFrom("snapshot", "snapshot", "update", "update"),
  sides: anySides,
  isLost: fc.integer({ min: 0, max: 4 }).map((n) => n === 4),
  pauseUs: fc.constantFrom(0, 0, 0, 1, 100, 900),
  isTogether: fc.boolean(), // with the next, judged in one moment
});

/** The same by hand: sorted levels of hundredths, and all of it in bigint. */
interface Reference {
  readonly quantity: bigint; // of 10^-2
  readonly gross: bigint; // of 10^-4
  readonly fees: bigint; // of 10^-8
}

const units = ({ mantissa, digits }: Level["price"]) => mantissa * 10n ** BigInt(2 - digits);

function reference(asks: ReadonlyMap<bigint, bigint>, bids: ReadonlyMap<bigint, bigint>, buyFee: number, sellFee: number): Reference | undefined {
  // every unit of 10^-2 by itself: the cheapest with the dearest
  const lots = (of: ReadonlyMap<bigint, bigint>, up: boolean) => [...of].sort(([a], [b]) => (up ? Number(a - b) : Number(b - a))).flatMap(([price, quantity]) => Array.from({ length: Number(quantity) }, () => price));
  const [bought, sold] = [lots(asks, true), lots(bids, false)];
  let [quantity, gross, fees] = [0n, 0n, 0n];
  for (let i = 0; i < Math.min(bought.length, sold.length); i += 1) {
    const fee = bought[i]! * BigInt(buyFee) + sold[i]! * BigInt(sellFee);
    if ((sold[i]! - bought[i]!) * 10_000n <= fee) break;
    quantity += 1n;
    gross += sold[i]! - bought[i]!;
    fees += fee;
  }
  return quantity === 0n ? undefined : { quantity, gross, fees };
}

const exactly = (text: string, digits: number) => {
  const { mantissa, digits: has } = decimal(text);
  return mantissa * 10n ** BigInt(digits - has);
};

interface Truth {
  bids: Map<bigint, bigint>;
  asks: Map<bigint, bigint>;
  sequence: number;
  timeUs: number;
}

test("at every moment there are the opportunities that one finds unit by unit, none more, none less, none on a ladder that is stale, gapped or crossed", () => {
  const met = { seen: 0, stale: 0, gapped: 0, crossed: 0 };
  fc.assert(
    fc.property(anyFees, fc.array(anyAct, { minLength: 6, maxLength: 25 }), (rates, acts) => {
      const watch = new OpportunityWatch(new LadderSet(rules), { fees: feesOf(rates), maxAgeUs: MAX_AGE_US });
      const truth: Truth[] = VENUES.map(() => ({ bids: new Map(), asks: new Map(), sequence: 0, timeUs: EVER }));
      let nowUs = 0;
      for (const { venue, type, sides, isLost, pauseUs, isTogether } of acts) {
        nowUs += pauseUs;
        const one = truth[venue]!;
        one.sequence += 1;
        const said: LadderMessage = { ...message(type, "", ""), ...(type === "snapshot" ? sides : thinned(sides)), venue: VENUES[venue]!, sequence: one.sequence, timeUs: nowUs };
        if (!isLost) {
          watch.take(said);
          tell(one, said, nowUs); // who follows notices a loss with the next message
        }
        if (isTogether) continue;
        watch.refresh(nowUs);
        const found = watch.live();
        const noticed = (place: number) => (watchKnows(truth[place]!) ? truth[place]! : undefined);
        for (const side of truth) {
          if (brokenOf.has(side)) met.gapped += 1;
          if (side.timeUs !== EVER && nowUs - side.timeUs > MAX_AGE_US) met.stale += 1;
          if (isCrossed(side)) met.crossed += 1;
        }
        for (const [buyer] of VENUES.entries()) {
          for (const [seller] of VENUES.entries()) {
            const view = found.find((each) => each.buyVenue === VENUES[buyer] && each.sellVenue === VENUES[seller]);
            const [buy, sell] = [noticed(buyer), noticed(seller)];
            const usable = buyer !== seller && buy !== undefined && sell !== undefined && [buy, sell].every((side) => nowUs - side.timeUs <= MAX_AGE_US && !isCrossed(side));
            const expected = usable ? reference(buy.asks, sell.bids, rates[buyer]!, rates[seller]!) : undefined;
            expect(view === undefined).toBe(expected === undefined);
            if (view === undefined || expected === undefined) continue;
            met.seen += 1;
            expect([exactly(view.quantity, 2), exactly(view.grossProfit, 4), exactly(view.fees, 8)]).toEqual([expected.quantity, expected.gross, expected.fees]);
            expect(exactly(view.netProfit, 8)).toBe(expected.gross * 10_000n - expected.fees);
            expect(Number(view.netProfit)).toBeLessThanOrEqual(Number(view.grossProfit));
            expect(Number(view.bestNetProfit)).toBeGreaterThanOrEqual(Number(view.netProfit));
            expect(view.ageMs).toBe((nowUs - Math.min(buy!.timeUs, sell!.timeUs)) / 1_000);
          }
        }
      }
    }),
    { numRuns: 150 },
  );
  expect(Math.min(...Object.values(met))).toBeGreaterThan(30); // each of them often enough to be tried
});

/** A follower knows what came; a loss shows with the next message, and until then the ladder is what it was. */
function watchKnows(one: Truth): boolean {
  return one.timeUs !== EVER && !brokenOf.has(one);
}
const brokenOf = new WeakSet<Truth>();
const heard = new WeakMap<Truth, number>();

function tell(one: Truth, said: LadderMessage, nowUs: number): void {
  if (said.type === "snapshot") {
    one.bids = sideOf(said.bids);
    one.asks = sideOf(said.asks);
    brokenOf.delete(one);
  } else {
    if (heard.get(one) === undefined || brokenOf.has(one)) return;
    if (said.sequence !== heard.get(one)! + 1) {
      brokenOf.add(one);
      return;
    }
    for (const [side, levels] of [[one.bids, said.bids], [one.asks, said.asks]] as const) {
      for (const { price, quantity } of levels) {
        if (quantity.mantissa === 0n) side.delete(units(price));
        else side.set(units(price), units(quantity));
      }
    }
  }
  heard.set(one, said.sequence!);
  one.timeUs = nowUs;
}

function sideOf(levels: readonly Level[]): Map<bigint, bigint> {
  return new Map(levels.map(({ price, quantity }) => [units(price), units(quantity)]));
}

function isCrossed({ bids, asks }: Truth): boolean {
  return [...bids.keys()].some((bid) => [...asks.keys()].some((ask) => bid > ask));
}

function thinned({ bids, asks }: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }): { bids: Level[]; asks: Level[] } {
  const thin = (levels: readonly Level[]) => levels.map((level, i) => (i % 2 === 1 ? { ...level, quantity: decimal("0") } : level));
  return { bids: thin(bids), asks: thin(asks) };
}

test("judging after every message or looking at the end gives the same opportunities", () => {
  fc.assert(
    fc.property(anyFees, fc.array(anyAct, { minLength: 4, maxLength: 20 }), (rates, acts) => {
      const watches = [0, 1].map(() => new OpportunityWatch(new LadderSet(rules), { fees: feesOf(rates), maxAgeUs: MAX_AGE_US }));
      const sequences = VENUES.map(() => 0);
      let nowUs = 0;
      for (const { venue, type, sides, pauseUs } of acts) {
        nowUs += pauseUs;
        const said: LadderMessage = { ...message(type, "", ""), ...(type === "snapshot" ? sides : thinned(sides)), venue: VENUES[venue]!, sequence: (sequences[venue]! += 1), timeUs: nowUs };
        for (const watch of watches) watch.take(said);
        watches[0]!.refresh(nowUs);
      }
      watches[1]!.refresh(nowUs);
      const [often, once] = watches.map((watch) => watch.live().map((one) => timeless(one)));
      expect(often).toEqual(once);
    }),
    { numRuns: 100 },
  );
});

function timeless({ firstSeen: _first, lastSeen: _last, lifeMs: _life, bestNetProfit: _best, ...rest }: OpportunityView): unknown {
  return rest;
}
