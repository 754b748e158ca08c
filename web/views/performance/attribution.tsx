import { useMemo, type ReactNode } from "react";
import type { Attribution } from "../../../src/core/performance/index.ts";
import { useResource } from "../../data/index.ts";
import { compareExact, Estimate, Figure } from "../../figures/index.ts";
import { DataTable, Known, Panel, SignedBar, type Column } from "../../parts/index.ts";
import { usePerformanceQuery } from "./performance.ts";

type Group = Attribution["groups"][number];
interface Row extends Group {
  readonly share: number; // of the largest; for the bar only
}

const BY = ["signal", "venue", "strategy"] as const;
const EVERY_MS = 30_000;
const MOST_ROWS = 7;
const columnsOf = (by: string): readonly Column<Row>[] => [
  { key: "key", title: by.slice(0, 1).toUpperCase() + by.slice(1), isText: true, narrow: true, cell: ({ key }) => (key === "" ? <span className="small">untagged</span> : <span title={key}>{key}</span>) },
  { key: "bar", title: "", cell: ({ share }) => <SignedBar share={share} /> },
  { key: "pnl", title: "Net P&L", narrow: true, compare: (a, b) => compareExact(a.totalPnl, b.totalPnl), cell: ({ totalPnl }) => <Figure exact={totalPnl} most={0} signed why="a mark or a rate is missing" /> },
  { key: "trades", title: "Fills", compare: (a, b) => a.numTrades - b.numTrades, cell: ({ numTrades }) => numTrades.toLocaleString("en-US") },
  { key: "slip", title: "Slip bp", says: "Mean slippage against the arrival price, basis points: above 0 it cost", cell: ({ avgSlippage }) => <Estimate value={avgSlippage} decimals={1} why="its fills tell no arrival price" /> },
];

/** What each signal, venue and strategy made: they add up to the total, to the last digit. */
export function Attributions(): ReactNode {
  return <div className="attributions">{BY.map((by) => <By key={by} by={by} />)}</div>;
}

function By({ by }: { readonly by: (typeof BY)[number] }): ReactNode {
  const { from } = usePerformanceQuery();
  const answer = useResource<Attribution>(`/v1/attribution?by=${by}${from === undefined ? "" : `&from=${from}`}`, EVERY_MS, { isFolded: true });
  const rows = useMemo(() => answer.data && rowsOf(answer.data.groups), [answer.data]);
  const columns = useMemo(() => columnsOf(by), [by]);
  const total = answer.data && <span>total <Figure exact={answer.data.total.totalPnl} unit={answer.data.currency} signed why="a mark or a rate is missing" /></span>;
  return (
    <Panel title={`By ${by}`} aside={total} className="attribution">
      <Known of={{ ...answer, data: rows }}>{(data) => (data.length === 0 ? <p className="note">Nothing was made in this span.</p> : <DataTable caption={`Net P&L by ${by}`} columns={columns} rows={data} keyOf={({ key }) => key} height={Math.min(MOST_ROWS + 1, data.length + 1) * 28} />)}</Known>
    </Panel>
  );
}

function rowsOf(groups: readonly Group[]): Row[] {
  const largest = Math.max(1e-12, ...groups.map(({ totalPnl }) => Math.abs(Number(totalPnl ?? 0))));
  return groups.map((group) => ({ ...group, share: Number(group.totalPnl ?? 0) / largest })).sort((a, b) => compareExact(b.totalPnl, a.totalPnl));
}
