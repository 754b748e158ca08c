import { HistoryObserver, type HistoryRow } from "../../core/engine/index.ts";
import { readBook } from "../../runtime/index.ts";
import { contextOf, countOption, mustBeThere, timeOption, type CommonOptions } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { JsonList } from "../json-list.ts";
import { note, shownAmount, shownName, table, type Column } from "../table.ts";

export interface HistoryOptions extends CommonOptions {
  readonly account?: string;
  readonly venue?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

const SHOWN = 1_000;

/** `fillbook history`: one row per fill with the position after it. `next` is the cursor of the page after this one. */
export async function history(symbol: string | undefined, options: HistoryOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const limit = countOption("limit", options.limit, 1) ?? (context.json ? Number.POSITIVE_INFINITY : SHOWN);
  const rows: HistoryRow[] = []; // of a table; JSON is printed as it comes
  const list = context.json ? new JsonList(context, {}, "history") : undefined;
  let count = 0;
  let last = 0;
  const page = { more: false };
  const observer = new HistoryObserver(
    { account: options.account, venue: options.venue, symbol, fromNs: timeOption("from", options.from), toNs: timeOption("to", options.to), afterSeq: countOption("cursor", options.cursor, 0) },
    (row) => {
      page.more = count === limit;
      if (page.more) return false;
      count += 1;
      last = row.seq;
      if (list === undefined) rows.push(row);
      else list.add(row);
      return true;
    },
  );
  const { report } = readBook(context.dataDir, { currency: context.config.currency, marksMaxAgeNs: context.config.marksMaxAgeNs }, observer, progressOf(context, "reading the journal"));
  noteTorn(context, report);
  const next = page.more ? last : null;
  if (list === undefined) context.print(shownHistory(rows, next));
  else list.end({ next });
  return 0;
}

const columns: readonly Column<HistoryRow>[] = [
  { title: "entry", of: ({ seq }) => `${seq}`, right: true },
  { title: "time", of: ({ timestamp, late }) => `${timestamp.slice(2, 19).replace("T", " ")}${late ? "*" : ""}` },
  { title: "symbol", of: ({ symbol }) => shownName(symbol) },
  { title: "venue", of: ({ venue }) => venue },
  { title: "", of: ({ action }) => action },
  { title: "quantity", of: ({ quantity }) => shownAmount(quantity, 8), right: true },
  { title: "price", of: ({ price }) => shownAmount(price, 8), right: true },
  { title: "realized", of: ({ realizedPnl }) => shownAmount(realizedPnl, 8), right: true, signed: true },
  { title: "holds", of: ({ positionAfter }) => shownAmount(positionAfter.quantity, 8), right: true },
];

function shownHistory(rows: readonly HistoryRow[], next: number | null): string {
  if (rows.length === 0) return "No fill matches.";
  const notes = [
    ...(rows.some(({ late }) => late) ? [note("* came late: older than the latest fill of its position")] : []),
    ...(next === null ? [] : [note(`more follows: --cursor ${next}, or --limit N`)]),
  ];
  const accounts = new Set(rows.map(({ account }) => account));
  const shown = accounts.size > 1 ? [...columns.slice(0, 2), { title: "account", of: ({ account }: HistoryRow) => shownName(account, 12) }, ...columns.slice(2)] : columns;
  return [table(shown, rows), ...notes].join("\n");
}
