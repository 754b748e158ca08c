import { readAttributionKeys, type Attribution, type AttributionGroup } from "../../core/performance/index.ts";
import { readAttributions } from "../../runtime/index.ts";
import { contextOf, mustBeThere, spanOptions, timeOption, type CommonOptions } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { note, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface AttributionOptions extends CommonOptions {
  readonly by: string;
  readonly currency?: string;
  readonly from?: string;
  readonly at?: string;
}

/** `fillbook attribution`: what each signal, venue, strategy, symbol, account, or pair of them, made; adds up exactly to the book's net total P&L. */
export async function attribution(options: AttributionOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const keys = readAttributionKeys(options.by);
  if (typeof keys === "string") throw new UsageError(`--by: "${options.by}": ${keys}`);
  const { currency, marksMaxAgeNs, attributionEnabled } = context.config;
  if (!attributionEnabled) throw new UsageError("performance_tracking.attribution_enabled is false: set it to true to attribute P&L");
  const [nowNs, atNs] = [context.clock.nowNs(), timeOption("at", options.at)];
  const fromNs = atNs === undefined ? timeOption("from", options.from) : spanOptions(options.from, options.at, atNs, "at").fromNs; // without an end, facts of the future count, too
  const read = readAttributions({ dataDir: context.dataDir, currency, marksMaxAgeNs, nowNs, fromNs, atNs, reported: options.currency, onProgress: progressOf(context, "reading the journal") }, [keys]);
  const [found] = read.attributions as [Attribution];
  noteTorn(context, read.report);
  context.print(context.json ? JSON.stringify({ seq: read.seq, ...found }, null, 2) : shownAttribution(found));
  return 0;
}

function shownAttribution({ by, currency, total, groups, missingRates }: Attribution): string {
  if (groups.length === 0) return "The book is empty. Import fills with: fillbook import FILE";
  const columns: Column<AttributionGroup>[] = [
    { title: by, of: ({ keys }) => keys.map((key) => (key === "" ? "untagged" : shownName(key, 16))).join(", ") },
    { title: "net P&L", of: ({ totalPnl }) => shownAmount(totalPnl, 12), right: true, signed: true },
    { title: "fees", of: ({ fees }) => shownAmount(fees, 9), right: true },
    { title: "trades", of: ({ numTrades }) => numTrades.toLocaleString("en-US"), right: true },
    { title: "a trade", of: ({ avgPnlPerTrade }) => shownAmount(avgPnlPerTrade, 9), right: true, signed: true },
    { title: "bp", of: ({ avgSlippage }) => shownEstimate(avgSlippage, 2), right: true },
    { title: "ms", of: ({ avgLatencyMs }) => shownEstimate(avgLatencyMs, 1), right: true },
  ];
  const lines = [table(columns, [...groups, { key: "total", keys: ["total"], ...total }]), note(`in ${currency}; net P&L = realized + unrealized − fees + funding; bp, ms: average slippage and latency of the fills that tell it`)];
  if (/signal|strategy/.test(by)) lines.push(note("each has what its lots made, whoever closed them, and its own fills; lots close first in, first out"));
  for (const from of missingRates) lines.push(note(`– unknown: no mark turns ${from} into ${currency}: fillbook marks FILE, or report in --currency ${from}`));
  if (missingRates.length === 0 && total.totalPnl === null) lines.push(note("– unknown: a mark is missing or too old. Give some: fillbook marks FILE"));
  return lines.join("\n");
}

function shownEstimate(value: number | null, digits: number): string {
  return value === null ? "–" : value.toFixed(digits);
}
