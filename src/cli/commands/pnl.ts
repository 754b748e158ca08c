import { followerOf, PNL_KEYS, PNL_VIEWS, pnlBy, type PnlGroup, type PnlView, type PnlViewName, type RowWatcher } from "../../core/book/index.ts";
import { readBook } from "../../runtime/index.ts";
import { contextOf, mustBeThere, timeOption, type CommonOptions } from "../context.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { note, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface PnlOptions extends CommonOptions {
  readonly by: string;
  readonly view: string;
  readonly currency?: string;
  readonly at?: string;
}

/** `fillbook pnl`: realized, unrealized, fees, funding and net by account, venue, symbol, strategy or signal, in one currency. */
export async function pnl(options: PnlOptions): Promise<number> {
  const context = await contextOf(options);
  mustBeThere(context.dataDir);
  const by = PNL_KEYS.find((key) => key === options.by);
  if (by === undefined) throw new UsageError(`--by: "${options.by}" is not one of ${PNL_KEYS.join(", ")}`);
  const name = PNL_VIEWS.find((view) => view === options.view);
  if (name === undefined) throw new UsageError(`--view: "${options.view}" is not one of ${PNL_VIEWS.join(", ")}`);
  const atNs = timeOption("at", options.at);
  const { currency, marksMaxAgeNs } = context.config;
  const read = (watcher?: RowWatcher, untilSeq?: number) => readBook(context.dataDir, { currency, marksMaxAgeNs, atNs, watcher, untilSeq }, undefined, progressOf(context, "reading the journal"));
  const whole = read();
  noteTorn(context, whole.report);
  const follower = followerOf(name, by, whole.book.rates);
  const { book } = follower === undefined ? whole : read(follower, whole.seq); // meanwhile more may have been written
  const view = pnlBy(book, by, { atNs, nowNs: atNs ?? context.clock.nowNs(), maxAgeNs: marksMaxAgeNs }, options.currency, name, follower);
  context.print(context.json ? JSON.stringify(view, null, 2) : shownPnl(view));
  return 0;
}

/** What the figures of a view have inside. */
const WITHIN: Partial<Record<PnlViewName, string>> = {
  net: "realized has the fees and the funding of every fill, as they were paid",
  exit: "realized has the fees of what was closed, unrealized those of what is open",
  lots: "realized by lots, first in, first out",
  tax: "realized by lots, first in, first out, each with the fees of its two sides",
};

function shownPnl(view: PnlView): string {
  if (view.groups.length === 0) return "The book is empty. Import fills with: fillbook import FILE";
  const figure = (title: keyof Omit<PnlGroup, "key">): Column<PnlGroup> => ({ title, of: (group) => shownAmount(group[title], 11), right: true, signed: title !== "fees" });
  const columns: Column<PnlGroup>[] = [{ title: view.by, of: ({ key }) => (key === "" ? "untagged" : shownName(key)) }, figure("realized"), figure("unrealized"), figure("fees"), figure("funding"), figure("net")];
  const lines = [table(columns, [...view.groups, { key: "total", ...view.total }]), note(`in ${view.currency}; net = realized + unrealized − fees + funding`)];
  if (WITHIN[view.view] !== undefined) lines.push(note(WITHIN[view.view]!));
  if (view.by === "strategy" || view.by === "signal") lines.push(note("each has what its lots made; lots close first in, first out"));
  if (view.by === "venue") lines.push(note("each venue realizes on its own fills: the split differs from other groups, the net not"));
  for (const from of view.missingRates) lines.push(note(`– unknown: no mark turns ${from} into ${view.currency}. Give one of ${from}/${view.currency}:`), note(`  fillbook marks FILE, or report in --currency ${from}`));
  if (view.missingRates.length === 0 && view.total.unrealized === null) lines.push(note("– unknown: a mark is missing or too old. Give some: fillbook marks FILE"));
  if (view.missingRates.length === 0 && view.total.fees === null) lines.push(note("– unknown: a fee in another currency has no mark that values it"));
  return lines.join("\n");
}
