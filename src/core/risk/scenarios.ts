import { addDecimals, formatDecimal, zero, type Decimal } from "../num/index.ts";
import type { Exposure, LimitSet } from "../model/index.ts";
import { limitFor } from "../model/index.ts";
import { numberOf } from "./checks.ts";
import type { PriceSeries } from "../market/index.ts";
import { reverseStress } from "./stress.ts";

/** A way that prices may move, or a venue may go. Shocks are fractions: −0.3 is a fall of 30 %. */
export type Scenario =
  | { readonly name: string; readonly kind: "shocks"; readonly symbols: ReadonlyMap<string, number>; readonly venues: ReadonlyMap<string, number>; readonly classes: ReadonlyMap<string, number>; readonly others: number | undefined }
  | { readonly name: string; readonly kind: "window"; readonly fromDay: number; readonly toDay: number } // what prices did between these closes
  | { readonly name: string; readonly kind: "together"; readonly deviations: number } // all correlations one: each position moves against its holder by so many deviations of a day
  | { readonly name: string; readonly kind: "venue_gone"; readonly venue: string };

/** What a scenario does to the book; losses are < 0 here, since this is P&L. */
export interface ScenarioResult {
  readonly name: string;
  readonly kind: Scenario["kind"];
  readonly pnl: number | null; // null: not known, with the reason
  readonly reason: string | null;
  readonly positions: readonly { readonly account: string; readonly symbol: string; readonly shock: number | null; readonly pnl: number | null }[];
  /** How many times over it takes until the daily loss, or the drawdown from equity, reaches its limit; null: never, or no limit. */
  readonly timesToLimit: { readonly max_daily_loss: number | null; readonly max_drawdown_limit: number | null };
}

export interface StressInput {
  readonly exposures: readonly Exposure[];
  readonly limits: LimitSet;
  readonly equity: Decimal | undefined;
  readonly classOf: (symbol: string) => string; // kind of instrument
  readonly seriesOf: (symbol: string) => PriceSeries | undefined;
  readonly volatilityOf: (symbol: string) => number | null;
}

/**
 * What scenarios would do to exposures. A shock of a symbol counts before one of its class, before one of the venue, before that of all others; what has none does not move. A
 * position whose shock cannot be known (no prices in the window, no mark) makes the whole unknown, and is named.
 */
export function stress(scenarios: readonly Scenario[], input: StressInput): ScenarioResult[] {
  const dayLimit = limitFor(input.limits, "max_daily_loss");
  const drawdownLimit = limitFor(input.limits, "max_drawdown_limit");
  const drawdownMoney = drawdownLimit === undefined || input.equity === undefined ? undefined : numberOf(drawdownLimit) * numberOf(input.equity);
  return scenarios.map((scenario): ScenarioResult => {
    const positions = input.exposures.map((exposure) => ({ account: exposure.account, symbol: exposure.symbol, ...lossOf(scenario, exposure, input) }));
    const unknown = [...new Set(positions.filter(({ pnl }) => pnl === null).map(({ symbol }) => symbol))];
    const pnl = unknown.length > 0 ? null : positions.reduce((sum, one) => sum + one.pnl!, 0);
    const times = (threshold: number | undefined) => (pnl === null || threshold === undefined || !(threshold > 0) ? null : (reverseStress(pnl, threshold) ?? null));
    return {
      name: scenario.name, kind: scenario.kind, pnl, reason: unknown.length > 0 ? `unknown: ${unknown.slice(0, 5).join(", ")}${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ""}` : null,
      positions,
      timesToLimit: { max_daily_loss: times(dayLimit === undefined ? undefined : numberOf(dayLimit)), max_drawdown_limit: times(drawdownMoney) },
    };
  });
}

function lossOf(scenario: Scenario, { symbol, value, venues }: Exposure, input: StressInput): { readonly shock: number | null; readonly pnl: number | null } {
  const exposure = value === undefined ? undefined : numberOf(value);
  const moved = (shock: number | undefined) => ({ shock: shock ?? null, pnl: shock === undefined || exposure === undefined ? (exposure === 0 ? 0 : null) : exposure * shock + 0 }); // + 0: what does not move loses no minus zero
  switch (scenario.kind) {
    case "venue_gone": {
      const held = venues.filter(({ venue }) => venue === scenario.venue).reduce<Decimal | undefined>((sum, { heldThere }) => sum && heldThere && addDecimals(sum, heldThere), zero);
      return { shock: null, pnl: held === undefined ? null : 0 - Number(formatDecimal(held)) };
    }
    case "window":
      return moved(windowReturn(input.seriesOf(symbol), scenario.fromDay, scenario.toDay));
    case "together": {
      const volatility = input.volatilityOf(symbol);
      return moved(volatility === null || exposure === undefined ? undefined : (exposure > 0 ? -1 : 1) * scenario.deviations * volatility);
    }
    case "shocks": {
      const ofSymbol = scenario.symbols.get(symbol) ?? scenario.classes.get(input.classOf(symbol));
      if (ofSymbol !== undefined || scenario.venues.size === 0) return moved(ofSymbol ?? scenario.others ?? 0);
      let total = 0;
      for (const { venue, value: own } of venues) {
        const shock = scenario.venues.get(venue) ?? scenario.others ?? 0;
        if (own === undefined) return { shock: null, pnl: null };
        total += numberOf(own) * shock;
      }
      return { shock: null, pnl: total };
    }
  }
}

/** A close so many days before the first or the last day of a window still stands for it: longer than any holidays. */
const OLDEST_DAYS = 10;

/** From the last close not later than `fromDay` to the last one not later than `toDay`, if it is of that time. */
function windowReturn(series: PriceSeries | undefined, fromDay: number, toDay: number): number | undefined {
  if (series === undefined) return undefined;
  const [begin, end] = [lastUpTo(series, fromDay), lastUpTo(series, toDay)];
  if (begin === undefined || end === undefined || fromDay - series.days[begin]! > OLDEST_DAYS || toDay - series.days[end]! > OLDEST_DAYS) return undefined;
  return end <= begin ? undefined : series.closes[end]! / series.closes[begin]! - 1;
}

function lastUpTo({ days }: PriceSeries, day: number): number | undefined {
  let at = days.length - 1;
  while (at >= 0 && days[at]! > day) at -= 1;
  return at < 0 ? undefined : at;
}

/** The days of UTC dates. */
const day = (text: string) => Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8, 10))) / 86_400_000;

/** Scenarios that every book is asked about; each venue gone is added for the venues that hold something. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "all_down_10", kind: "shocks", symbols: new Map(), venues: new Map(), classes: new Map(), others: -0.1 },
  { name: "all_up_10", kind: "shocks", symbols: new Map(), venues: new Map(), classes: new Map(), others: 0.1 },
  { name: "all_down_30", kind: "shocks", symbols: new Map(), venues: new Map(), classes: new Map(), others: -0.3 },
  { name: "correlation_one", kind: "together", deviations: 3 },
  { name: "lehman_2008", kind: "window", fromDay: day("2008-09-12"), toDay: day("2008-11-20") },
  { name: "march_2020", kind: "window", fromDay: day("2020-02-19"), toDay: day("2020-03-23") },
  { name: "crypto_may_2021", kind: "window", fromDay: day("2021-05-11"), toDay: day("2021-05-23") },
  { name: "ftx_2022", kind: "window", fromDay: day("2022-11-05"), toDay: day("2022-11-09") },
];

/** The scenarios above, and each venue of the exposures gone. */
export function scenariosOf(exposures: readonly Exposure[]): Scenario[] {
  const venues = new Set(exposures.flatMap((one) => one.venues.map(({ venue }) => venue)));
  return [...SCENARIOS, ...[...venues].sort().map((venue): Scenario => ({ name: `venue_gone:${venue}`, kind: "venue_gone", venue }))];
}
