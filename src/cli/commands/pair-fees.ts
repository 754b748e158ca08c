import { feeChecks } from "../../core/engine/index.ts";
import type { FeeDifference } from "../../core/pairs/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { note, shownAmount, shownName, table, type Column } from "../table.ts";
import { readPairBook } from "./pairs.ts";

export interface PairFeesOptions extends CommonOptions {
  readonly account?: string;
}

const columns: readonly Column<FeeDifference>[] = [
  { title: "pair", of: ({ pairId }) => shownName(pairId, 11) },
  { title: "venue", of: ({ venue }) => venue },
  { title: "fill", of: ({ id }) => shownName(id, 12) },
  { title: "charged", of: ({ recordedCents }) => shownAmount(recordedCents, 9), right: true },
  { title: "computed", of: ({ computedCents }) => shownAmount(computedCents, 9), right: true },
  { title: "differs", of: ({ differenceCents }) => shownAmount(differenceCents, 9), right: true, signed: true },
];

/** `fillbook pairs fees`: fees that venues told, held against the schedules. */
export async function fees(options: PairFeesOptions): Promise<number> {
  const context = await contextOf(options);
  const { folded } = readPairBook(context);
  const found = feeChecks(folded, { account: options.account }, context.config.pairFees);
  if (context.json) context.print(JSON.stringify({ seq: folded.seq, ...found }, null, 2));
  else {
    const { checked, unknown, differences } = found;
    const rest = unknown === 0 ? "" : `; of ${unknown} more no schedule is known`;
    const count = `${differences.length} of ${checked} fills were charged otherwise than their schedule says${rest}`;
    context.print([...(differences.length === 0 ? [] : [table(columns, differences), ""]), count, ...(differences.length === 0 ? [] : [note("in cents; what the venue charged is what counts")])].join("\n"));
  }
  return 0;
}
