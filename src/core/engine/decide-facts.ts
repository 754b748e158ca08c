import { formatDecimal, isProblem, readDecimal } from "../num/index.ts";
import { floorTo, instrumentProblem, type FillColumns, type Instrument, type Mark } from "../model/index.ts";
import { MARK_INTERVAL_NS, type Book } from "../book/index.ts";
import { misfit } from "./decide.ts";

/**
 * The marks of record among some marks: the last of each venue, symbol and interval, unless the book has it or a later
 * one of that interval already. Oldest first.
 */
export function decideMarks(book: Book, marks: readonly Mark[]): Mark[] {
  const last = new Map<string, Mark>();
  for (const mark of marks) {
    const key = `${mark.venue}\u0000${mark.symbol}\u0000${floorTo(mark.timeNs, MARK_INTERVAL_NS)}`;
    const known = last.get(key);
    if (known === undefined || mark.timeNs >= known.timeNs) last.set(key, mark);
  }
  return [...last.values()].filter((mark) => isNews(book, mark)).sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
}

function isNews(book: Book, mark: Mark): boolean {
  const end = floorTo(mark.timeNs, MARK_INTERVAL_NS) + MARK_INTERVAL_NS - 1n;
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
 * or because booked fills do not fit them.
 * @param booked all fills of the journal, in the book's numbers; asked for once, and only when fills are affected
 */
export function decideDefinitions(book: Book, instruments: readonly Instrument[], booked: () => Iterable<FillColumns>): DefinitionDecision[] {
  const decisions = instruments.map((instrument): DefinitionDecision => {
    const problem = instrumentProblem(instrument);
    if (problem !== undefined) return { is: "refused", why: problem.reason };
    return isKnown(book, instrument) ? { is: "known" } : { is: "news" };
  });
  const affecting = instruments.map((instrument, i) => ({ instrument, i })).filter(({ instrument, i }) => decisions[i]!.is === "news" && book.changesBooked(instrument));
  if (affecting.length === 0) return decisions;
  for (const fills of booked()) {
    for (let row = 0; row < fills.count; row += 1) {
      const { venue, symbol } = book.directory.route(fills.route[row]!);
      for (const { instrument, i } of affecting) {
        if (symbol !== instrument.symbol || decisions[i]!.is === "refused" || !rules(book, instrument, venue)) continue;
        const refusal = misfit(fills, row, instrument);
        if (refusal !== undefined) decisions[i] = { is: "refused", why: `fill ${fills.idOf(row)} on ${venue} is booked already, and ${refusal.why}` };
      }
    }
  }
  return decisions;
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
