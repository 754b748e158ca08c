import type { ReactNode } from "react";
import type { MethodVar } from "../../../src/core/risk/index.ts";
import type { Resource } from "../../data/index.ts";
import { Estimate, estimateText } from "../../figures/index.ts";
import { DataTable, Known, methodWords, Panel, reasonWords, type Column } from "../../parts/index.ts";
import type { Study } from "./study.ts";

interface Row extends MethodVar {
  readonly share: number; // of the largest; for the bar only
  readonly isUsed: boolean;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: "method", title: "Method", isText: true, narrow: true, cell: ({ method, isUsed }) => <>{methodWords(method)}{isUsed && <span className="small"> · used</span>}</> },
  { key: "var", title: "VaR", narrow: true, cell: ({ var: value, reason, scenarioDay }) => <span title={scenarioDay === null ? undefined : `The loss of ${scenarioDay}`}><Estimate value={value} decimals={0} why={reasonWords(reason)} /></span> },
  { key: "share", title: "", cell: ({ share, isUsed }) => <span className={`share-bar${isUsed ? " used" : ""}`} aria-hidden="true"><span className="fill" style={{ width: `${100 * share}%` }} /></span> },
  { key: "shortfall", title: "Shortfall", says: "The mean of the losses beyond VaR", narrow: true, cell: ({ expectedShortfall, reason }) => <Estimate value={expectedShortfall} decimals={0} why={reasonWords(reason)} /> },
];

/** The same book by every method. */
export function MethodTable({ study }: { readonly study: Resource<Study> }): ReactNode {
  const head = study.data && `${estimateText(study.data.confidence, 0, "%")}, ${study.data.horizonDays === 1 ? "one day" : `${study.data.horizonDays} days`}, ${study.data.observations.toLocaleString("en-US")} returns, ${study.data.currency}`;
  return (
    <Panel title="VaR by method" aside={head} className="methods">
      <Known of={study}>
        {({ methods, method: used }) => {
          const largest = Math.max(1e-9, ...methods.map(({ var: value }) => value ?? 0));
          return <DataTable caption="Value at risk and expected shortfall by method" columns={COLUMNS} rows={methods.map((row) => ({ ...row, share: Math.max(0, row.var ?? 0) / largest, isUsed: row.method === used }))} keyOf={({ method }) => method} />;
        }}
      </Known>
    </Panel>
  );
}
