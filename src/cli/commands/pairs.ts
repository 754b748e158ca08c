import type { Moment } from "../../core/book/index.ts";
import { pairsPage, pairsSummary, type PairFilter } from "../../core/engine/index.ts";
import { formatTime } from "../../core/model/index.ts";
import type { PairSummary, PairView } from "../../core/pairs/index.ts";
import { readBook } from "../../runtime/index.ts";
import { contextOf, mustBeThere, type CommonOptions, type Context } from "../context.ts";
import { comparedText, comparePairs } from "../compare-pairs.ts";
import { noteTorn, progressOf } from "../progress.ts";
import { JsonList } from "../json-list.ts";
import { card, note, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface PairsOptions extends CommonOptions {
  readonly status?: string;
  readonly account?: string;
  readonly compare?: string;
  readonly map?: string;
}

const STATUSES = ["open", "closing", "closed", "expired", "all"];

/** `fillbook pairs`: what is locked and what is exposed, pair by pair; with `--compare` beside what a file of executions says it realized. */
export async function pairs(options: PairsOptions): Promise<number> {
  const context = await contextOf(options);
  if (options.status !== undefined && !STATUSES.includes(options.status)) throw new UsageError(`--status: "${options.status}" is none of ${STATUSES.join(", ")}`);
  const { folded, moment } = readPairBook(context);
  const filter: PairFilter = { status: options.status === "all" ? undefined : options.status, account: options.account };
  const { pairs: views } = pairsPage(folded, moment, filter, { after: 0, limit: Number.POSITIVE_INFINITY });
  if (options.compare !== undefined) {
    const compared = await comparePairs(options.compare, options.map, views);
    context.print(context.json ? JSON.stringify(compared, null, 2) : comparedText(compared));
    return 0;
  }
  if (context.json) {
    const list = new JsonList(context, { asOf: formatTime(moment.nowNs), seq: folded.seq }, "pairs");
    for (const view of views) list.add(view);
    list.end();
  } else context.print(shownPairs(views, pairsSummary(folded, moment, filter), folded.seq));
  return 0;
}

/** `fillbook pairs summary`. */
export async function summary(options: PairsOptions): Promise<number> {
  const context = await contextOf(options);
  const { folded, moment } = readPairBook(context);
  const answer = pairsSummary(folded, moment, { account: options.account });
  context.print(context.json ? JSON.stringify({ ...answer, seq: folded.seq }, null, 2) : shownSummary(answer));
  return 0;
}

/** The book of a data folder as it stands, and the moment. */
export function readPairBook(context: Context): { readonly folded: ReturnType<typeof readBook>; readonly moment: Moment } {
  mustBeThere(context.dataDir);
  const { currency, marksMaxAgeNs } = context.config;
  const folded = readBook(context.dataDir, { currency, marksMaxAgeNs }, undefined, progressOf(context, "reading the journal"));
  noteTorn(context, folded.report);
  return { folded, moment: { nowNs: context.clock.nowNs(), maxAgeNs: marksMaxAgeNs } };
}

const columns: readonly Column<PairView>[] = [
  { title: "pair", of: ({ pairId }) => shownName(pairId, 11) },
  { title: "status", of: ({ status }) => status },
  { title: "yes", of: ({ yesQuantity }) => shownAmount(yesQuantity, 7), right: true },
  { title: "no", of: ({ noQuantity }) => shownAmount(noQuantity, 7), right: true },
  { title: "cost", of: ({ costCents }) => shownAmount(costCents, 8), right: true },
  { title: "locked", of: ({ lockedProfitOnHedgedCents }) => shownAmount(lockedProfitOnHedgedCents, 8), right: true, signed: true },
  { title: "exposed", of: ({ exposedCostCents }) => shownAmount(exposedCostCents, 8), right: true },
  { title: "at worst", of: ({ guaranteedProfitCents }) => shownAmount(guaranteedProfitCents, 8), right: true, signed: true },
  { title: "realized", of: ({ realizedPnlCents }) => shownAmount(realizedPnlCents, 8), right: true, signed: true },
];

const EMPTY = "There are no pairs. Import paired fills with: fillbook import FILE";

function shownPairs(views: readonly PairView[], sums: PairSummary, seq: number): string {
  if (views.length === 0) return seq === 0 ? EMPTY : "No pair matches. All of them: fillbook pairs";
  const lonely = views.flatMap((view) => oneSided(view) ?? []);
  return [
    table(columns, views),
    ...(lonely.length === 0 ? [] : ["", ...lonely]),
    "",
    `${sums.openPositions} not closed, ${sums.closedPositions} closed; all amounts in cents:`,
    `guaranteed ${shownAmount(sums.guaranteedProfitCents, 12)}   realized ${shownAmount(sums.realizedPnlCents, 12)}   fees ${shownAmount(sums.feesCents, 12)}   capital ${shownAmount(sums.capitalLockedCents, 12)}`,
    note("locked: of the contracts that hedge each other; exposed: what the others cost"),
    note("at worst: guaranteed, the least over the outcomes on which the venues agree"),
    ...(views.some(({ realizedPnlCents }) => realizedPnlCents === null) ? [note("– unknown: a market has ended, and its result is not known")] : []),
  ].join("\n");
}

/** A pair with unequal sides in plain words; undefined for any other. */
function oneSided({ pairId, status, unhedgedSide, unhedgedQuantity, exposedCostCents, guaranteedProfitCents }: PairView): string | undefined {
  if (unhedgedSide === null || status === "closed") return undefined;
  const worst = guaranteedProfitCents.startsWith("-") ? `lose ${shownAmount(guaranteedProfitCents.slice(1), 8)}` : `make ${shownAmount(guaranteedProfitCents, 8)}`;
  return `${shownName(pairId, 11)}: ${shownAmount(unhedgedQuantity, 8)} ${unhedgedSide.toUpperCase()} alone, cost ${shownAmount(exposedCostCents, 8)}; on ${unhedgedSide === "yes" ? "NO" : "YES"} all legs ${worst}`;
}

function shownSummary(sums: PairSummary): string {
  const cents = (amount: string | null) => (amount === null ? "– a pair has no mark" : `${shownAmount(amount, 20)} cents`);
  return card([
    ["pairs", `${sums.totalPositions}: ${sums.openPositions} not closed (${sums.closingPositions} closing, ${sums.expiredPositions} expired), ${sums.closedPositions} closed`],
    ["with unequal sides", `${sums.unhedgedPositions}`],
    ["guaranteed profit", cents(sums.guaranteedProfitCents)],
    ["realized P&L", cents(sums.realizedPnlCents)],
    ["unrealized P&L", cents(sums.unrealizedPnlCents)],
    ["fees", cents(sums.feesCents)],
    ["capital locked", cents(sums.capitalLockedCents)],
  ]);
}
