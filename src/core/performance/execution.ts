import { beforeFill, foreignWorth, realizedSince, worth, type Before, type Book, type Known } from "../book/index.ts";
import type { Fill, FillColumns, VenueType } from "../model/index.ts";
import { isProblem, multiplyDecimals, readDecimal, trimmed, type Decimal } from "../num/index.ts";
import type { Rates } from "../book/index.ts";
import { plain } from "./plain.ts";
import { executionScore, type ExecutionScore } from "./score.ts";
import { slippageOf, type Slippage } from "./slippage.ts";

const BASIS_POINTS = 10_000;

/** How one fill was executed, and what it brought. Money is exact, in the settle currency; estimates are numbers. */
export interface Execution {
  readonly seq: number;
  readonly fill: Fill; // as corrected
  readonly timeNs: bigint;
  readonly venueType: VenueType; // of its venue, where the fill states none
  readonly currency: string; // that it settles in
  readonly value: Decimal | undefined; // what changed hands, ≥ 0; of an inverse contract undefined: it is counted in the base
  readonly fee: Known; // paid > 0, valued by the mark of its time; undefined while none tells
  readonly slippage: Slippage | undefined;
  readonly latencyMs: number | undefined;
  readonly score: ExecutionScore | undefined;
  readonly closes: boolean; // whether it closed some of the net position
  readonly pnl: Decimal; // realized by this fill, of the net position, before fees
}

/** A fill as it is booked, by what of it matters here. */
interface Booked {
  readonly fills: FillColumns;
  readonly row: number;
  readonly seq: number;
  readonly amended: Fill | undefined;
}

/** Which fills to look at. */
export interface ExecutionFilter {
  readonly accounts?: ReadonlySet<string> | undefined; // only of these
  readonly fromNs?: bigint | undefined; // inclusive
  readonly toNs?: bigint | undefined; // inclusive
}

/** Hands out the execution of each fill as it is booked. Folding with it counts corrected fills as they are right. */
export class ExecutionObserver {
  readonly isDone = false;
  readonly #rates: Rates;
  readonly #filter: ExecutionFilter;
  readonly #each: (execution: Execution) => void;
  #before: Before | undefined;
  #held = 0; // its sign

  /** @param rates those of the finished book: a fee may be worth what a later mark says */
  constructor(rates: Rates, filter: ExecutionFilter, each: (execution: Execution) => void) {
    this.#rates = rates;
    this.#filter = filter;
    this.#each = each;
  }

  wants(book: Book, { fills, row, amended }: Booked): boolean {
    const { accounts, fromNs, toNs } = this.#filter;
    if (accounts?.has(book.directory.route(fills.route[row]!).account) === false) return false;
    if (fromNs === undefined && toNs === undefined) return true;
    const timeNs = amended?.time.ns ?? fills.timeNs(row);
    return (fromNs === undefined || timeNs >= fromNs) && (toNs === undefined || timeNs <= toNs);
  }

  before(book: Book, { fills, row }: Booked): void {
    const net = book.netRowOf(fills.route[row]!);
    this.#before = beforeFill(book, net.row);
    this.#held = Number(book.table.quantity(net.row));
  }

  after(book: Book, { fills, row, seq, amended }: Booked): void {
    const fill = amended ?? fills.read(row, book.directory);
    const net = book.netRowOf(fills.route[row]!);
    const own = book.venueRowOf(fills.route[row]!);
    const pnl = trimmed(realizedSince(book, net.row, this.#before!), book.table.moneyDigits(net.row));
    const { instrument } = own;
    const value = instrument.inverse ? undefined : magnitude(multiplyDecimals(multiplyDecimals(fill.quantity, fill.price), instrument.multiplier));
    const feeCurrency = fill.feeCurrency || instrument.quote;
    const isInKind = instrument.kind === "spot" && feeCurrency === instrument.base && feeCurrency !== instrument.settle;
    const fee = fill.fee.mantissa === 0n || feeCurrency === instrument.settle ? fill.fee : isInKind ? worth(fill.fee, fill.price, instrument.multiplier) : foreignWorth({ currency: feeCurrency, amount: fill.fee, timeNs: fill.time.ns }, instrument.settle, this.#rates);
    const slippage = slippageOf(fill.quantity.mantissa > 0n ? 1 : -1, fill.price, exact(fill.arrivalPrice), estimate(fill.slippage));
    const latencyMs = estimate(fill.latencyMs);
    const feeBasisPoints = fee === undefined || value === undefined || value.mantissa === 0n ? undefined : (plain(fee) / plain(value)) * BASIS_POINTS;
    const score = executionScore({ slippage: slippage?.basisPoints, latencyMs, feeBasisPoints }, estimate(fill.executionScore));
    const closes = this.#held !== 0 && this.#held > 0 !== fill.quantity.mantissa > 0n;
    this.#each({ closes, seq, fill, timeNs: fill.time.ns, venueType: book.venueTypeOf(own), currency: instrument.settle, value, fee, slippage, latencyMs, score, pnl });
  }
}

function exact(text: string | undefined): Decimal | undefined {
  if (text === undefined) return undefined;
  const read = readDecimal(text);
  return isProblem(read) ? undefined : read;
}

function estimate(text: string | undefined): number | undefined {
  const read = exact(text);
  return read && plain(read);
}

function magnitude(value: Decimal): Decimal {
  return value.mantissa < 0n ? { ...value, mantissa: -value.mantissa } : value;
}
