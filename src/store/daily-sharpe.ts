import { addDecimals, decimalOf, formatDecimal, zero, type Decimal } from "../core/num/index.ts";

const NO_VARIANCE = 1e-15;
const NO_CAPITAL: Readonly<Record<string, string>> = {};

/** The book at a moment. */
export interface EquityNow {
  readonly day: number; // since 1970, UTC
  readonly equity: number; // in the reporting currency: capital and net P&L
  readonly capital: Readonly<Record<string, string>>; // put in so far, less what was taken out: exact, by currency
}
interface Today extends EquityNow {
  readonly value: number | null; // its return so far; null where nothing was at work
}

/** What the cursor keeps: as much after ten years as after a day. */
export interface DailySharpeState {
  readonly base: EquityNow | null; // the close of the day before
  readonly today: Today | null; // so far
  readonly count: number; // returns of the days that are over
  readonly mean: number;
  readonly squares: number; // Σ (return − mean)²
}
type Sums = Pick<DailySharpeState, "count" | "mean" | "squares">;

/**
 * The Sharpe ratio of daily returns, a sample at a time: arithmetic mean ÷ sample deviation (n − 1), against 0, not annualized. A return is equity ÷ (equity on the
 * day before + what came in) − 1; that of the day at hand counts as it is so far. The last sample of a day is its close, by the journal's time.
 * @see Welford (1962), Technometrics 4(3), 419–420
 */
export class DailySharpe {
  #state: DailySharpeState;

  constructor(state: DailySharpeState = { base: null, today: null, count: 0, mean: 0, squares: 0 }) {
    this.#state = state;
  }

  get state(): DailySharpeState {
    return this.#state;
  }

  /**
   * The ratio with the next sample; null with fewer than two returns, where they never vary, and where equity is unknown.
   * @param now undefined: a mark or a rate is missing, or there was never any capital; the next day that is known spans this one
   * @param worth of an amount of a currency in the reporting currency, at this moment
   * @param closes whether the sample stays; of one that is written again nothing is kept
   */
  take(now: EquityNow | undefined, worth: (amount: Decimal, currency: string) => Decimal | undefined, closes: boolean): number | null {
    if (now === undefined) return null;
    const state = begun(this.#state, now.day);
    const value = returnOf(state.base, now, worth);
    if (closes) this.#state = { ...state, today: { ...now, value } };
    return ratioOf(withReturn(state, value));
  }
}

/** A new day begins where the one before it ended. */
function begun(state: DailySharpeState, day: number): DailySharpeState {
  if (state.today === null || day <= state.today.day) return state;
  const { value, ...base } = state.today;
  return { base, today: null, ...withReturn(state, value) };
}

function returnOf(base: EquityNow | null, { equity, capital }: EquityNow, worth: (amount: Decimal, currency: string) => Decimal | undefined): number | null {
  const before = base?.capital ?? NO_CAPITAL;
  let flow = zero;
  for (const currency of new Set([...Object.keys(before), ...Object.keys(capital)])) {
    const [was, is] = [before, capital].map((of) => decimalOf(of[currency] ?? "0")) as [Decimal, Decimal];
    const came = worth(addDecimals(is, { ...was, mantissa: -was.mantissa }), currency);
    if (came === undefined) return null;
    flow = addDecimals(flow, came);
  }
  const atWork = (base?.equity ?? 0) + Number(formatDecimal(flow));
  return atWork > 0 ? equity / atWork - 1 : null;
}

function withReturn({ count, mean, squares }: Sums, value: number | null): Sums {
  if (value === null) return { count, mean, squares };
  const next = mean + (value - mean) / (count + 1);
  return { count: count + 1, mean: next, squares: squares + (value - mean) * (value - next) };
}

function ratioOf({ count, mean, squares }: Sums): number | null {
  if (count < 2) return null;
  const deviation = Math.sqrt(squares / (count - 1));
  return deviation <= NO_VARIANCE * Math.max(1, Math.abs(mean)) ? null : mean / deviation;
}
