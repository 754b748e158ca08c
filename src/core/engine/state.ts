import { decimalOf, finished, formatDecimal, type Steps } from "../num/index.ts";
import { decodeFacts, encodeFacts, isPairFact, packDays, unpackDays, type Fact } from "../model/index.ts";
import { PairBook } from "../pairs/index.ts";
import type { Breaker } from "../risk/index.ts";
import { Book, restoreRow, stateOfRow, type BookOptions, type RowState } from "../book/index.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { Foreknowledge } from "./foreknowledge.ts";
import { RiskState } from "./risk-state.ts";

/** A fold where it stands: all that is needed to go on from `seq`. */
export interface FoldState {
  readonly book: Book;
  readonly known: Foreknowledge;
  readonly risk: RiskState;
  readonly pairs: PairBook;
  readonly seq: number;
  readonly timeNs: bigint | undefined; // of the journal, at that entry; undefined where no entry was folded
  readonly checkpoints?: Checkpoints | undefined; // of the book, where they are left
}
/** A fold without the time of its last entry. */
export type Folded = Omit<FoldState, "timeNs">;

const FORMAT = 2;
const ROWS_A_LINE = 1_000;
const FACTS_A_LINE = 1_000;

interface Head {
  readonly fillbookState: number;
  readonly seq: number;
  readonly currency: string;
}
/** A line after the head: one kind of content each. */
type Line =
  | { readonly names: readonly string[] }
  | { readonly routes: readonly (readonly [account: string, venue: string, symbol: string])[] }
  | { readonly known: readonly (readonly [seq: number, fact: string])[] }
  | { readonly capital: readonly (readonly [account: string, amounts: readonly (readonly [currency: string, amount: string])[]])[] }
  | { readonly marks: { readonly venue: string; readonly symbol: string; readonly prices: readonly (readonly [price: string, timeNs: string])[] } }
  | { readonly splits: readonly (readonly [symbol: string, over: string, under: string, timeNs: string])[] }
  | { readonly venueRows: readonly (readonly [route: number, opened: number, venueType: number, state: RowState])[] }
  | { readonly pairs: string }
  | { readonly prices: readonly [symbol: string, days: string, closes: string] }
  | { readonly breaches: readonly (readonly [seq: number, fact: string])[] }
  | { readonly breaker: Omit<Breaker, "sinceNs"> & { readonly sinceNs: string | undefined }; readonly lastNs: string }
  | { readonly netRows: readonly (readonly [route: number, state: RowState])[] };

/**
 * A fold as lines of JSON, each without its line end. The same state gives the same lines, however it came about: their
 * hash is the state hash, and with the entries after `seq` they give what the whole journal gives.
 */
export function* stateLines({ book, known, risk, pairs, seq }: Folded): Iterable<string> {
  const head: Head = { fillbookState: FORMAT, seq, currency: book.instruments.currency };
  yield JSON.stringify(head);
  for (const line of contentOf(book, known)) yield JSON.stringify(line);
  for (const line of riskOf(risk)) yield JSON.stringify(line);
  for (const line of pairsOf(pairs)) yield JSON.stringify(line);
}

/** What facts say of risk; nothing where they say nothing, so that such a state reads as it always did. */
function* riskOf(risk: RiskState): Iterable<Line> {
  for (const { symbol, days, closes } of risk.prices.facts()) yield { prices: [symbol, packDays(days), closes.join(" ")] };
  const breaches = risk.breaches();
  if (breaches.length > 0) yield { breaches: breaches.map(({ seq, fact }) => [seq, encodeFacts([fact])]) };
  const { sinceNs, ...breaker } = risk.breaker;
  if (risk.lastNs !== undefined) yield { breaker: { ...breaker, sinceNs: sinceNs === undefined ? undefined : `${sinceNs}` }, lastNs: `${risk.lastNs}` };
}

/** All facts of pairs, a pair after the other: a later correction asks for each of them. Nothing where there are no pairs. */
function* pairsOf(pairs: PairBook): Iterable<Line> {
  let facts: Fact[] = [];
  for (const { pairId } of pairs.pairs()) {
    facts.push(...pairs.factsOf(pairId));
    if (facts.length < FACTS_A_LINE) continue;
    yield { pairs: encodeFacts(facts) };
    facts = [];
  }
  if (facts.length > 0) yield { pairs: encodeFacts(facts) };
}

function* contentOf(book: Book, known: Foreknowledge): Iterable<Line> {
  const { names, routes } = book.directory.since(0, 0);
  yield { names };
  for (let from = 0; from < routes.length; from += ROWS_A_LINE) yield { routes: routes.slice(from, from + ROWS_A_LINE) };
  yield { known: known.facts.map(({ seq, fact }) => [seq, encodeFacts([fact])]) };
  yield { capital: [...book.capital].sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, bag]) => [account, bag.entries().map(([currency, amount]) => [currency, formatDecimal(amount)])]) };
  const { series, splits } = book.marks.all();
  for (const { venue, symbol, prices } of series) yield { marks: { venue, symbol, prices: prices.map(({ price, timeNs }) => [formatDecimal(price), `${timeNs}`]) } };
  yield { splits: splits.map(({ symbol, over, under, timeNs }) => [symbol, `${over}`, `${under}`, `${timeNs}`]) };
  const rows = book.venueRowsWhere(() => true);
  for (let from = 0; from < rows.length; from += ROWS_A_LINE) {
    const part = rows.slice(from, from + ROWS_A_LINE);
    yield { venueRows: part.map((row) => [row.route, ...book.routeState(row.route), stateOfRow(book, row)]) };
    yield { netRows: part.filter((row) => book.netRowOf(row.route).venues[0] === row).map((row) => [row.route, stateOfRow(book, book.netRowOf(row.route))]) };
  }
}

/** Reads what `stateLines` wrote. @throws Error for lines of another format */
export function readState(lines: Iterable<string>, options: BookOptions): FoldState {
  return finished(readStateSteps(lines, options));
}

/** The same in steps of a line. */
export function* readStateSteps(lines: Iterable<string>, options: BookOptions): Steps<FoldState> {
  let state: FoldState | undefined;
  for (const line of lines) {
    if (state === undefined) state = begin(JSON.parse(line) as Head, options);
    else take(state, JSON.parse(line) as Line);
    yield state.seq;
  }
  if (state === undefined) throw new Error("a state without lines is none");
  return state;
}

function begin({ fillbookState, seq, currency }: Head, options: BookOptions): FoldState {
  if (fillbookState !== FORMAT) throw new Error(`a state of format ${fillbookState} was written by another Fillbook`);
  const book = new Book({ ...options, currency });
  return { book, known: new Foreknowledge(), risk: new RiskState(), pairs: new PairBook(), seq, timeNs: undefined };
}

function take({ book, known, risk, pairs }: FoldState, line: Line): void {
  if ("pairs" in line) {
    for (const fact of decodeFacts(line.pairs)) if (isPairFact(fact)) pairs.step(fact);
  } else if ("names" in line) book.directory.add({ names: line.names, routes: [] });
  else if ("routes" in line) book.directory.add({ names: [], routes: line.routes });
  else if ("known" in line) {
    for (const [seq, json] of line.known) known.add(decodeFacts(json)[0]!, seq);
    for (const definition of known.definitions) book.define(definition);
    for (const [account, method] of known.methods) book.choose(account, method);
  } else if ("capital" in line) {
    for (const [account, amounts] of line.capital) {
      const bag = book.capitalOf(account);
      for (const [currency, amount] of amounts) bag.add(currency, decimalOf(amount));
    }
  } else if ("marks" in line) {
    const { venue, symbol, prices } = line.marks;
    for (const [price, timeNs] of prices) book.mark({ venue, symbol, price, timeNs: BigInt(timeNs) }, 1n); // each is one of record already
  } else if ("splits" in line) for (const [symbol, over, under, timeNs] of line.splits) book.marks.split(symbol, BigInt(over), BigInt(under), BigInt(timeNs));
  else if ("venueRows" in line) {
    for (const [route, opened, venueType, state] of line.venueRows) {
      book.setRouteState(route, opened, venueType);
      restoreRow(book, book.venueRowOf(route), state);
    }
  } else if ("prices" in line) {
    const [symbol, days, closes] = line.prices;
    risk.prices.take({ symbol, days: unpackDays(days), closes: closes.split(" ") });
  } else if ("breaches" in line) for (const [seq, json] of line.breaches) risk.take(decodeFacts(json)[0]!, seq);
  else if ("breaker" in line) risk.restore(breakerOf(line), BigInt(line.lastNs));
  else for (const [route, state] of line.netRows) restoreRow(book, book.netRowOf(route), state);
}

function breakerOf({ breaker: { state, by, who, reason, probes, sinceNs } }: Extract<Line, { readonly breaker: unknown }>): Breaker {
  return { state, sinceNs: sinceNs === undefined ? undefined : BigInt(sinceNs), by, who, reason, probes };
}
