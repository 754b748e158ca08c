import { formatDecimal } from "../../core/num/index.ts";
import type { PriceRun } from "../../core/engine/index.ts";
import { PRICE_DIGITS, SYMBOLS } from "./catalog.ts";
import { Random } from "./random.ts";

const DAYS = 300;
const SECONDS_A_DAY = 86_400;
/** A day's return is less restless than its seconds would make it: prices come back. */
const CALM = 0.5;
const DAYS_A_WEEK = 7;
/** 1970-01-01 was a Thursday. */
const SATURDAY = 2;

/**
 * Closes of the days before the demo begins, ending near the prices that it begins with: so that risk has returns to go by.
 * @param today UTC days since 1970
 */
export function simulatedPast(seed: number, today: number): PriceRun[] {
  return SYMBOLS.map(({ symbol, kind, price, restless }, at) => {
    const random = new Random(seed + at);
    const daily = restless * Math.sqrt(SECONDS_A_DAY) * CALM;
    const days: number[] = [];
    const closes: string[] = [];
    let level = price;
    for (let day = today - 1; day > today - DAYS; day -= 1) {
      if (kind === "equity" && (day % DAYS_A_WEEK === SATURDAY || day % DAYS_A_WEEK === SATURDAY + 1)) continue;
      days.unshift(day);
      closes.unshift(formatDecimal({ mantissa: BigInt(Math.round(level)), digits: PRICE_DIGITS }));
      level /= 1 + daily * (random.next() + random.next() + random.next() - 1.5) * 2; // three dice: near enough to the normal one, of deviation 1
    }
    return { symbol, period: "1d", days, closes };
  });
}
