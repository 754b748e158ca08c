import { addDecimals, drawdowns, zero, type Decimal } from "../num/index.ts";
import { DAY_NS, type EquityPoint } from "../book/index.ts";
import { numberOf, type Figure, type Sum } from "./checks.ts";

/** Where equity stands: of the book, or of an account. Losses > 0. */
export interface Standing {
  readonly equity: Sum; // capital + P&L; unknown without capital
  readonly pnl: Sum; // net, since the beginning
  readonly dayPnl: Sum; // net, since midnight UTC, or since the last day that is known; unknown where none of the days before is
  readonly drawdown: { readonly money: Sum; readonly fraction: Figure }; // below the highest now
  readonly maxDrawdown: { readonly money: Sum; readonly fraction: Figure }; // the deepest there was
  readonly durationDays: number | null; // of the longest, from peak to recovery; one that is open counts up to now
  readonly recovered: boolean | null; // whether the deepest has been made good
  readonly unknownDays: number; // days that no mark values: they are left out
}

const NO_HISTORY = "no_history";
const NO_CAPITAL = "no_capital";
const NO_START = "no_mark_before_today";

/**
 * Where equity stands at the last of these points, one a day, oldest first. Money is exact: of net P&L, so that capital that comes or goes is neither gain nor loss. The fraction is that of
 * returns compounded day by day, where capital counts from the beginning of the day on which it came: without capital it is unknown.
 */
export function standingOf(points: readonly EquityPoint[]): Standing {
  const last = points.at(-1);
  if (last === undefined) return nothing(NO_HISTORY);
  const known = points.filter((point) => point.pnl !== undefined);
  const unknownDays = points.length - known.length;
  const why = last.unknown.length > 0 ? `no_mark: ${last.unknown.join(", ")}` : NO_HISTORY;
  const isKnown = last.pnl !== undefined;
  const before = known.filter(({ beginNs }) => beginNs < last.beginNs).at(-1);
  const hasStart = before !== undefined || points[0]!.beginNs >= last.beginNs; // else the day's part of it is not known
  const money = moneyFalls(known);
  const fraction = fractionFalls(known);
  const falls = drawdowns([0, ...known.map(({ pnl }) => numberOf(pnl!))]);
  const endOf = (index: number) => (index === 0 ? (known[0]?.beginNs ?? 0n) : known[index - 1]!.endNs);
  const days = falls.map(({ peak, recovery }) => Number(endOf(recovery ?? known.length) - endOf(peak)) / Number(DAY_NS));
  const deepest = falls.reduce<(typeof falls)[number] | undefined>((most, one) => (most === undefined || one.money > most.money ? one : most), undefined);
  return {
    equity: !isKnown ? { value: undefined, reason: why } : last.equity === undefined ? { value: undefined, reason: NO_CAPITAL } : { value: last.equity },
    pnl: isKnown ? { value: last.pnl } : { value: undefined, reason: why },
    dayPnl: !isKnown ? { value: undefined, reason: why } : !hasStart ? { value: undefined, reason: NO_START } : { value: less(last.pnl, before?.pnl ?? zero) },
    drawdown: { money: isKnown ? { value: money.now } : { value: undefined, reason: why }, fraction: isKnown ? fraction.now : { value: null, reason: why } },
    maxDrawdown: { money: known.length === 0 ? { value: undefined, reason: why } : { value: money.most }, fraction: known.length === 0 ? { value: null, reason: why } : fraction.most },
    durationDays: known.length === 0 ? null : Math.max(0, ...days),
    recovered: deepest === undefined ? null : deepest.recovered,
    unknownDays,
  };
}

function nothing(reason: string): Standing {
  const sum: Sum = { value: undefined, reason };
  const figure: Figure = { value: null, reason };
  return { equity: sum, pnl: sum, dayPnl: sum, drawdown: { money: sum, fraction: figure }, maxDrawdown: { money: sum, fraction: figure }, durationDays: null, recovered: null, unknownDays: 0 };
}

function moneyFalls(known: readonly EquityPoint[]): { readonly now: Decimal; readonly most: Decimal } {
  let [peak, now, most]: [Decimal, Decimal, Decimal] = [zero, zero, zero];
  for (const { pnl } of known) {
    const below = less(peak, pnl!);
    if (below.mantissa <= 0n) peak = pnl!;
    now = below.mantissa <= 0n ? zero : below;
    if (less(now, most).mantissa > 0n) most = now;
  }
  return { now, most };
}

/** @returns unknown where there was no capital, or nothing was left of it */
function fractionFalls(known: readonly EquityPoint[]): { readonly now: Figure; readonly most: Figure } {
  let [level, peak, now, most] = [1, 1, 0, 0];
  let hasBegun = false;
  let before: EquityPoint | undefined;
  for (const point of known) {
    const { equity, capital, pnl } = point;
    if (equity === undefined || capital === undefined) {
      before = point;
      continue;
    }
    const gain = numberOf(less(pnl!, before?.pnl ?? zero));
    const base = numberOf(equity) - gain;
    if (base === 0 && gain === 0) continue; // all was taken out, and nothing happened: what comes again goes on from the same level
    if (!(base > 0)) return { now: { value: null, reason: "no_equity" }, most: { value: null, reason: "no_equity" } };
    hasBegun = true;
    level *= 1 + gain / base;
    peak = Math.max(peak, level);
    now = (peak - level) / peak;
    most = Math.max(most, now);
    before = point;
  }
  return hasBegun ? { now: { value: now }, most: { value: most } } : { now: { value: null, reason: NO_CAPITAL }, most: { value: null, reason: NO_CAPITAL } };
}

function less(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { ...b, mantissa: -b.mantissa });
}
