import type { ReactNode } from "react";
import type { PairView } from "../../../src/core/pairs/index.ts";
import { centsText, compareExact, Estimate, estimateText, Figure } from "../../figures/index.ts";
import { setParams } from "../../nav/index.ts";
import { DataTable, type Column } from "../../parts/index.ts";

const MOST_ROWS = 14;
const NOTHING_HELD = "nothing is held";
const NO_DAY = "a market does not say when it resolves: give resolvesAt in pair_defined";
const usd = (cents: string | null, why?: string) => <Figure exact={centsText(cents)} currency="USD" pad={2} signed why={why} />;
const COLUMNS: readonly Column<PairView>[] = [
  { key: "pair", title: "Pair", isText: true, narrow: true, compare: (a, b) => (a.pairId < b.pairId ? -1 : 1), cell: ({ pairId }) => <span title={pairId}>{pairId}</span> },
  { key: "status", title: "Status", isText: true, narrow: true, compare: (a, b) => (a.status < b.status ? -1 : 1), cell: ({ status }) => <StatusSign status={status} /> },
  { key: "bar", title: "Locked | exposed", isText: true, says: "Cost of what is hedged, and of what is not", cell: (pair) => <LockedBar pair={pair} /> },
  { key: "locked", title: "Locked profit", says: "Of the contracts that are hedged", compare: (a, b) => compareExact(a.lockedProfitOnHedgedCents, b.lockedProfitOnHedgedCents), cell: ({ lockedProfitOnHedgedCents }) => usd(lockedProfitOnHedgedCents) },
  { key: "exposed", title: "Exposed", says: "Cost of what is not hedged", compare: (a, b) => compareExact(a.exposedCostCents, b.exposedCostCents), cell: ({ exposedCostCents, unhedgedSide, unhedgedQuantity }) => <span title={unhedgedSide === null ? "All is hedged" : `${unhedgedQuantity} ${unhedgedSide.toUpperCase()} without the other side`}><Figure exact={centsText(exposedCostCents)} currency="USD" pad={2} /></span> },
  { key: "guaranteed", title: "Guaranteed", says: "The least over the outcomes on which the venues agree", narrow: true, compare: (a, b) => compareExact(a.guaranteedProfitCents, b.guaranteedProfitCents), cell: ({ guaranteedProfitCents }) => usd(guaranteedProfitCents) },
  { key: "realized", title: "Realized", compare: (a, b) => compareExact(a.realizedPnlCents, b.realizedPnlCents), cell: ({ realizedPnlCents }) => usd(realizedPnlCents, "a market has ended and its result is not known") },
  { key: "capital", title: "Capital", compare: (a, b) => compareExact(a.capitalLockedCents, b.capitalLockedCents), cell: ({ capitalLockedCents }) => <Figure exact={centsText(capitalLockedCents)} currency="USD" pad={2} /> },
  { key: "days", title: "Days", says: "Until the last of its markets resolves", compare: (a, b) => (a.daysToResolution ?? Infinity) - (b.daysToResolution ?? Infinity), cell: ({ daysToResolution, capitalLockedCents }) => <Estimate value={daysToResolution} decimals={0} why={Number(capitalLockedCents) === 0 ? NOTHING_HELD : NO_DAY} /> },
  { key: "year", title: "A year", says: "Guaranteed ÷ capital × 365 ÷ days: simple, not compounded", compare: (a, b) => (a.annualizedReturn ?? -Infinity) - (b.annualizedReturn ?? -Infinity), cell: (pair) => <AYear pair={pair} /> },
];

/** Pairs by rows; one that is opened stands beside them. */
export function PairTable({ rows }: { readonly rows: readonly PairView[] }): ReactNode {
  return <DataTable caption="Pairs, money in USD" columns={COLUMNS} rows={rows} keyOf={({ pairId }) => pairId} height={(Math.min(MOST_ROWS, rows.length) + 1) * 28} onOpen={({ pairId }) => setParams({ pair: pairId })} />;
}

/** A loss is made once: it does not come again each year. */
function AYear({ pair: { annualizedReturn, capitalLockedCents } }: { readonly pair: PairView }): ReactNode {
  const isLoss = annualizedReturn !== null && annualizedReturn < 0;
  return <Estimate value={isLoss ? null : annualizedReturn} decimals={1} unit="%" signed plus why={isLoss ? "a loss is guaranteed, and it does not come again each year" : Number(capitalLockedCents) === 0 ? NOTHING_HELD : NO_DAY} />;
}

const SIGNS: Readonly<Record<PairView["status"], string>> = { open: "●", closing: "◐", closed: "○", expired: "!" };

export function StatusSign({ status }: { readonly status: PairView["status"] }): ReactNode {
  return <span className={`pair-status ${status}`}><span aria-hidden="true">{SIGNS[status]}</span> {status}</span>;
}

/** The cost of what is hedged, full, and of what is exposed, hatched. */
export function LockedBar({ pair: { costCents, exposedCostCents, unhedgedQuantity, hedgedQuantity } }: { readonly pair: PairView }): ReactNode {
  const cost = Number(costCents);
  if (!(cost > 0)) return <span className="small">nothing held</span>;
  const exposed = Math.max(0, Math.min(1, Number(exposedCostCents) / cost));
  return (
    <span className="locked-bar" role="img" aria-label={`${hedgedQuantity} hedged, ${unhedgedQuantity} exposed: ${estimateText(exposed, 0, "%")} of the cost`}>
      <span className="locked" style={{ width: `${100 * (1 - exposed)}%` }} /><span className="exposed" style={{ width: `${100 * exposed}%` }} />
    </span>
  );
}
