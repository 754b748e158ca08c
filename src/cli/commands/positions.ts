import { positionsOf, summarize, type Book, type LotView, type PositionFilter, type PositionView, type RowView, type SummaryView } from "../../core/book/index.ts";
import { readBook, type BookRead } from "../../runtime/index.ts";
import { formatDecimal } from "../../core/num/index.ts";
import { formatTime } from "../../core/model/index.ts";
import { contextOf, countOption, mustBeThere, timeOption, type CommonOptions, type Context } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { JsonList } from "../json-list.ts";
import { card, dim, heading, note, shownAge, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface PositionsOptions extends CommonOptions {
  readonly account?: string;
  readonly venue?: string;
  readonly symbol?: string;
  readonly status?: string;
  readonly at?: string;
  readonly seq?: string;
}

/** What `fillbook positions --json` prints. */
export interface PositionsAnswer {
  readonly asOf: string;
  readonly seq: number;
  readonly summary: SummaryView;
  readonly capital: readonly { readonly account: string; readonly currency: string; readonly amount: string }[]; // cash that came in, less what left
  readonly positions: readonly PositionView[];
}

/** `fillbook positions`: net positions with their venues. */
export async function positions(options: PositionsOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const atNs = timeOption("at", options.at);
  const untilSeq = countOption("seq", options.seq, 0);
  const read = readBook(context.dataDir, { currency: context.config.currency, marksMaxAgeNs: context.config.marksMaxAgeNs, atNs, untilSeq }, undefined, progressOf(context, "reading the journal"));
  noteTorn(context, read.report);
  if (untilSeq !== undefined && untilSeq > read.seq) throw new UsageError(`--seq: there is no entry ${untilSeq} yet: the journal ends at entry ${read.seq}`);
  const answer = answerOf(context, read, { account: options.account, venue: options.venue, symbol: options.symbol, status: statusOf(options.status) }, atNs, untilSeq);
  if (context.json) {
    const { positions: rows, ...head } = answer;
    const list = new JsonList(context, head, "positions");
    for (const row of rows) list.add(row);
    list.end();
  } else context.print(shownPositions(answer, options.symbol !== undefined));
  return 0;
}

function answerOf(context: Context, { book, seq, timeNs }: BookRead, filter: PositionFilter, atNs: bigint | undefined, untilSeq: number | undefined): PositionsAnswer {
  const nowNs = atNs ?? (untilSeq === undefined ? context.clock.nowNs() : (timeNs ?? context.clock.nowNs()));
  const moment = { atNs, nowNs, maxAgeNs: context.config.marksMaxAgeNs };
  return { asOf: formatTime(nowNs), seq, summary: summarize(book, moment, filter), capital: capitalOf(book, filter.account), positions: positionsOf(book, moment, filter) };
}

function capitalOf(book: Book, account: string | undefined): PositionsAnswer["capital"] {
  return [...book.capital].filter(([of]) => account === undefined || of === account).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([of, bag]) => bag.entries().map(([currency, amount]) => ({ account: of, currency, amount: formatDecimal(amount) })));
}

function statusOf(text: string | undefined): "open" | "closed" | "all" {
  if (text === undefined) return "all";
  if (text === "open" || text === "closed" || text === "all") return text;
  throw new UsageError(`--status: "${text}" is not open, closed or all`);
}

interface Line {
  readonly label: string;
  readonly row: RowView;
}

const columns: readonly Column<Line>[] = [
  { title: "symbol", of: ({ label }) => label },
  { title: "quantity", of: ({ row }) => shownAmount(row.quantity, 9), right: true },
  { title: "avg price", of: ({ row }) => shownAmount(row.avgPrice, 9), right: true },
  { title: "total cost", of: ({ row }) => shownAmount(row.totalCost, 9), right: true },
  { title: "realized", of: ({ row }) => shownAmount(row.realizedPnl, 9), right: true, signed: true },
  { title: "unrealized", of: ({ row }) => shownAmount(row.unrealizedPnl, 9), right: true, signed: true },
  { title: "total P&L", of: ({ row }) => shownAmount(row.totalPnl, 9), right: true, signed: true },
];

const EMPTY = "The book is empty. Import fills with: fillbook import FILE";
const NO_MARK = "– unknown: a mark is missing or too old. Give some: fillbook marks FILE";

/** The book as a person reads it at 80 columns. */
export function shownPositions(answer: PositionsAnswer, details: boolean): string {
  const { positions: shown, asOf, seq, summary } = answer;
  if (shown.length === 0) return seq === 0 ? EMPTY : "No position matches.";
  if (details) return shown.map(shownDetails).join("\n\n");
  const accounts = [...new Set(shown.map(({ account }) => account))];
  const parts = accounts.map((account) => {
    const lines = shown.filter((position) => position.account === account).flatMap((position) => linesOf(position, summary.currency));
    return `${accounts.length > 1 || account !== "default" ? `${heading(`Account ${account}`)}\n` : ""}${table(columns, lines)}`;
  });
  const sum = (name: string, amount: string | null) => `${name} ${shownAmount(amount, 10)}`;
  return [
    ...parts,
    "",
    `${summary.openPositions} open, ${summary.closedPositions} closed; in ${summary.currency}:`,
    [sum("realized", summary.realized), sum("unrealized", summary.unrealized), sum("fees", summary.fees), sum("net", summary.net)].join("   "),
    [sum("gross exposure", summary.grossExposure), sum("net exposure", summary.netExposure)].join("   "),
    ...(answer.capital.length === 0 ? [] : [`capital ${answer.capital.map(({ account, currency, amount }) => `${shownAmount(amount, 20)} ${currency}${accounts.length > 1 || account !== "default" ? ` of ${account}` : ""}`).join(", ")}`]),
    ...(shown.some(({ unrealizedPnl }) => unrealizedPnl === null) ? [dim(NO_MARK)] : []),
    ...whyUnknown(answer).map(note),
    dim(`as of ${asOf}, entry ${seq}${oldestMark(shown)}`),
  ].join("\n");
}

/** Why sums are unknown though the rows are not. */
function whyUnknown({ positions: shown, summary }: PositionsAnswer): string[] {
  if (summary.realized === null) {
    const others = new Set(shown.map(({ currency }) => currency).filter((currency) => currency !== summary.currency));
    return [`– unknown: a mark is missing that turns ${[...others].sort().join(" or ")} into ${summary.currency}. Which, tells: fillbook pnl`];
  }
  return summary.fees === null ? ["– unknown: a fee in another currency has no mark that values it"] : [];
}

function oldestMark(shown: readonly PositionView[]): string {
  const ages = shown.flatMap(({ markAge }) => (markAge === null ? [] : [markAge]));
  return ages.length === 0 ? "" : `, oldest mark ${shownAge(Math.max(...ages))}`;
}

/** A row that counts in another currency than the sums says so, unless its symbol does, as BTC/USDT. */
function linesOf(position: PositionView, currency: string): Line[] {
  const several = position.venues.length > 1;
  const counts = position.currency === currency || /[/-]([^/-]+)$/.exec(position.symbol)?.[1] === position.currency ? "" : ` in ${position.currency}`;
  const net = { label: several ? `${shownName(position.symbol, 18)}${dim(counts)}` : `${shownName(position.symbol, 18)} ${dim(`${position.venues[0]?.venue ?? ""}${counts}`)}`.trimEnd(), row: position };
  return several ? [net, ...position.venues.map((venue) => ({ label: dim(`  ${venue.venue}`), row: venue }))] : [net];
}

function shownDetails(position: PositionView): string {
  const title = `${position.symbol} · ${position.kind} · account ${position.account} · ${position.status} · in ${position.currency}`;
  const venues = position.venues.map((venue) => `${heading(`  on ${venue.venue}${venue.venueType === "unknown" ? "" : `, ${venue.venueType}`}`)}\n${figures(venue)}`);
  return [heading(title), figures(position), ...(position.lots === undefined ? [] : [shownLots(position.method, position.lots)]), ...(position.venues.length > 1 ? venues : [])].join("\n");
}

const lotColumns: readonly Column<LotView>[] = [
  { title: "opened", of: ({ openedAt }) => openedAt },
  { title: "quantity", of: ({ quantity }) => shownAmount(quantity, 12), right: true },
  { title: "price", of: ({ price }) => shownAmount(price, 12), right: true },
  { title: "cost", of: ({ cost }) => shownAmount(cost, 12), right: true },
  { title: "fill", of: ({ id, venue }) => shownName([id, dim(venue)].join(" ").trim()) },
];

function shownLots(method: string, lots: readonly LotView[]): string {
  return lots.length === 0 ? dim(`  no open lots (${method})`) : `${heading(`  ${lots.length} open ${lots.length === 1 ? "lot" : "lots"}, ${method}`)}\n${table(lotColumns, lots)}`;
}

function figures(row: RowView): string {
  const fees = Object.entries(row.feesByCurrency).map(([currency, amount]) => `${amount} ${currency}`).join(", ");
  const all = (amount: string | null) => shownAmount(amount, 60);
  return card([
    ["quantity", all(row.quantity)],
    ["avg price", all(row.avgPrice)],
    ["total cost", all(row.totalCost)],
    ["realized P&L", all(row.realizedPnl)],
    ["unrealized P&L", all(row.unrealizedPnl)],
    ["total P&L", all(row.totalPnl)],
    ["fees", fees === "" ? "0" : row.fees === null ? `– (${fees}): ${row.unvaluedFees.join(", ")} has no mark in ${row.currency}` : `${all(row.fees)}${fees.includes(",") || !fees.endsWith(` ${row.currency}`) ? ` (${fees})` : ""}`],
    ...(row.funding === "0" ? [] : [["funding", all(row.funding)] as const]),
    ["net P&L", all(row.netTotalPnl)],
    ["P&L percentage", row.pnlPercentage === null ? "–" : `${row.pnlPercentage.toFixed(2)} %`],
    ["mark price", row.markPrice === null ? "–" : `${all(row.markPrice)}, ${shownAge(row.markAge)} old`],
    ["position value", all(row.positionValue)],
    ...(row.status === "open" ? [["max loss", row.maxLoss === null ? "unbounded" : all(row.maxLoss)] as const] : []),
    ["number of trades", row.numTrades.toLocaleString("en-US")],
    ["total volume", all(row.totalVolume)],
    ["opened", row.openedAt ?? "–"],
    ["last updated", row.lastUpdated ?? "–"],
  ]);
}
