import { LadderSet, SymbolMap, TakerFees, type Level } from "../src/core/market/index.ts";
import { OpportunityWatch } from "../src/core/opportunity/index.ts";
import { ladderFlow, type LadderFlow } from "./ladder-flow.ts";
import { alternate, type Benchmark } from "./measure.ts";
import { ObjectLadders } from "./object-ladders.ts";

const OPTIONS = { seed: 20_241_121, venues: 10, symbols: 50, depth: 1_000, updates: 1_000_000 };
/** Updates before the measured ones: a collector that ran between the rounds makes the compiler begin anew. */
const WARMING = 400_000;
const START_US = 1_700_000_000_000_000;
const MAX_AGE_US = 60_000_000;
const FEE = 0.000_02; // a tick or so: opportunities come and go all the time
const FEE_DECIMAL = { mantissa: 2n, digits: 5 };

export const ladderUpdate: Benchmark = {
  name: "ladder-update",
  measures: `level updates a second of one core's time over ${OPTIONS.venues} venues × ${OPTIONS.symbols} symbols, ${OPTIONS.depth} levels a side, opportunities current after each one`,
  against: "sorted arrays of objects of floats",
  goal: 5,
  run: () => {
    const flow = ladderFlow(OPTIONS);
    let ours: Outcome = { alive: 0, net: 0 };
    let objects: Outcome = ours;
    return alternate({
      rounds: 5, unit: "updates/s", better: "more",
      subject: () => {
        const round = withLadders(flow);
        ours = round;
        return round.perSecond;
      },
      baseline: () => {
        const round = withObjects(flow);
        objects = round;
        return round.perSecond;
      },
      notes: () => [`at the end ${ours.alive} opportunities live (objects: ${objects.alive}), worth ${ours.net.toFixed(6)} (objects: ${objects.net.toFixed(6)})`],
    });
  },
};

interface Outcome {
  readonly alive: number;
  readonly net: number;
}
type Timed = Outcome & { readonly perSecond: number };

function withLadders(flow: LadderFlow): Timed {
  const ladders = new LadderSet(new SymbolMap([]));
  const venueNames = Array.from({ length: flow.venues }, (_, venue) => `venue-${venue}`);
  const fees = new TakerFees(venueNames.map((venue) => ({ venue, fromUs: Number.NEGATIVE_INFINITY, rate: FEE_DECIMAL })));
  const watch = new OpportunityWatch(ladders, { fees, maxAgeUs: MAX_AGE_US });
  const none: readonly Level[] = [];
  for (let number = 0; number < flow.venues * flow.symbols; number += 1) {
    const symbol = `S${Math.floor(number / flow.venues)}/USD`;
    watch.take({ type: "snapshot", venue: venueNames[number % flow.venues]!, symbol, timeUs: START_US, sequence: 0, bids: none, asks: none });
  }
  const sequences = new Int32Array(ladders.all.length);
  const update = (row: number) => {
    const number = flow.ladder[row]!;
    const timeUs = START_US + row;
    watch.change(number, flow.isBid[row] === 1, flow.price[row]!, flow.quantity[row]!, 0, (sequences[number]! += 1), timeUs);
    watch.refresh(timeUs);
  };
  for (let row = 0; row < flow.opening + WARMING; row += 1) update(row);
  const begun = process.cpuUsage();
  for (let row = flow.opening + WARMING; row < flow.count; row += 1) update(row);
  const perSecond = updatesASecond(flow, begun);
  return { perSecond, alive: watch.alive, net: watch.live().reduce((sum, { netProfit }) => sum + Number(netProfit), 0) };
}

function withObjects(flow: LadderFlow): Timed {
  const ladders = new ObjectLadders(flow.venues, flow.symbols, FEE, MAX_AGE_US);
  const sequences = new Int32Array(flow.venues * flow.symbols);
  const update = (row: number) => {
    const number = flow.ladder[row]!;
    ladders.update(number, flow.isBid[row] === 1, flow.price[row]!, flow.quantity[row]!, (sequences[number]! += 1), START_US + row);
  };
  for (let row = 0; row < flow.opening + WARMING; row += 1) update(row);
  const begun = process.cpuUsage();
  for (let row = flow.opening + WARMING; row < flow.count; row += 1) update(row);
  const perSecond = updatesASecond(flow, begun);
  return { perSecond, alive: ladders.alive, net: ladders.net };
}

/** By the processor's time, collector and compiler included: the goal is one core's, and others use the machine, too. */
function updatesASecond(flow: LadderFlow, begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return ((flow.count - flow.opening - WARMING) * 1_000_000) / (user + system);
}
