/** How much of the past a new return leaves: a half after 34 seconds. */
const KEPT = 0.98;
/** Fewer returns than these say nothing. */
const ENOUGH = 30;
const US_A_SECOND = 1_000_000;

interface Kept {
  price: number;
  atUs: number;
  variance: number; // of a return over a second
  returns: number;
}

/**
 * How much markets move in a second: the deviation of their returns, newer ones counting more. Returns over other spans than a second are taken as if the variance grew
 * with time.
 */
export class Deviations {
  readonly #kept = new Map<string, Kept>();

  /** Takes the price of a market; those that come within a second of the last are passed over. */
  take(market: string, price: number, atUs: number): void {
    const known = this.#kept.get(market);
    if (!(price > 0)) return;
    if (known === undefined) return void this.#kept.set(market, { price, atUs, variance: 0, returns: 0 });
    const seconds = (atUs - known.atUs) / US_A_SECOND;
    if (seconds < 1) return;
    const squared = Math.log(price / known.price) ** 2 / seconds;
    known.variance = known.returns === 0 ? squared : KEPT * known.variance + (1 - KEPT) * squared;
    known.returns += 1;
    known.price = price;
    known.atUs = atUs;
  }

  /** The standard deviation of a return over one second, as a share of the price; undefined while too few prices came. */
  perSecond(market: string): number | undefined {
    const known = this.#kept.get(market);
    return known === undefined || known.returns < ENOUGH ? undefined : Math.sqrt(known.variance);
  }
}
