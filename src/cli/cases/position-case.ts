import { isProblem, readDecimal, trimmed, type Decimal } from "../../core/num/index.ts";
import { Book, positionsOf } from "../../core/book/index.ts";
import { FillColumns, type Fill, type Instrument, type InstrumentKind } from "../../core/model/index.ts";
import { isNear, rational, type Rational } from "./rational.ts";

interface CaseFill {
  readonly id: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee?: string;
  readonly feeCurrency?: string;
  readonly op?: string;
}
/** One case of a positions file. Amounts are decimal text, or `p/q` where a figure does not end. */
export interface PositionCase {
  readonly id: string;
  readonly instrument: { readonly kind: InstrumentKind; readonly base: string; readonly quote: string; readonly settle: string; readonly multiplier: string; readonly inverse: boolean };
  readonly method: string;
  readonly fills: readonly CaseFill[];
  readonly mark: string | null;
  readonly expected: Readonly<Record<string, unknown>>;
}

const SYMBOL = "CASE";
const VENUE = "venue";
const TOLERANCE: Rational = { over: 1n, under: 100_000_000n };
const AVERAGE_DIGITS = 10;

/** Runs a case through the book. Returns what differs, nothing when it is met. */
export function runPositionCase(of: PositionCase): string[] {
  if (of.method !== "average") return [`the cost method ${of.method} is not there yet`];
  const unknown = of.fills.find(({ op }) => op !== undefined);
  if (unknown !== undefined) return [`the operation ${unknown.op} is not there yet`];
  const book = new Book();
  book.define(instrumentOf(of));
  const fills = new FillColumns(Math.max(1, of.fills.length));
  of.fills.forEach((fill, i) => fills.push(fillOf(fill, i), book.directory));
  book.apply(fills);
  if (of.mark !== null) book.mark({ venue: "", symbol: SYMBOL, price: of.mark, timeNs: 0n });
  const [found] = positionsOf(book, { nowNs: 0n });
  if (found === undefined) return ["no position came of it"];
  const closing = countCloses(of.fills);
  const figures: Record<string, unknown> = {
    quantity: found.quantity, avgPrice: found.avgPrice, grossRealized: found.realizedPnl, feesByCurrency: found.feesByCurrency, funding: found.funding,
    unrealized: found.unrealizedPnl, numTrades: found.numTrades, totalVolume: found.totalVolume,
  };
  return Object.entries(of.expected).flatMap(([name, expected]) => {
    const slack = name === "grossRealized" || name === "unrealized" ? { over: BigInt(closing), under: TOLERANCE.under } : { over: 0n, under: 1n };
    const met = name in figures && agrees(name, expected, figures[name], of.instrument.inverse ? TOLERANCE : slack);
    return met ? [] : [`${name}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(figures[name])}`];
  });
}

function agrees(name: string, expected: unknown, found: unknown, slack: Rational): boolean {
  if (expected === null || found === null) return expected === found;
  if (typeof expected === "object" && typeof found === "object") return sameAmounts(expected as Record<string, string>, found as Record<string, string>);
  const [a, b] = [rational(`${expected as string | number}`), rational(`${found as string | number}`)];
  if (name === "avgPrice") return isNear(a, b, { over: (a.over < 0n ? -a.over : a.over) || 1n, under: a.under * 10n ** BigInt(AVERAGE_DIGITS - 1) });
  return isNear(a, b, slack);
}

function sameAmounts(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isNear(rational(a[name] ?? "0"), rational(b[name] ?? "0"), { over: 0n, under: 1n }));
}

/** Fills that close something: each may round its release once. */
function countCloses(fills: readonly CaseFill[]): number {
  let held = 0n;
  let count = 0;
  for (const fill of fills) {
    const { mantissa, digits } = decimal(fill.quantity);
    const units = mantissa * 10n ** BigInt(18 - digits) * (fill.side === "buy" ? 1n : -1n);
    if (held !== 0n && held > 0n !== units > 0n) count += 1;
    held += units;
  }
  return count;
}

function instrumentOf({ instrument }: PositionCase): Instrument {
  const { kind, base, quote, settle, multiplier, inverse } = instrument;
  return { venue: "", symbol: SYMBOL, kind, base, quote, settle, multiplier: decimal(multiplier), inverse, priceDigits: undefined, quantityDigits: undefined };
}

function fillOf(fill: CaseFill, i: number): Fill {
  const quantity = decimal(fill.quantity);
  return {
    account: "default", venue: VENUE, symbol: SYMBOL, id: fill.id,
    quantity: fill.side === "buy" ? quantity : { ...quantity, mantissa: -quantity.mantissa },
    price: decimal(fill.price), fee: decimal(fill.fee ?? "0"), feeCurrency: fill.feeCurrency ?? "",
    time: { ns: BigInt(i), unit: "ns" }, venueType: "unknown", liquidity: "", strategy: "", signalId: "",
  };
}

function decimal(text: string): Decimal {
  const read = readDecimal(text);
  if (isProblem(read)) throw new Error(read.why);
  return trimmed(read.mantissa, read.digits);
}
