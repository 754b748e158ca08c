import type { VenuesView, VenueView } from "../../core/performance/index.ts";
import { readVenues } from "../../runtime/index.ts";
import { contextOf, mustBeThere, spanOptions, type CommonOptions } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { note, shownAmount, shownName, table, type Column } from "../table.ts";

export interface VenuesOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly currency?: string;
}

/** `fillbook venues`: what trading on each venue cost and brought, ranked. */
export async function venues(options: VenuesOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const { currency, marksMaxAgeNs, marksEveryNs, historySize } = context.config;
  const nowNs = context.clock.nowNs();
  const read = readVenues({ dataDir: context.dataDir, currency, marksMaxAgeNs, marksEveryNs, historySize, nowNs, reported: options.currency, ...spanOptions(options.from, options.to, nowNs), onProgress: progressOf(context, "reading the journal") });
  noteTorn(context, read.report);
  context.print(context.json ? JSON.stringify({ seq: read.seq, ...read.view }, null, 2) : shownVenues(read.view));
  return 0;
}

const estimate = (value: number | null, digits: number) => (value === null ? "–" : value.toFixed(digits));

const columns: readonly Column<VenueView>[] = [
  { title: "", of: ({ rank }) => `${rank}`, right: true },
  { title: "venue", of: ({ venue, venueType }) => shownName(venue || `all ${venueType}`, 16) },
  { title: "type", of: ({ venueType }) => venueType },
  { title: "score", of: ({ score }) => estimate(score, 2), right: true },
  { title: "fills", of: ({ fills }) => fills.toLocaleString("en-US"), right: true },
  { title: "refused", of: ({ rejects }) => rejects.toLocaleString("en-US"), right: true },
  { title: "volume", of: ({ volume }) => shownAmount(volume, 11), right: true },
  { title: "fee bp", of: ({ effectiveFeeBasisPoints }) => estimate(effectiveFeeBasisPoints, 2), right: true },
  { title: "slip bp", of: ({ slippageBasisPoints }) => estimate(slippageBasisPoints.average, 2), right: true },
  { title: "ms", of: ({ latencyMs }) => estimate(latencyMs.p50, 0), right: true },
  { title: "feed up %", of: ({ feedUptime }) => estimate(feedUptime === null ? null : 100 * feedUptime, 2), right: true },
  { title: "net P&L", of: ({ pnl, venue }) => (venue === "" ? "" : shownAmount(pnl, 10)), right: true, signed: true },
];

function shownVenues({ currency, venues: rows, types }: VenuesView): string {
  if (rows.length === 0) return "No fill matches.";
  return [table(columns, [...rows, ...types]), note(`in ${currency}; score 0 to 1 of slippage, fees, latency (median) and accepted reports, as far as they are known: docs/performance.md`)].join("\n");
}
