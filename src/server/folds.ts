import { EquityPeriods, followerOf, pnlBy, positionsPage, Trips, TripSums, tripView, isVenueRow, type BookRow, type PnlKey, type PnlViewName, type PositionFilter, type RowWatcher, type Trip, type TripView } from "../core/book/index.ts";
import { HistoryObserver, type HistoryFilter, type HistoryRow } from "../core/engine/index.ts";
import { formatTime, type Mark } from "../core/model/index.ts";
import type { AttributionKeys } from "../core/performance/index.ts";
import { riskOverview, riskView, studyOf, type RiskGroupKey, type RiskOptions, type StudyInput } from "../core/risk/index.ts";
import { refusalsAnswer } from "./refusals.ts";
import { pointTexts, type EquityTexts } from "./equity-texts.ts";
import { readAttributions, readBook, readDesk, readPerformance, readVenues, type PerformanceQuestion, type VenuesQuestion } from "../runtime/index.ts";

/** Where the journal is, and how it is read. */
export interface FoldSource {
  readonly dataDir: string;
  readonly currency: string;
  readonly marksMaxAgeNs: bigint | undefined;
}

/** A question that only the journal answers: it is folded from its beginning, and followed. */
export type FoldQuery =
  | { readonly kind: "positions"; readonly filter: PositionFilter; readonly atNs: bigint | undefined; readonly untilSeq: number | undefined; readonly nowNs: bigint; readonly after: string | undefined; readonly limit: number }
  | { readonly kind: "history"; readonly filter: HistoryFilter; readonly limit: number; readonly newest?: boolean | undefined }
  | { readonly kind: "refusals"; readonly beforeSeq: number; readonly limit: number; readonly accounts: ReadonlySet<string> | undefined }
  | { readonly kind: "trips"; readonly filter: { readonly account?: string | undefined; readonly accounts?: ReadonlySet<string> | undefined; readonly venue?: string | undefined; readonly symbol?: string | undefined; readonly fromNs?: bigint | undefined; readonly toNs?: bigint | undefined }; readonly after: number; readonly limit: number }
  | { readonly kind: "risk"; readonly options: RiskOptions; readonly by: RiskGroupKey; readonly nowNs: bigint; readonly live: readonly Mark[]; readonly accounts?: ReadonlySet<string> | undefined; readonly tellsWhy: boolean }
  | { readonly kind: "overview"; readonly options: RiskOptions; readonly nowNs: bigint; readonly live: readonly Mark[]; readonly accounts?: ReadonlySet<string> | undefined; readonly tellsWhy: boolean }
  | { readonly kind: "study"; readonly input: StudyInput } // nothing is read: it is long, and kept from the main thread
  | { readonly kind: "equity"; readonly nowNs: bigint; readonly each: boolean; readonly everyNs?: bigint | undefined; readonly accounts?: ReadonlySet<string> | undefined } // each: of every account, too; everyNs: a period, a day where it is missing
  | { readonly kind: "pnl"; readonly by: PnlKey; readonly view: PnlViewName; readonly currency: string | undefined; readonly atNs: bigint | undefined; readonly nowNs: bigint; readonly live: readonly Mark[]; readonly accounts?: ReadonlySet<string> | undefined }
  | ({ readonly kind: "performance" } & Asked & Pick<PerformanceQuestion, "fromNs" | "toNs" | "historySize" | "sampledEveryNs" | "benchmarkSymbol" | "periodsPerYear" | "riskFreeAnnual" | "executionsBy" | "rollingWindow" | "series" | "lastFills" | "weights">)
  | ({ readonly kind: "venues" } & Asked & Pick<VenuesQuestion, "fromNs" | "toNs" | "historySize">)
  | ({ readonly kind: "attribution"; readonly by: AttributionKeys; readonly fromNs: bigint | undefined } & Asked);

/** What questions on performance have in common. */
interface Asked {
  readonly currency: string | undefined;
  readonly atNs?: bigint | undefined;
  readonly nowNs: bigint;
  readonly live: readonly Mark[];
  readonly accounts?: ReadonlySet<string> | undefined;
}

/** What a fold for equity answers. */
export interface EquityAnswer {
  readonly seq: number;
  readonly all: readonly EquityTexts[];
  readonly accounts: readonly (readonly [account: string, points: readonly EquityTexts[]])[];
}

/** Answers a question with a JSON text. Reads what is on disk; blocks until it is done. */
export function foldAnswer(source: FoldSource, query: FoldQuery): string {
  switch (query.kind) {
    case "positions":
      return positionsAnswer(source, query);
    case "history":
      return historyAnswer(source, query);
    case "refusals":
      return refusalsAnswer(source.dataDir, query);
    case "trips":
      return tripsAnswer(source, query);
    case "risk": {
      const { desk, state, moment, strategies, seq } = readDesk({ ...source, ...query }, query.options);
      return JSON.stringify(riskView(desk, state, moment, { seq, currency: source.currency, by: query.by, strategies, tellsWhy: query.tellsWhy }));
    }
    case "overview": {
      const { desk, state, moment, seq } = readDesk({ ...source, ...query }, query.options);
      return JSON.stringify(riskOverview(desk, state, moment, { seq, currency: source.currency, tellsWhy: query.tellsWhy }));
    }
    case "study":
      return JSON.stringify(studyOf(query.input));
    case "equity":
      return equityAnswer(source, query);
    case "pnl":
      return pnlAnswer(source, query);
    case "performance": {
      const { seq, view, more } = readPerformance({ ...source, ...query, currency: source.currency, reported: query.currency });
      return JSON.stringify({ seq, ...view, ...more });
    }
    case "venues": {
      const { seq, view } = readVenues({ ...source, ...query, currency: source.currency, reported: query.currency });
      return JSON.stringify({ seq, ...view });
    }
    case "attribution": {
      const { seq, attributions } = readAttributions({ ...source, ...query, currency: source.currency, reported: query.currency }, [query.by]);
      return JSON.stringify({ seq, ...attributions[0] });
    }
  }
}

function positionsAnswer({ dataDir, currency, marksMaxAgeNs }: FoldSource, { filter, atNs, untilSeq, nowNs: wallNs, after, limit }: Extract<FoldQuery, { kind: "positions" }>): string {
  const { book, seq, timeNs } = readBook(dataDir, { currency, marksMaxAgeNs, atNs, untilSeq });
  const nowNs = atNs ?? (untilSeq === undefined ? wallNs : (timeNs ?? wallNs));
  const { positions, next } = positionsPage(book, { atNs, nowNs, maxAgeNs: marksMaxAgeNs }, filter, { after, limit });
  return JSON.stringify({ asOf: formatTime(nowNs), seq, positions, next: next === null ? null : cursorOf(next) });
}

function historyAnswer({ dataDir, currency, marksMaxAgeNs }: FoldSource, { filter, limit, newest }: Extract<FoldQuery, { kind: "history" }>): string {
  const history: HistoryRow[] = [];
  const page = { more: false };
  const observer = new HistoryObserver(filter, (row) => {
    if (newest === true) {
      history.push(row);
      if (history.length >= 2 * limit) history.splice(0, history.length - limit);
      return true;
    }
    page.more = history.length === limit;
    if (!page.more) history.push(row);
    return !page.more;
  });
  readBook(dataDir, { currency, marksMaxAgeNs }, observer);
  if (newest === true) return JSON.stringify({ history: history.slice(-limit), next: null });
  return JSON.stringify({ history, next: page.more ? `${history.at(-1)!.seq}` : null });
}

function tripsAnswer({ dataDir, currency, marksMaxAgeNs }: FoldSource, { filter, after, limit }: Extract<FoldQuery, { kind: "trips" }>): string {
  const { account, accounts, venue, symbol, fromNs, toNs } = filter;
  const options = { currency, marksMaxAgeNs };
  const whole = readBook(dataDir, options);
  const trips: TripView[] = [];
  const sums = new TripSums();
  let count = 0;
  const isWanted = (row: BookRow) => (account === undefined || row.account === account) && accounts?.has(row.account) !== false && (venue === undefined ? row.isNet : isVenueRow(row) && row.venue === venue);
  const watcher = new Trips(whole.book.rates, isWanted, (trip: Trip) => {
    if ((symbol !== undefined && trip.row.symbol !== symbol) || (fromNs !== undefined && trip.closedNs < fromNs) || (toNs !== undefined && trip.closedNs > toNs)) return;
    sums.add(trip);
    if (count >= after && trips.length < limit) trips.push(tripView(trip));
    count += 1;
  });
  readBook(dataDir, { ...options, watcher, untilSeq: whole.seq });
  return JSON.stringify({ seq: whole.seq, trips, totals: sums.totals(), next: after + trips.length < count ? `${after + trips.length}` : null });
}

function pnlAnswer({ dataDir, currency, marksMaxAgeNs }: FoldSource, { by, view, currency: reported, atNs, nowNs, live, accounts }: Extract<FoldQuery, { kind: "pnl" }>): string {
  const read = (watcher?: RowWatcher, untilSeq?: number) => {
    const folded = readBook(dataDir, { currency, marksMaxAgeNs, atNs, watcher, untilSeq });
    for (const mark of live) folded.book.marks.setLive(mark);
    return folded;
  };
  const whole = read();
  const follower = followerOf(view, by, whole.book.rates);
  const { book } = follower === undefined ? whole : read(follower, whole.seq); // meanwhile more may have been written
  return JSON.stringify({ seq: whole.seq, ...pnlBy(book, by, { atNs, nowNs: atNs ?? nowNs, maxAgeNs: marksMaxAgeNs }, reported, view, follower, accounts) });
}

/** Equity day by day, of all accounts together and of each. */
function equityAnswer({ dataDir, currency, marksMaxAgeNs }: FoldSource, { nowNs, each, everyNs, accounts }: Extract<FoldQuery, { kind: "equity" }>): string {
  const periods = new EquityPeriods(everyNs);
  const { book, seq } = readBook(dataDir, { currency, marksMaxAgeNs, watcher: periods });
  const curve = (of?: ReadonlySet<string>) => periods.curve(book, { currency, untilNs: nowNs, maxAgeNs: marksMaxAgeNs, accounts: of }).map(pointTexts);
  const names = each ? periods.accounts().filter((name) => accounts?.has(name) !== false) : [];
  return JSON.stringify({ seq, all: curve(accounts), accounts: names.map((name) => [name, curve(new Set([name]))]) } satisfies EquityAnswer);
}

/** A place in a list of positions as a text that an address can hold. */
export function cursorOf(place: string): string {
  return Buffer.from(place).toString("base64url");
}

/** The place that a cursor stands for. Undefined for a text that no page gave. */
export function placeOfCursor(cursor: string): string | undefined {
  const place = Buffer.from(cursor, "base64url").toString();
  return cursorOf(place) === cursor && /^[01](\u0000[^\u0000]*){5}$/.test(place) ? place : undefined;
}
