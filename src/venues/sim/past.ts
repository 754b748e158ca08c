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
 * Closes of the days before the demo begins, ending a day's move from the prices that it begins with: so that risk has returns to go by.
 * @param today UTC days since 1970
 * @param part how much of today is over, from 0 to 1: so far prices have moved since the last close
 */
export function simulatedPast(seed: number, today: number, part = 1): PriceRun[] {
  const all = new Random(seed);
  return SYMBOLS.map(({ symbol, kind, price, restless }) => {
    const random = all.fork();
    const daily = restless * Math.sqrt(SECONDS_A_DAY) * CALM;
    const days: number[] = [];
    const closes: string[] = [];
    let level = price;
    for (let day = today - 1; day > today - DAYS; day -= 1) {
      if (kind === "equity" && (day % DAYS_A_WEEK === SATURDAY || day % DAYS_A_WEEK === SATURDAY + 1)) continue;
      const move = daily * (random.next() + random.next() + random.next() - 1.5) * 2; // three dice: near enough to the normal one, of deviation 1
      level /= 1 + move * (closes.length === 0 ? Math.sqrt(part) : 1);
      days.unshift(day);
      closes.unshift(formatDecimal({ mantissa: BigInt(Math.round(level)), digits: PRICE_DIGITS }));
    }
    return { symbol, period: "1d", days, closes };
  });
}
