import { decimalOf, formatDecimal } from "../num/index.ts";
import type { Amended, Busted, Capital, Chosen, Fact, Funded, Limited, Mark, Moved, Renamed, Settled, Split } from "./fact.ts";
import type { Fill } from "./fill.ts";
import type { Instrument } from "./instrument.ts";
import { plainOverrides, readOverrides, type PlainOverrides } from "./limit-overrides.ts";
import type { Limits, LimitName } from "./limits.ts";
import type { PairFact } from "./pair-facts.ts";
import { isPairFact, plainPairFact, richPairFact, type PlainPairFact } from "./pair-json.ts";
import { packDays, unpackDays, type PricePeriod } from "./prices.ts";
import type { Breached, Probed, Reset, Tripped } from "./risk-facts.ts";
import type { TimeUnit } from "./time.ts";

/** Facts as a JSON array, a line a fact, so that `strings` on a segment reads well. Bigints and decimals are decimal text. */
export function encodeFacts(facts: readonly Fact[]): string {
  return `[\n${facts.map((fact) => JSON.stringify(plain(fact))).join(",\n")}\n]`;
}

/** Facts that `encodeFacts` wrote, equal in every field. */
export function decodeFacts(json: string): Fact[] {
  return (JSON.parse(json) as (PlainFact | PlainPairFact)[]).map(rich);
}

type PlainInstrument = Omit<Instrument, "multiplier" | "expiresNs" | "priceDigits" | "quantityDigits"> & {
  readonly multiplier: string;
  readonly expiresNs?: string;
  readonly priceDigits?: number; // JSON has no undefined
  readonly quantityDigits?: number;
};
type PlainFill = Omit<Fill, "quantity" | "price" | "fee" | "time"> & { readonly quantity: string; readonly price: string; readonly fee: string; readonly time: { readonly ns: string; readonly unit: TimeUnit } };
/** A fact with some of its fields as text. */
type Written<F extends Fact, Texts extends string> = Omit<F, Texts> & { readonly [field in Texts]: string };
type PlainFact =
  | Written<Funded, "amount" | "timeNs">
  | Written<Capital, "amount" | "timeNs">
  | (Omit<Written<Moved, "quantity" | "timeNs">, "cost"> & { readonly cost: string | null })
  | Written<Split, "over" | "under" | "timeNs">
  | Written<Settled, "price" | "timeNs">
  | (Omit<Written<Amended, "timeNs">, "fill"> & { readonly fill: PlainFill })
  | Written<Renamed, "timeNs">
  | Written<Busted, "timeNs">
  | Written<Chosen, "timeNs">
  | Written<Breached, "timeNs">
  | Written<Tripped, "timeNs">
  | Written<Reset, "timeNs">
  | Written<Probed, "timeNs">
  | { readonly type: "priced"; readonly symbol: string; readonly period: PricePeriod; readonly days: string; readonly closes: string }
  | (Omit<Written<Limited, "timeNs">, "limits" | "overrides"> & { readonly limits: { readonly [name in LimitName]?: string }; readonly overrides?: PlainOverrides })
  | { readonly type: "defined"; readonly instrument: PlainInstrument }
  | { readonly type: "marked"; readonly mark: Omit<Mark, "timeNs"> & { readonly timeNs: string }; readonly everyNs?: string }
  | Extract<Fact, { type: "configured" | "refused" }>;

function plain(fact: Fact): unknown {
  return isPairFact(fact) ? plainPairFact(fact) : plainOf(fact);
}

function plainOf(fact: Exclude<Fact, PairFact>): unknown {
  switch (fact.type) {
    case "defined": {
      const { multiplier, expiresNs, ...rest } = fact.instrument;
      return { type: fact.type, instrument: { ...rest, multiplier: formatDecimal(multiplier), ...(expiresNs === undefined ? {} : { expiresNs: `${expiresNs}` }) } };
    }
    case "marked":
      return { type: fact.type, mark: { ...fact.mark, timeNs: `${fact.mark.timeNs}` }, ...(fact.everyNs === undefined ? {} : { everyNs: `${fact.everyNs}` }) };
    case "funded":
    case "capital":
      return { ...fact, amount: formatDecimal(fact.amount), timeNs: `${fact.timeNs}` };
    case "moved":
      return { ...fact, quantity: formatDecimal(fact.quantity), timeNs: `${fact.timeNs}`, cost: fact.cost === undefined ? null : formatDecimal(fact.cost) };
    case "split":
      return { ...fact, over: `${fact.over}`, under: `${fact.under}`, timeNs: `${fact.timeNs}` };
    case "settled":
      return { ...fact, price: formatDecimal(fact.price), timeNs: `${fact.timeNs}` };
    case "amended": {
      const { quantity, price, fee, time, ...rest } = fact.fill;
      const fill: PlainFill = { ...rest, quantity: formatDecimal(quantity), price: formatDecimal(price), fee: formatDecimal(fee), time: { ns: `${time.ns}`, unit: time.unit } };
      return { ...fact, fill, timeNs: `${fact.timeNs}` };
    }
    case "renamed":
    case "busted":
    case "chosen":
    case "breached":
    case "tripped":
    case "reset":
    case "probed":
      return { ...fact, timeNs: `${fact.timeNs}` };
    case "priced":
      return { ...fact, days: packDays(fact.days), closes: fact.closes.join(" ") };
    case "limited":
      return { ...fact, limits: Object.fromEntries(Object.entries(fact.limits).map(([name, value]) => [name, formatDecimal(value)])), ...(fact.overrides === undefined ? {} : { overrides: plainOverrides(fact.overrides) }), timeNs: `${fact.timeNs}` };
    case "configured":
    case "refused":
      return fact;
  }
}

function richLimited({ overrides: said, ...fact }: Extract<PlainFact, { type: "limited" }>): Fact {
  const limits: Limits = Object.fromEntries(Object.entries(fact.limits).map(([name, value]) => [name, decimalOf(value)]));
  if (said === undefined) return { ...fact, limits, timeNs: BigInt(fact.timeNs) };
  const overrides = readOverrides(said);
  if ("why" in overrides) throw new Error(`limits of a newer Fillbook: ${overrides.why}`);
  return { ...fact, limits, overrides, timeNs: BigInt(fact.timeNs) };
}

function rich(fact: PlainFact | PlainPairFact): Fact {
  return isPlainPair(fact) ? richPairFact(fact) : richOf(fact);
}

function isPlainPair(fact: PlainFact | PlainPairFact): fact is PlainPairFact {
  return isPairFact(fact);
}

function richOf(fact: PlainFact): Fact {
  switch (fact.type) {
    case "defined": {
      const { multiplier, expiresNs, priceDigits, quantityDigits, ...rest } = fact.instrument;
      const instrument = { ...rest, multiplier: decimalOf(multiplier), priceDigits, quantityDigits };
      return { type: fact.type, instrument: expiresNs === undefined ? instrument : { ...instrument, expiresNs: BigInt(expiresNs) } };
    }
    case "marked":
      return { type: fact.type, mark: { ...fact.mark, timeNs: BigInt(fact.mark.timeNs) }, ...(fact.everyNs === undefined ? {} : { everyNs: BigInt(fact.everyNs) }) };
    case "funded":
      return { ...fact, amount: decimalOf(fact.amount), timeNs: BigInt(fact.timeNs) };
    case "capital":
      return { ...fact, amount: decimalOf(fact.amount), timeNs: BigInt(fact.timeNs) };
    case "moved":
      return { ...fact, quantity: decimalOf(fact.quantity), timeNs: BigInt(fact.timeNs), cost: fact.cost === null ? undefined : decimalOf(fact.cost) };
    case "split":
      return { ...fact, over: BigInt(fact.over), under: BigInt(fact.under), timeNs: BigInt(fact.timeNs) };
    case "settled":
      return { ...fact, price: decimalOf(fact.price), timeNs: BigInt(fact.timeNs) };
    case "amended": {
      const { quantity, price, fee, time, ...rest } = fact.fill;
      const fill: Fill = { ...rest, quantity: decimalOf(quantity), price: decimalOf(price), fee: decimalOf(fee), time: { ns: BigInt(time.ns), unit: time.unit } };
      return { ...fact, fill, timeNs: BigInt(fact.timeNs) };
    }
    case "renamed":
    case "busted":
    case "chosen":
    case "breached":
    case "tripped":
    case "reset":
    case "probed":
      return { ...fact, timeNs: BigInt(fact.timeNs) };
    case "priced":
      return { ...fact, days: unpackDays(fact.days), closes: fact.closes.split(" ") };
    case "limited":
      return richLimited(fact);
    case "configured":
    case "refused":
      return fact;
    default:
      throw new Error(`a fact of type "${(fact as { type: string }).type}" was written by a newer Fillbook`);
  }
}
