import { formatDecimal, isProblem, readDecimal } from "../num/index.ts";
import { floorTo, instrumentProblem, netKey, type Block, type Fact, type FillColumns, type Instrument, type Mark } from "../model/index.ts";
import { Instruments, MARK_INTERVAL_NS, type Book } from "../book/index.ts";
import { misfit, misfitOf } from "./decide.ts";
import type { Foreknowledge } from "./foreknowledge.ts";

/**
 * The marks of record among some marks: the last of each venue, symbol and interval, unless the book has it or a later
 * one of that interval already. Oldest first.
 */
export function decideMarks(book: Book, marks: readonly Mark[], everyNs = MARK_INTERVAL_NS): Mark[] {
  const last = new Map<string, Mark>();
  for (const mark of marks) {
    const key = `${mark.venue}\u0000${mark.symbol}\u0000${floorTo(mark.timeNs, everyNs)}`;
    const known = last.get(key);
    if (known === undefined || mark.timeNs >= known.timeNs) last.set(key, mark);
  }
  return [...last.values()].filter((mark) => isNews(book, mark, everyNs)).sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
}

function isNews(book: Book, mark: Mark, everyNs: bigint): boolean {
  const end = floorTo(mark.timeNs, everyNs) + everyNs - 1n;
  const known = book.marks.recordedAt(mark.venue, mark.symbol, end);
  if (known === undefined || known.timeNs < mark.timeNs) return true;
  return known.timeNs === mark.timeNs && formatDecimal(known.price) !== normalText(mark.price);
}

function normalText(price: string): string {
  const read = readDecimal(price);
  return isProblem(read) ? price : formatDecimal(read);
}

/** What a definition comes to. */
export type DefinitionDecision = { readonly is: "news" } | { readonly is: "known" } | { readonly is: "refused"; readonly why: string };

/**
 * What definitions come to, in their order: news, already known, or refused because they define nothing that can be kept,
 * or because what is booked does not fit them: fills in all their forms, settlements, renames.
 * @param blocks all of the journal; asked for once, and only when something booked is affected
 */
export function decideDefinitions(book: Book, known: Foreknowledge, instruments: readonly Instrument[], blocks: () => Iterable<Block>): DefinitionDecision[] {
  const decisions = instruments.map((instrument): DefinitionDecision => {
    const problem = instrumentProblem(instrument);
    if (problem !== undefined) return { is: "refused", why: problem.reason };
    return isKnown(book, instrument) ? { is: "known" } : { is: "news" };
  });
  const affecting = instruments.map((instrument, i) => ({ instrument, i })).filter(({ instrument, i }) => decisions[i]!.is === "news" && book.changesBooked(instrument));
  if (affecting.length === 0) return decisions;
  const refuse = ({ i }: Affecting, why: string) => (decisions[i] = { is: "refused", why });
  const booked = new Booked(book, known, instruments.filter((_, i) => decisions[i]!.is === "news"));
  for (const { firstSeq, sections } of blocks()) {
    let seq = firstSeq;
    for (const section of sections) {
      for (const one of affecting) {
        if (decisions[one.i]!.is === "refused") continue;
        const why = section.kind === "fills" ? booked.misfitOf(one.instrument, section.fills, seq) : booked.contradictionOf(one.instrument, section.facts);
        if (why !== undefined) refuse(one, why);
      }
      seq += section.kind === "fills" ? section.fills.count : section.facts.length;
    }
  }
  return decisions;
}

interface Affecting {
  readonly instrument: Instrument;
  readonly i: number;
}

/** What is booked, looked at as new definitions would have it. */
class Booked {
  readonly #book: Book;
  readonly #known: Foreknowledge;
  readonly #defined: Instruments;

  constructor(book: Book, known: Foreknowledge, news: readonly Instrument[]) {
    this.#book = book;
    this.#known = known;
    this.#defined = new Instruments(book.instruments.currency);
    for (const instrument of [...book.instruments.definitions(), ...news]) this.#defined.define(instrument);
  }

  /** Why a fill of a section, as booked or as ever amended, does not fit a definition. */
  misfitOf(instrument: Instrument, fills: FillColumns, firstSeq: number): string | undefined {
    for (let row = 0; row < fills.count; row += 1) {
      const { venue, symbol } = this.#book.directory.route(fills.route[row]!);
      if (symbol !== instrument.symbol || !rules(this.#book, instrument, venue)) continue;
      const forms = this.#known.formsOf(firstSeq + row).map((form) => misfitOf(form, instrument));
      const refusal = [misfit(fills, row, instrument), ...forms].find((one) => one !== undefined); // in every form, and busted, too: so an export holds them
      if (refusal !== undefined) return `fill ${fills.idOf(row)} on ${venue} is booked already, and ${refusal.why}`;
    }
    return undefined;
  }

  /** Why an event could not be booked with a definition. */
  contradictionOf({ symbol }: Instrument, facts: readonly Fact[]): string | undefined {
    for (const fact of facts) {
      if (fact.type === "settled" && fact.symbol === symbol && fact.price.mantissa <= 0n && this.#venuesOf(symbol).some((venue) => this.#defined.of(venue, symbol).inverse)) {
        return `${symbol} was settled at ${formatDecimal(fact.price)}, which gives an inverse contract no value`;
      }
      if (fact.type !== "renamed" || (fact.symbol !== symbol && fact.to !== symbol)) continue;
      const venue = this.#venuesOf(fact.symbol).find((one) => netKey(this.#defined.of(one, fact.symbol)) !== netKey(this.#defined.of(one, fact.to)));
      if (venue !== undefined) return `${fact.symbol} was renamed to ${fact.to}, and on ${venue} the two would count otherwise (kind, quote, settle, multiplier or inverse): define both alike, in one file`;
    }
    return undefined;
  }

  #venuesOf(symbol: string): string[] {
    return [...new Set(this.#book.venueRows(symbol).map(({ venue }) => venue))];
  }
}

function isKnown(book: Book, instrument: Instrument): boolean {
  const known = book.instruments.definition(instrument.venue, instrument.symbol);
  return known !== undefined && JSON.stringify(comparable(known)) === JSON.stringify(comparable(instrument));
}

/** Whether a definition is the one that counts on a venue: its own, or the common one where it has none. */
function rules(book: Book, instrument: Instrument, venue: string): boolean {
  return instrument.venue === venue || (instrument.venue === "" && book.instruments.definition(venue, instrument.symbol) === undefined);
}

function comparable(instrument: Instrument): unknown[] {
  const { venue, symbol, kind, base, quote, settle, multiplier, inverse, priceIncrement, quantityIncrement, expiresNs } = instrument;
  return [venue, symbol, kind, base, quote, settle, `${multiplier.mantissa}e-${multiplier.digits}`, inverse, priceIncrement ?? "", quantityIncrement ?? "", `${expiresNs ?? ""}`];
}
