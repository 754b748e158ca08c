import type { ReactNode } from "react";
import type { DrawdownView, PerformanceView } from "../../../src/core/performance/index.ts";
import type { Resource } from "../../data/index.ts";
import { Estimate, Figure, Time } from "../../figures/index.ts";
import { DataTable, Known, Panel, type Column } from "../../parts/index.ts";

const COLUMNS: readonly Column<DrawdownView>[] = [
  { key: "peak", title: "From", isText: true, narrow: true, cell: ({ peakAt }) => <Time at={peakAt} part="day" /> },
  { key: "trough", title: "Lowest", isText: true, cell: ({ troughAt }) => <Time at={troughAt} part="day" /> },
  { key: "end", title: "Recovered", isText: true, cell: ({ recoveredAt }) => (recoveredAt === null ? <span className="small">not yet</span> : <Time at={recoveredAt} part="day" />) },
  { key: "depth", title: "Depth", narrow: true, cell: ({ depthPct }) => <Estimate value={depthPct === null ? null : depthPct / 100} decimals={1} unit="%" why="no capital was told" /> },
  { key: "money", title: "P&L lost", cell: ({ depth }) => <Figure exact={depth} most={0} why="a mark is missing" /> },
  { key: "days", title: "Days", narrow: true, cell: ({ days }) => Math.round(days).toLocaleString("en-US") },
];

/** The deepest falls. */
export function Drawdowns({ of }: { readonly of: Resource<PerformanceView> }): ReactNode {
  return (
    <Panel title="Deepest drawdowns" className="falls">
      <Known of={of}>{({ drawdowns }) => (drawdowns.length === 0 ? <p className="note">It was never below its highest.</p> : <DataTable caption="The deepest drawdowns" columns={COLUMNS} rows={drawdowns} keyOf={({ peakAt }) => peakAt} height={Math.min(8, drawdowns.length + 1) * 28} />)}</Known>
    </Panel>
  );
}
