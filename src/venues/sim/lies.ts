import { readDecimal, isProblem, scaled } from "../../core/num/index.ts";
import type { VenueRules } from "./catalog.ts";
import { wireText, type Payload } from "./message.ts";
import type { Random } from "./random.ts";

/** The ways in which a faulty feed says what is not so. Each is to be refused, once for every time it is told. */
export const LIES = ["conflicting", "too_fine", "no_quantity", "phantom_bust", "garbage"] as const;
export type Lie = (typeof LIES)[number];

/** A lie that follows a trade on the wire, made out of that trade's own text. */
export function lieAfter(trade: Payload, lie: Lie, told: number, rules: VenueRules, random: Random): string {
  const text = (changes: Payload) => wireText({ ...trade, ...changes }, rules.bareNumbers);
  const id = `${trade["id"]}-L${told}`;
  const listing = rules.listings[String(trade["symbol"])]!;
  switch (lie) {
    case "conflicting":
      return text({ px: finer(String(trade["px"]), listing.priceDigits, random.integer(1, 9)) });
    case "too_fine":
      return text({ id, px: finer(String(trade["px"]), listing.priceDigits + 1, random.integer(1, 9)) });
    case "no_quantity":
      return text({ id, qty: "0" });
    case "phantom_bust": {
      const { n, account, symbol, ts } = trade as { n: number; account: string; symbol: string; ts: string };
      return wireText({ n, ch: "bust", ref: `phantom-${told}`, id, account, symbol, ts }, rules.bareNumbers);
    }
    case "garbage":
      return garbled(text({}), random);
  }
}

/** A price raised by `units` of the given decimal place. */
function finer(price: string, digits: number, units: number): string {
  const read = readDecimal(price);
  const value = isProblem(read) ? undefined : scaled(read, digits);
  return `${(value ?? 0n) + BigInt(units)}e-${digits}`;
}

/** Half of a text and noise in place of the rest. */
function garbled(text: string, random: Random): string {
  const noise = Array.from({ length: random.integer(3, 40) }, () => String.fromCharCode(random.integer(32, 0x2fff))).join("");
  return `${text.slice(0, random.integer(0, text.length - 2))}${noise}`;
}
