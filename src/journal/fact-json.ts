import { formatDecimal, isProblem, readDecimal, type Decimal } from "../core/num/index.ts";
import type { Fact, Instrument, Mark } from "../core/model/index.ts";

/** Facts as a JSON array, a line a fact, so that `strings` on a segment reads well. Bigints and decimals are decimal text. */
export function encodeFacts(facts: readonly Fact[]): string {
  return `[\n${facts.map((fact) => JSON.stringify(plain(fact))).join(",\n")}\n]`;
}

/** Facts that `encodeFacts` wrote, equal in every field. */
export function decodeFacts(json: string): Fact[] {
  return (JSON.parse(json) as PlainFact[]).map(rich);
}

type PlainInstrument = Omit<Instrument, "multiplier" | "expiresNs" | "priceDigits" | "quantityDigits"> & {
  readonly multiplier: string;
  readonly expiresNs?: string;
  readonly priceDigits?: number; // JSON has no undefined
  readonly quantityDigits?: number;
};
type PlainFact =
  | { readonly type: "defined"; readonly instrument: PlainInstrument }
  | { readonly type: "marked"; readonly mark: Omit<Mark, "timeNs"> & { readonly timeNs: string } }
  | Extract<Fact, { type: "configured" | "refused" }>;

function plain(fact: Fact): unknown {
  switch (fact.type) {
    case "defined": {
      const { multiplier, expiresNs, ...rest } = fact.instrument;
      return { type: fact.type, instrument: { ...rest, multiplier: formatDecimal(multiplier), ...(expiresNs === undefined ? {} : { expiresNs: `${expiresNs}` }) } };
    }
    case "marked":
      return { type: fact.type, mark: { ...fact.mark, timeNs: `${fact.mark.timeNs}` } };
    case "configured":
    case "refused":
      return fact;
  }
}

function rich(fact: PlainFact): Fact {
  switch (fact.type) {
    case "defined": {
      const { multiplier, expiresNs, priceDigits, quantityDigits, ...rest } = fact.instrument;
      const instrument = { ...rest, multiplier: decimal(multiplier), priceDigits, quantityDigits };
      return { type: fact.type, instrument: expiresNs === undefined ? instrument : { ...instrument, expiresNs: BigInt(expiresNs) } };
    }
    case "marked":
      return { type: fact.type, mark: { ...fact.mark, timeNs: BigInt(fact.mark.timeNs) } };
    case "configured":
    case "refused":
      return fact;
    default:
      throw new Error(`a fact of type "${(fact as { type: string }).type}" was written by a newer Fillbook`);
  }
}

function decimal(text: string): Decimal {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Error(read.why);
  return read;
}
