import type { EquityPoint } from "../book/index.ts";
import { addDecimals, zero, type Decimal } from "../num/index.ts";
import { moneyWeightedReturn, type Flow } from "./growth.ts";
import type { Estimate } from "./estimate.ts";
import { plain } from "./plain.ts";

const YEAR_NS = 365.25 * 86_400_000_000_000;

/** What equity made from one moment to the next at which it is known. */
export interface CurveReturn {
  readonly fromNs: bigint; // the end of the period before
  readonly toNs: bigint;
  readonly value: number; // simple: 0.01 is 1 %
  readonly flow: Decimal; // put in meanwhile
  readonly equity: Decimal; // at the end
}

/** Returns of an equity curve, and what could not be told. */
export interface CurveReturns {
  readonly returns: readonly CurveReturn[];
  readonly unknown: number; // points without a mark or a rate: the next known one spans them
  readonly impossible: number; // periods that began with nothing, or less, at work
  readonly hasCapital: boolean;
}

/**
 * Time-weighted returns, a period each: equity at the end ÷ (equity before + what was put in) − 1. So a deposit is no gain.
 * @param timing start: what comes in works from the beginning of its period; end: it came at its end, (equity − flow) ÷ equity before − 1
 */
export function curveReturns(points: readonly EquityPoint[], timing: "start" | "end" = "start"): CurveReturns {
  const returns: CurveReturn[] = [];
  let [unknown, impossible] = [0, 0];
  let before: { readonly equity: Decimal; readonly endNs: bigint } | undefined;
  let flow: Decimal | undefined = zero; // since then
  for (const { beginNs, endNs, equity, flow: came } of points) {
    flow = flow && came && addDecimals(flow, came);
    if (equity === undefined || flow === undefined) {
      if (equity === undefined) {
        unknown += 1;
        continue;
      }
      unknown += 1; // what came in is not known, where it stands now is
      [before, flow] = [{ equity, endNs }, zero];
      continue;
    }
    const base = timing === "start" ? addDecimals(before?.equity ?? zero, flow) : (before?.equity ?? zero);
    const gain = addDecimals(addDecimals(equity, negated(before?.equity ?? zero)), negated(flow));
    if (base.mantissa > 0n) returns.push({ fromNs: before?.endNs ?? beginNs - 1n, toNs: endNs, value: plain(gain) / plain(base), flow, equity });
    else if (before !== undefined || gain.mantissa !== 0n) impossible += 1;
    [before, flow] = [{ equity, endNs }, zero];
  }
  return { returns, unknown, impossible, hasCapital: points.some(({ equity, capital, flow: came }) => equity !== undefined || capital === undefined || came === undefined || came.mantissa !== 0n) };
}

/**
 * The yearly money-weighted return of an equity curve: equity at the beginning and all that came in later against equity at the end.
 * A year is 365.25 days.
 */
export function curveMoneyWeighted(returns: readonly CurveReturn[]): Estimate {
  const [first, last] = [returns[0], returns.at(-1)];
  if (first === undefined || last === undefined) return "too_few";
  const years = (ns: bigint) => Number(ns - first.fromNs) / YEAR_NS;
  const start = plain(first.equity) / (1 + first.value) - plain(first.flow);
  const flows: Flow[] = [{ amount: start, years: 0 }, ...returns.map(({ flow, fromNs }) => ({ amount: plain(flow), years: years(fromNs) }))];
  return moneyWeightedReturn(flows, plain(last.equity), years(last.toNs));
}

function negated(value: Decimal): Decimal {
  return { ...value, mantissa: -value.mantissa };
}
