import { PNL_KEYS, pnlBy, type PnlGroup, type PnlView } from "../../core/book/index.ts";
import { readBook } from "../../runtime/index.ts";
import { contextOf, timeOption, type CommonOptions } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { dim, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface PnlOptions extends CommonOptions {
  readonly by: string;
  readonly currency?: string;
  readonly at?: string;
}

/** `fillbook pnl`: realized, unrealized, fees, funding and net by account, venue or symbol, in one currency. */
export async function pnl(options: PnlOptions): Promise<number> {
  const context = await contextOf(options);
  const by = PNL_KEYS.find((key) => key === options.by);
  if (by === undefined) throw new UsageError(`--by: "${options.by}" is not one of ${PNL_KEYS.join(", ")}`);
  const atNs = timeOption("at", options.at);
  const { currency, marksMaxAgeNs } = context.config;
  const { book, report } = readBook(context.dataDir, { currency, marksMaxAgeNs, atNs }, undefined, progressOf(context, "reading the journal"));
  noteTorn(context, report);
  const view = pnlBy(book, by, { atNs, nowNs: atNs ?? context.clock.nowNs(), maxAgeNs: marksMaxAgeNs }, options.currency);
  context.print(context.json ? JSON.stringify(view, null, 2) : shownPnl(view));
  return 0;
}

function shownPnl(view: PnlView): string {
  if (view.groups.length === 0) return "The book is empty. Import fills with: fillbook import FILE";
  const figure = (title: keyof Omit<PnlGroup, "key">): Column<PnlGroup> => ({ title, of: (group) => shownAmount(group[title], 11), right: true, signed: title !== "fees" });
  const columns: Column<PnlGroup>[] = [{ title: view.by, of: ({ key }) => shownName(key) }, figure("realized"), figure("unrealized"), figure("fees"), figure("funding"), figure("net")];
  const lines = [table(columns, [...view.groups, { key: "total", ...view.total }]), dim(`in ${view.currency}; net = realized + unrealized − fees + funding`)];
  if (view.by === "venue") lines.push(dim("each venue realizes on its own fills: the split differs from other groups, the net not"));
  for (const from of view.missingRates) lines.push(dim(`– unknown: no mark turns ${from} into ${view.currency}. Give one of ${from}/${view.currency}:`), dim(`  fillbook marks FILE, or report in --currency ${from}`));
  if (view.missingRates.length === 0 && view.total.unrealized === null) lines.push(dim("– unknown: a mark is missing or too old. Give some: fillbook marks FILE"));
  if (view.missingRates.length === 0 && view.total.fees === null) lines.push(dim("– unknown: a fee in another currency has no mark that values it"));
  return lines.join("\n");
}
