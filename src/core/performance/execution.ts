import { beforeFill, foreignWorth, realizedSince, valueAt, worth, type Before, type Book, type Known } from "../book/index.ts";
import type { Fill, FillColumns, FillNotes, Instrument, VenueType } from "../model/index.ts";
import { isProblem, readDecimal, trimmed, type Decimal } from "../num/index.ts";
import type { Rates } from "../book/index.ts";
import { plain } from "./plain.ts";
import { executionScore, type ExecutionScore } from "./score.ts";
import { slippageOf, type Slippage } from "./slippage.ts";

const BASIS_POINTS = 10_000;

/** How one fill was executed, as far as it says so itself. */
export interface FillFigures {
  readonly slippage: Slippage | undefined;
  readonly latencyMs: number | undefined;
  readonly score: ExecutionScore | undefined;
}

/** A fill with what its tags and figures say. Nothing of what it did to a position. */
export interface TaggedFill extends FillFigures {
  readonly fill: Pick<Fill, "account" | "venue" | "symbol" | "strategy" | "signalId">;
  readonly quantity: number | bigint; // signed integer at `quantityDigits`
  readonly quantityDigits: number;
}

/** How one fill was executed, and what it brought. Money is exact, in the settle currency; estimates are numbers. */
export interface Execution extends FillFigures {
  readonly seq: number;
  readonly fill: Fill; // as corrected
  readonly timeNs: bigint;
  readonly venueType: VenueType; // of its venue, where the fill states none
  readonly currency: string; // that it settles in
  readonly value: Decimal | undefined; // what changed hands, ≥ 0; of an inverse contract multiplier × quantity ÷ price, undefined at a price of 0
  readonly isInverse: boolean;
  readonly fee: Known; // paid > 0, valued by the mark of its time; undefined while none tells
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

  wants(book: Book, booked: Booked): boolean {
    return isWanted(this.#filter, book, booked);
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
    const { value, fee } = moneyOf(fill, instrument, this.#rates);
    const closes = this.#held !== 0 && this.#held > 0 !== fill.quantity.mantissa > 0n;
    this.#each({ ...figuresOfFill(fill, fill, value, fee), closes, isInverse: instrument.inverse, seq, fill, timeNs: fill.time.ns, venueType: book.venueTypeOf(own), currency: instrument.settle, value, fee, pnl });
  }
}

/** Hands out each fill with its tags and figures, without stopping at each: runs of fills are booked in one go. */
export class FillLook {
  readonly isDone = false;
  readonly isAside = true;
  readonly #rates: Rates;
  readonly #filter: ExecutionFilter;
  readonly #each: (fill: TaggedFill) => void;

  /** @param rates as of `ExecutionObserver` */
  constructor(rates: Rates, filter: ExecutionFilter, each: (fill: TaggedFill) => void) {
    this.#rates = rates;
    this.#filter = filter;
    this.#each = each;
  }

  wants(book: Book, booked: Booked): boolean {
    return isWanted(this.#filter, book, booked);
  }

  before(): void {} // it does not look at rows

  after(book: Book, { fills, row, amended }: Booked): void {
    if (amended !== undefined) return this.#tell(amended, amended.quantity.mantissa, amended.quantity.digits, this.#figures(book, fills, row, amended));
    const { account, venue, symbol } = book.directory.route(fills.route[row]!);
    const fill = { account, venue, symbol, strategy: book.directory.name(fills.strategy[row]!), signalId: book.directory.name(fills.signal[row]!) };
    const figures = fills.noteEnd[row] === fills.idEnd[row] ? NO_FIGURES : this.#figures(book, fills, row, undefined);
    this.#tell(fill, fills.wide.get(row)?.quantity ?? fills.quantity[row]!, fills.quantityDigits[row]!, figures);
  }

  #figures(book: Book, fills: FillColumns, row: number, amended: Fill | undefined): FillFigures {
    const fill = amended ?? { quantity: fills.quantityOf(row), price: fills.priceOf(row), fee: fills.feeOf(row), feeCurrency: book.directory.name(fills.feeCurrency[row]!), time: fills.timeOf(row) };
    const notes = amended ?? fills.notesOf(row);
    const { value, fee } = moneyOf(fill, book.venueRowOf(fills.route[row]!).instrument, this.#rates);
    return figuresOfFill(fill, notes, value, fee);
  }

  #tell(fill: TaggedFill["fill"], quantity: number | bigint, quantityDigits: number, { slippage, latencyMs, score }: FillFigures): void {
    this.#each({ fill, quantity, quantityDigits, slippage, latencyMs, score });
  }
}

const NO_FIGURES: FillFigures = { slippage: undefined, latencyMs: undefined, score: undefined };

function isWanted({ accounts, fromNs, toNs }: ExecutionFilter, book: Book, { fills, row, amended }: Booked): boolean {
  if (accounts?.has(book.directory.route(fills.route[row]!).account) === false) return false;
  if (fromNs === undefined && toNs === undefined) return true;
  const timeNs = amended?.time.ns ?? fills.timeNs(row);
  return (fromNs === undefined || timeNs >= fromNs) && (toNs === undefined || timeNs <= toNs);
}

/** What changed hands, and what the fee is worth, both in the settle currency; undefined where not known. */
function moneyOf(fill: Pick<Fill, "quantity" | "price" | "fee" | "feeCurrency" | "time">, instrument: Instrument, rates: Rates): { readonly value: Decimal | undefined; readonly fee: Known } {
  const value = instrument.inverse && fill.price.mantissa === 0n ? undefined : magnitude(valueAt(instrument, fill.quantity, fill.price));
  const feeCurrency = fill.feeCurrency || instrument.quote;
  const isInKind = instrument.kind === "spot" && feeCurrency === instrument.base && feeCurrency !== instrument.settle;
  const fee = fill.fee.mantissa === 0n || feeCurrency === instrument.settle ? fill.fee : isInKind ? worth(fill.fee, fill.price, instrument.multiplier) : foreignWorth({ currency: feeCurrency, amount: fill.fee, timeNs: fill.time.ns }, instrument.settle, rates);
  return { value, fee };
}

/**
 * Slippage, latency and score of a fill: what it states counts, else slippage is computed from its arrival price and the score from the parts that are known.
 * @param value what changed hands, ≥ 0, and `fee`, paid > 0: both in the settle currency, undefined where not known
 */
function figuresOfFill({ quantity, price }: Pick<Fill, "quantity" | "price">, notes: FillNotes, value: Decimal | undefined, fee: Known): FillFigures {
  const slippage = slippageOf(quantity.mantissa > 0n ? 1 : -1, price, exact(notes.arrivalPrice), estimate(notes.slippage));
  const latencyMs = estimate(notes.latencyMs);
  const feeBasisPoints = fee === undefined || value === undefined || value.mantissa === 0n ? undefined : (plain(fee) / plain(value)) * BASIS_POINTS;
  return { slippage, latencyMs, score: executionScore({ slippage: slippage?.basisPoints, latencyMs, feeBasisPoints }, estimate(notes.executionScore)) };
}

/** Slippage, latency and score of a fill as texts, null where not known: given ones as they were given, computed ones as the shortest text of the number. */
export function figureTexts(fill: Pick<Fill, "quantity" | "price" | "fee" | "feeCurrency" | "time"> & FillNotes, instrument: Instrument, rates: Rates): { readonly slippage: string | null; readonly latencyMs: string | null; readonly executionScore: string | null } {
  const { arrivalPrice, slippage, latencyMs, executionScore: score } = fill;
  const given = { slippage: slippage ?? null, latencyMs: latencyMs ?? null, executionScore: score ?? null };
  const isWhole = (slippage !== undefined || arrivalPrice === undefined) && score !== undefined;
  if (isWhole || (arrivalPrice === undefined && slippage === undefined && latencyMs === undefined)) return given;
  const { value, fee } = moneyOf(fill, instrument, rates);
  const found = figuresOfFill(fill, fill, value, fee);
  return { ...given, slippage: slippage ?? numberText(found.slippage?.basisPoints), executionScore: score ?? numberText(found.score?.value) };
}

function numberText(value: number | undefined): string | null {
  return value === undefined || !Number.isFinite(value) ? null : `${value}`;
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
