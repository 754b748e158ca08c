import { amount, Book, price, quantity, type Answer, type CostMethod, type InstrumentKind, type PositionView } from "../../index.ts";
import { isNear, rational, type Rational } from "./rational.ts";

interface CaseFill {
  readonly id: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee?: string;
  readonly feeCurrency?: string;
}
type CaseStep = CaseFill | { readonly op: "split"; readonly ratio: string } | { readonly op: "funding"; readonly amount: string; readonly currency: string };

/** One case of a positions file. Amounts are decimal text, or `p/q` where a figure does not end. */
export interface PositionCase {
  readonly id: string;
  readonly instrument: { readonly kind: InstrumentKind; readonly base: string; readonly quote: string; readonly settle: string; readonly multiplier: string; readonly inverse: boolean };
  readonly method: CostMethod;
  readonly fills: readonly CaseStep[];
  readonly mark: string | null;
  readonly expected: Readonly<Record<string, unknown>>;
}

const ACCOUNT = "default";
const SYMBOL = "CASE";
const VENUE = "venue";
const EXACT: Rational = { over: 0n, under: 1n };
const TOLERANCE: Rational = { over: 1n, under: 100_000_000n };
const AVERAGE_DIGITS = 10;
const INVERSE_DIGITS = 18; // of the base values of inverse contracts: each is rounded once

type Lot = readonly [quantity: string, price: string | null];
/** What a price is told by: the cost of what it was paid for. */
interface Paid {
  readonly contract: Rational; // the multiplier
  readonly inverse: boolean;
  readonly within: Rational; // that costs may differ by
}

/** Runs a case through the library. Returns what differs, nothing when it is met. */
export function runPositionCase(of: PositionCase): string[] {
  const book = new Book({ now: () => 0n });
  const { kind, base, quote, settle, multiplier, inverse } = of.instrument;
  must("the instrument", book.define({ symbol: SYMBOL, kind, base, quote, settle, multiplier, inverse }));
  must("the method", book.event({ type: "configure", method: of.method }));
  const closing = takeSteps(book, of);
  if (of.mark !== null) must("the mark", book.mark({ symbol: SYMBOL, price: price(of.mark), timestamp: BigInt(of.fills.length) }));
  const view = book.position(ACCOUNT, SYMBOL);
  if (view === undefined) return ["no position came of it"];
  const figures: Record<string, unknown> & { readonly lots: Lot[] } = {
    quantity: view.quantity, avgPrice: view.avgPrice, grossRealized: view.realizedPnl, feesByCurrency: view.feesByCurrency, funding: view.funding,
    unrealized: view.unrealizedPnl, numTrades: view.numTrades, totalVolume: view.totalVolume, lots: lotsOf(view, of),
  };
  const money = of.instrument.inverse ? TOLERANCE : within(closing);
  const paid = { contract: rational(multiplier), inverse, within: inverse ? { over: BigInt(of.fills.length), under: 10n ** BigInt(INVERSE_DIGITS) } : money };
  return Object.entries(of.expected).flatMap(([name, expected]) => {
    const found = figures[name];
    const met = name === "avgPrice" ? samePrice(expected as string | null, view.avgPrice, view.quantity, paid) : name === "lots" ? sameLots(expected as Lot[], figures.lots, paid) : agrees(expected, found, name === "grossRealized" || name === "unrealized" ? money : EXACT);
    return met ? [] : [`${name}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`];
  });
}

/** Tells the book the steps of a case. Returns how many of them close something: each may round its release once. */
function takeSteps(book: Book, { fills, instrument }: PositionCase): number {
  let closing = 0;
  fills.forEach((step, i) => {
    const what = `step ${i + 1}`;
    const held = book.position(ACCOUNT, SYMBOL);
    const at = { venue: VENUE, symbol: SYMBOL, timestamp: BigInt(i) };
    if (!("op" in step)) {
      const { id, side, fee = "0", feeCurrency } = step;
      must(what, book.apply({ ...at, id, side, quantity: quantity(step.quantity), price: price(step.price), fee: amount(fee), feeCurrency }));
      const isShort = held?.quantity.startsWith("-") === true;
      if (held !== undefined && held.quantity !== "0" && isShort === (side === "buy")) closing += 1;
      if (instrument.kind === "spot" && feeCurrency === instrument.base) closing += 1;
    } else if (step.op === "funding") must(what, book.event({ type: "funding", ...at, amount: amount(step.amount), currency: step.currency }));
    else if ((step.op as string) !== "split") throw new Error(`${what}: the operation ${step.op} is not known`);
    else if (held !== undefined) must(what, book.event({ type: "split", symbol: SYMBOL, ratio: step.ratio, timestamp: at.timestamp })); // of nothing there is nothing to split
  });
  return closing;
}

function must(what: string, answer: Answer): void {
  if (answer.status === "refused") throw new Error(`${what} is refused: ${answer.reason}`);
}

/** Quantity and price of each open lot; the price exact, as a fraction, or unknown where nothing was paid. */
function lotsOf({ lots = [] }: PositionView, { instrument }: PositionCase): Lot[] {
  return lots.map((lot): Lot => {
    const [units, cost, multiplier] = [rational(lot.quantity), rational(lot.cost), rational(instrument.multiplier)];
    const contracts = { over: abs(units.over) * multiplier.over, under: units.under * multiplier.under };
    const [a, b] = instrument.inverse ? [contracts, cost] : [cost, contracts];
    if (b.over === 0n) return [lot.quantity, null];
    const [over, under] = [a.over * b.under, a.under * b.over];
    return [lot.quantity, under < 0n ? `${-over}/${-under}` : `${over}/${under}`];
  });
}

function agrees(expected: unknown, found: unknown, slack: Rational): boolean {
  if (expected === null || found === null || found === undefined) return expected === found;
  if (typeof expected === "object" && typeof found === "object") return sameAmounts(expected as Record<string, string>, found as Record<string, string>);
  return isNear(rational(`${expected as string | number}`), rational(`${found as string | number}`), slack);
}

function sameLots(expected: readonly Lot[], found: readonly Lot[], paid: Paid): boolean {
  if (expected.length !== found.length) return false;
  return expected.every(([units, paidFor], i) => isNear(rational(units), rational(found[i]![0]), EXACT) && samePrice(paidFor, found[i]![1], units, paid));
}

/** Prices are the same that agree in ten digits, or whose cost of so many units differs by no more than was rounded. */
function samePrice(expected: string | null, found: string | null, units: string, { contract, inverse, within: slack }: Paid): boolean {
  if (expected === null || found === null) return expected === found;
  const [a, b] = [rational(expected), rational(found)];
  if (isNear(a, b, { over: abs(a.over) || 1n, under: a.under * 10n ** BigInt(AVERAGE_DIGITS - 1) })) return true;
  const held = rational(units);
  const contracts = { over: abs(held.over) * contract.over, under: held.under * contract.under };
  const costOf = (at: Rational): Rational => (inverse ? { over: contracts.over * at.under, under: contracts.under * at.over } : { over: contracts.over * at.over, under: contracts.under * at.under });
  return (!inverse || (a.over > 0n && b.over > 0n)) && isNear(costOf(a), costOf(b), slack);
}

function sameAmounts(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isNear(rational(a[name] ?? "0"), rational(b[name] ?? "0"), EXACT));
}

/** What money may differ by: 1e-8 for each release that was rounded. */
function within(closing: number): Rational {
  return { over: BigInt(Math.max(1, closing)), under: TOLERANCE.under };
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
