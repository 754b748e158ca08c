import { readFileSync, writeFileSync } from "node:fs";
import { reconciliation, type Reconciliation } from "../../core/pairs/index.ts";
import * as kalshi from "../../venues/kalshi/index.ts";
import * as polymarket from "../../venues/polymarket/index.ts";
import { contextOf, timeOption, type CommonOptions } from "../context.ts";
import { dim, shownName, table } from "../table.ts";
import { UsageError } from "../usage-error.ts";
import { readPairBook } from "./pairs.ts";

export interface ReconcileOptions extends CommonOptions {
  readonly venue: string;
  readonly account?: string;
  readonly since?: string;
  readonly holdsAll?: boolean;
  readonly owner?: readonly string[];
  readonly mends?: string;
}

/** `fillbook pairs reconcile`: the book beside what a venue reports. Ends with 1 where they differ by more than dust, or something cannot be read. */
export async function reconcileFiles(files: readonly string[], options: ReconcileOptions): Promise<number> {
  const context = await contextOf(options);
  const { venue, account = "default", owner: owners = [], holdsAll = false } = options;
  if (venue !== "kalshi" && venue !== "polymarket") throw new UsageError(`--venue: "${venue}" is none of kalshi, polymarket`);
  const sinceNs = timeOption("since", options.since);
  const reports = files.flatMap((file) => {
    const raw = textOf(file);
    return venue === "kalshi" ? kalshi.decode(raw, { account }) : polymarket.decode(raw, { account, owners });
  });
  const { folded, moment } = readPairBook(context);
  const found = reconciliation(folded.pairs, reports, { venue, account, asked: { ns: moment.nowNs, unit: "ns" }, sinceNs, holdsAll, fees: context.config.pairFees });
  if (options.mends !== undefined) writeFileSync(options.mends, found.differences.flatMap(({ mends }) => mends.map((row) => `${JSON.stringify(row)}\n`)).join(""));
  context.print(context.json ? JSON.stringify({ seq: folded.seq, ...found }, null, 2) : shown(found, options.mends));
  return found.unreadable.length > 0 || found.differences.some(({ cause }) => cause !== "dust") ? 1 : 0;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}

function shown({ venue, account, compared, differences, unreadable }: Reconciliation, mends: string | undefined): string {
  const counts = Object.entries(compared).filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
  const rows = differences.reduce((sum, one) => sum + one.mends.length, 0);
  const lines = [`${venue}, account ${account}: ${counts.length === 0 ? "nothing to compare" : counts.join(", ")}`];
  if (differences.length === 0) lines.push("The book agrees with it.");
  else {
    lines.push(table([{ title: "cause", of: ({ cause }) => cause }, { title: "pair", of: ({ pairId }) => shownName(pairId ?? "–", 12) }, { title: "market", of: ({ market }) => shownName(market, 18) }, { title: "rows", of: (one) => `${one.mends.length}`, right: true }], differences));
    lines.push(...differences.map(({ why }, i) => `${i + 1}. ${why}`));
    if (rows > 0) lines.push(mends === undefined ? dim(`${rows} rows would mend this, and none is booked. To have them: --mends FILE, and then fillbook import FILE`) : `${mends}: ${rows} rows that would mend this. Look at them, and then: fillbook import ${mends}`);
  }
  lines.push(...unreadable.map(({ why, raw }) => `not read: ${why}: ${shownName(raw, 60)}`));
  return lines.join("\n");
}
