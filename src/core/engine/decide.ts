import { assert, formatDecimal, zero, type Decimal } from "../num/index.ts";
import { encodeUtf8, FillColumns, renumbered, type Directory, type Fill, type FillIdentity, type Instrument, type Refusal } from "../model/index.ts";
import type { Book } from "../book/index.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { Identities, type SpilledIdentities } from "./identities.ts";
import { Renumbering } from "./renumbering.ts";
import { RouteRules } from "./route-rules.ts";
import { contentDifference, notesDiffer } from "./same-fill.ts";

/** As many digits as are seen. */
const ANY = 18;
/** Fills that are looked up together: their cache misses overlap. */
const CHUNK = 256;

/** Where a booked fill can be read again: to tell a repeat from a conflict. */
export type FillLookup = (seq: number) => { readonly fills: FillColumns; readonly row: number };

export interface Refused {
  readonly row: number; // of the batch that was to be decided
  readonly fill: Fill;
  readonly refusal: Refusal;
}
/** What became of a batch. */
export interface Decision {
  readonly accepted: FillColumns; // in the book's numbers; valid until the next batch is decided, and while this one is left alone
  readonly seqs: Float64Array; // of each row: the seq it gets, or that of the fill it repeats; 0 when refused
  readonly duplicates: number;
  readonly differing: readonly number[]; // rows that repeat a fill with another strategy, order id, …: a warning, and the first stays
  readonly refused: readonly Refused[];
}

/**
 * Decides fills: is the id new, do the digits fit? Nothing is booked here, and what is decided cannot fail to be booked.
 * The order is: decide, append to the journal, step the book; then the next batch.
 * What was decided counts as known at once, so when it could not be appended, this decider is of no more use: make another.
 */
export class Decider {
  readonly identities: Identities;
  readonly #book: Book;
  readonly #lookup: FillLookup;
  readonly #amended: (seq: number) => Fill | undefined;
  #accepted = new FillColumns(0);
  readonly #whole = new FillColumns(0); // a batch that was accepted as it came, in the book's numbers
  #firstSeq = 0;
  readonly #rules: RouteRules;
  readonly #routes = new Int32Array(CHUNK); // of a chunk, in the book's numbers
  readonly #fingerprints = new Uint32Array(CHUNK * 4);
  #candidates: FillColumns = this.#accepted; // the fill being decided
  #candidate = 0;
  #candidateRoute = 0;
  #runStart = 0; // accepted rows [start, end) of the candidates wait to be copied
  #runEnd = 0;
  #runNumbers: Renumbering | undefined;
  readonly #numbers = new WeakMap<Directory, Renumbering>();

  /** @param amended a booked fill as it was amended: said again in that form, it is a duplicate too */
  constructor(book: Book, lookup: FillLookup, spilled?: SpilledIdentities, amended: (seq: number) => Fill | undefined = () => undefined) {
    this.#book = book;
    this.#lookup = lookup;
    this.#amended = amended;
    this.#rules = new RouteRules(book);
    this.identities = new Identities(spilled);
  }

  /** The seq of a booked fill, 0 for one that is not known. */
  find({ account, venue, symbol, id }: FillIdentity): number {
    const route = this.#book.directory.findRoute(account, venue, symbol);
    if (route === undefined) return 0;
    this.#rules.update();
    const bytes = encodeUtf8(id);
    fingerprintOf(this.#rules.seeds, route * 4, bytes, 0, bytes.length, this.#fingerprints, 0);
    return this.identities.find(this.#fingerprints, 0, (seq) => {
      const { fills, row } = this.#lookup(seq);
      return fills.route[row] === route && sameBytes(fills.texts, fills.idStart(row), fills.idEnd[row]!, bytes, 0, bytes.length);
    });
  }

  /** Remembers fills that the journal holds, in the book's numbers. */
  remember(fills: FillColumns, firstSeq: number): void {
    for (let from = 0; from < fills.count; from += CHUNK) {
      const to = Math.min(from + CHUNK, fills.count);
      this.#lookAhead(fills, from, to);
      for (let i = from; i < to; i += 1) this.identities.add(this.#fingerprints, (i - from) * 4, firstSeq + i);
    }
  }

  /** @param source the directory that the batch's numbers are of @param nextSeq the seq of the next entry */
  decide(fills: FillColumns, source: Directory, nextSeq: number): Decision {
    const numbers = this.#numbersOf(source);
    const accepted = (this.#accepted = this.#accepted.capacity >= fills.count ? this.#accepted : new FillColumns(fills.count));
    accepted.clear();
    this.#firstSeq = nextSeq;
    this.#candidates = fills;
    this.#runNumbers = numbers;
    this.#runStart = 0;
    this.#runEnd = 0;
    const seqs = new Float64Array(fills.count);
    const refused: Refused[] = [];
    let duplicates = 0;
    const differing: number[] = [];
    const refuse = (row: number, refusal: Refusal) => refused.push({ row, fill: fills.read(row, source), refusal });
    for (let i = 0; i < fills.count; i += 1) {
      const place = i % CHUNK;
      if (place === 0) this.#lookAhead(fills, i, Math.min(i + CHUNK, fills.count), numbers);
      const route = this.#routes[place]!;
      const refusal = this.#rules.fits(fills, i, route) ? undefined : misfit(fills, i, this.#rules.instrument(route));
      const seq = nextSeq + accepted.count + (this.#runEnd - this.#runStart);
      this.#candidate = i;
      this.#candidateRoute = route;
      const known = refusal === undefined ? this.identities.findOrAdd(this.#fingerprints, place * 4, seq, this.#isCandidate) : this.identities.find(this.#fingerprints, place * 4, this.#isCandidate);
      if (known !== 0) {
        if (this.#isCopy(known, fills, i, numbers)) {
          duplicates += 1;
          seqs[i] = known;
          continue;
        }
        const first = this.#read(known);
        const again = fills.read(i, source);
        const { quote } = this.#rules.instrument(route);
        const difference = contentDifference(first, again, quote);
        const amended = difference === undefined ? undefined : this.#amended(known);
        if (difference !== undefined && (amended === undefined || contentDifference(amended, again, quote) !== undefined)) {
          refuse(i, { code: "conflicting_fill", firstSeq: known, why: `fill ${again.id} is already booked as entry ${known} with other content: ${difference}` });
          continue;
        }
        duplicates += 1;
        seqs[i] = known;
        if (notesDiffer(first, again)) differing.push(i);
        continue;
      }
      if (refusal !== undefined) {
        refuse(i, refusal);
        continue;
      }
      if (i !== this.#runEnd) this.#startRun(i);
      seqs[i] = seq;
      this.#runEnd = i + 1;
    }
    if (this.#runStart === 0 && this.#runEnd === fills.count) return { accepted: renumbered(fills, numbers, this.#whole), seqs, duplicates, differing, refused };
    this.#startRun(fills.count);
    return { accepted, seqs, duplicates, differing, refused };
  }

  /** Whether a booked fill has the identity of the one being decided. */
  readonly #isCandidate = (seq: number): boolean => {
    const { fills: booked, row } = this.#at(seq);
    if (booked.route[row] !== this.#candidateRoute) return false;
    const fills = this.#candidates;
    const i = this.#candidate;
    return sameBytes(booked.texts, booked.idStart(row), booked.idEnd[row]!, fills.texts, fills.idStart(i), fills.idEnd[i]!);
  };

  /** Whether a fill is stated in the very numbers and texts of a booked one: the common repeat, told without reading it. */
  #isCopy(seq: number, fills: FillColumns, i: number, numbers: Renumbering): boolean {
    const { fills: booked, row } = this.#at(seq);
    if (booked.quantity[row] !== fills.quantity[i] || booked.price[row] !== fills.price[i] || booked.fee[row] !== fills.fee[i]) return false; // NaN, a wide fill, is unequal
    if (booked.quantityDigits[row] !== fills.quantityDigits[i] || booked.priceDigits[row] !== fills.priceDigits[i] || booked.feeDigits[row] !== fills.feeDigits[i]) return false;
    if (booked.timeHigh[row] !== fills.timeHigh[i] || booked.timeLow[row] !== fills.timeLow[i] || booked.traits[row] !== fills.traits[i]) return false;
    if (booked.feeCurrency[row] !== numbers.name(fills.feeCurrency[i]!) || booked.strategy[row] !== numbers.name(fills.strategy[i]!) || booked.signal[row] !== numbers.name(fills.signal[i]!)) return false;
    return sameBytes(booked.texts, booked.idEnd[row]!, booked.noteEnd[row]!, fills.texts, fills.idEnd[i]!, fills.noteEnd[i]!);
  }

  /** Copies the accepted rows that wait to be copied together; the next run of them starts at `row`. */
  #startRun(row: number): void {
    this.#accepted.copyRows(this.#candidates, this.#runStart, this.#runEnd, this.#runNumbers!);
    this.#runStart = row;
    this.#runEnd = row;
  }

  #at(seq: number): { fills: FillColumns; row: number } {
    if (seq >= this.#firstSeq + this.#accepted.count) this.#startRun(this.#runEnd); // a repeat within the batch
    assert(seq < this.#firstSeq + this.#accepted.count, "what is known was booked, or decided just now");
    return seq >= this.#firstSeq ? { fills: this.#accepted, row: seq - this.#firstSeq } : this.#lookup(seq);
  }

  #read(seq: number): Fill {
    const { fills, row } = this.#at(seq);
    return fills.read(row, this.#book.directory);
  }

  /** Makes routes and fingerprints of fills [from, to), and looks at where these may be known. Without `numbers` they are the book's. */
  #lookAhead(fills: FillColumns, from: number, to: number, numbers?: Renumbering): void {
    const { idEnd, noteEnd, route, texts } = fills;
    const routes = this.#routes;
    for (let i = from; i < to; i += 1) routes[i - from] = numbers === undefined ? route[i]! : numbers.route(route[i]!);
    this.#rules.update();
    const { seeds } = this.#rules;
    for (let i = from, at = 0; i < to; i += 1, at += 4) {
      fingerprintOf(seeds, routes[i - from]! * 4, texts, i === 0 ? 0 : noteEnd[i - 1]!, idEnd[i]!, this.#fingerprints, at);
    }
    this.identities.touch(this.#fingerprints, to - from);
  }

  #numbersOf(source: Directory): Renumbering {
    let numbers = this.#numbers.get(source);
    if (numbers === undefined) this.#numbers.set(source, (numbers = new Renumbering(source, this.#book.directory)));
    return numbers;
  }
}

/** Why an instrument does not take a fill's amounts: more digits than it is defined with, or a price that values nothing. */
export function misfitOf({ quantity, price }: Pick<Fill, "quantity" | "price">, instrument: Instrument): Refusal | undefined {
  const columns = new FillColumns(1);
  columns.setAmounts(0, { quantity, price, fee: zero });
  return misfit(columns, 0, instrument);
}

/** The same for a row of columns. */
export function misfit(fills: FillColumns, row: number, instrument: Instrument): Refusal | undefined {
  const { symbol, inverse, priceDigits = ANY, quantityDigits = ANY } = instrument;
  if (inverse && fills.priceOf(row).mantissa <= 0n) {
    return { code: "impossible_price", field: "price", why: `${symbol} is an inverse contract: a price of ${formatDecimal(fills.priceOf(row))} gives it no value` };
  }
  if (fills.quantityDigits[row]! > quantityDigits) return tooPrecise("quantity", fills.quantityOf(row), quantityDigits, symbol);
  if (fills.priceDigits[row]! > priceDigits) return tooPrecise("price", fills.priceOf(row), priceDigits, symbol);
  return undefined;
}

function sameBytes(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = aStart, j = bStart; i < aEnd; i += 1, j += 1) if (a[i] !== b[j]) return false;
  return true;
}

function tooPrecise(field: "quantity" | "price", was: Decimal, digits: number, symbol: string): Refusal {
  const value = formatDecimal(was.mantissa < 0n ? { ...was, mantissa: -was.mantissa } : was);
  return { code: "too_precise", field, why: `${field} ${value} has ${was.digits} decimals; ${symbol} is defined with ${digits}` };
}
