import { describe, expect, test } from "vitest";
import { LadderSet, liquidityOf, ConsolidatedLadder, SymbolMap, TakerFees, type LadderMessage, type LadderAnswer } from "../../core/market/index.ts";
import { OpportunityWatch } from "../../core/opportunity/index.ts";
import { VENUES } from "./catalog.ts";
import { FAULTLESS, FAULTLESS_LADDERS, SimulatedMarket, simulatedInstruments, type LadderFaults } from "./index.ts";

const START = 1_750_000_000_000_000_000n;
const SECOND = 1_000_000_000n;
const WILD: LadderFaults = { gap: 0.01, crossed: 0.01, stall: 0.002 };
const MAX_AGE_US = 1_500_000;

interface Day {
  readonly set: LadderSet;
  readonly messages: readonly LadderMessage[];
  readonly answers: Readonly<Record<LadderAnswer["code"], number>>;
  readonly reasons: ReadonlySet<string>; // why ladders were unusable at some moment
  readonly most: number; // opportunities at once
}

function day(seed: number, ladderFaults: LadderFaults, seconds: number): Day {
  const set = new LadderSet(new SymbolMap([]));
  const fees = new TakerFees(VENUES.map(({ venue }) => ({ venue, fromUs: Number.NEGATIVE_INFINITY, rate: { mantissa: 0n, digits: 0 } })));
  const watch = new OpportunityWatch(set, { fees, maxAgeUs: MAX_AGE_US });
  const messages: LadderMessage[] = [];
  const answers = { taken: 0, old: 0, gap: 0, waiting: 0, mismatch: 0, refused: 0 };
  const reasons = new Set<string>();
  let most = 0;
  const onLadder = (message: LadderMessage) => {
    messages.push(message);
    answers[watch.take(message).code] += 1;
  };
  const nothing = () => undefined;
  const market = new SimulatedMarket({ seed, startNs: START, faults: FAULTLESS, ladderFaults, onLadder }, { fill: nothing, correct: nothing, mark: nothing, refuse: nothing });
  for (let at = START; at <= START + BigInt(seconds) * SECOND; at += SECOND / 20n) {
    market.advance(at);
    const nowUs = Number(at / 1_000n);
    watch.refresh(nowUs);
    most = Math.max(most, watch.alive);
    if (at < START + 5n * SECOND) continue; // the first snapshots are on their way
    for (const { ladder } of set.all) {
      const reason = ladder.unusable(nowUs, MAX_AGE_US);
      if (reason !== undefined) reasons.add(reason);
      else expect(ladder.bids.best <= ladder.asks.best || ladder.bids.count === 0 || ladder.asks.count === 0).toBe(true);
    }
  }
  return { set, messages, answers, reasons, most };
}

describe("ladders of made-up venues", () => {
  test("without faults are complete, ordered and in the digits of their listing", () => {
    const { set, answers } = day(3, FAULTLESS_LADDERS, 60);
    expect(set.all.map(({ ladder }) => `${ladder.venue} ${ladder.symbol}`).sort()).toEqual(simulatedInstruments().map(({ venue, symbol }) => `${venue} ${symbol}`).sort());
    expect(answers).toMatchObject({ old: 0, gap: 0, waiting: 0, mismatch: 0, refused: 0 });
    expect(answers.taken).toBeGreaterThan(3_000);
    for (const { ladder } of set.all) {
      const { priceDigits } = VENUES.find(({ venue }) => venue === ladder.venue)!.listings[ladder.symbol]!;
      expect([ladder.bids.count, ladder.asks.count, ladder.priceDigits <= priceDigits]).toEqual([15, 15, true]);
    }
    const view = liquidityOf(new ConsolidatedLadder("ETH/USD", set.all, { nowUs: Number((START + 60n * SECOND) / 1_000n), maxAgeUs: 5_000_000 }));
    expect(view.venues.map(({ venue }) => venue).sort()).toEqual(["harbor", "northgate", "poolswap"]);
    expect(view.bids.length).toBe(25);
  });

  test("lose messages, cross and stall where that is asked for, and are mended; opportunities come and go", () => {
    const { answers, reasons, most } = day(5, WILD, 90);
    expect([...reasons].sort()).toEqual(["crossed", "gap", "stale"]);
    expect(Math.min(answers.gap, answers.waiting)).toBeGreaterThan(10);
    expect(answers.taken).toBeGreaterThan(answers.waiting);
    expect([answers.refused, answers.mismatch]).toEqual([0, 0]);
    expect(most).toBeGreaterThan(0);
  });

  test("are the same for the same seed, others for another, and change nothing of the market that trades", () => {
    expect(day(4, WILD, 10).messages).toEqual(day(4, WILD, 10).messages);
    expect(day(4, WILD, 10).messages).not.toEqual(day(6, WILD, 10).messages);
    const trades = (onLadder?: () => void) => {
      const heard: unknown[] = [];
      const hear = (what: unknown) => void heard.push(what);
      const market = new SimulatedMarket({ seed: 4, startNs: START, ...(onLadder === undefined ? {} : { onLadder }) }, { fill: hear, correct: hear, mark: hear, refuse: hear });
      market.advance(START + 10n * SECOND);
      return heard;
    };
    expect(trades(() => undefined)).toEqual(trades());
  });
});
