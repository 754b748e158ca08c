import type { ReactNode } from "react";
import type { Distribution, PerformanceView, VenuesView, VenueView } from "../../../src/core/performance/index.ts";
import { useResource, type Resource } from "../../data/index.ts";
import { Estimate, Figure } from "../../figures/index.ts";
import { DataTable, Known, Panel, VenueType, type Column } from "../../parts/index.ts";
import { usePerformanceQuery } from "./performance.ts";

interface Told extends Distribution {
  readonly name: string;
  readonly digits: number;
  readonly why: string;
}

const TOLD: readonly Column<Told>[] = [
  { key: "name", title: "", isText: true, narrow: true, cell: ({ name }) => name },
  { key: "count", title: "Fills that tell", cell: ({ count }) => count.toLocaleString("en-US") },
  ...([["average", "Mean"], ["p50", "Median"], ["p95", "95 %"], ["p99", "99 %"]] as const).map(([key, title]): Column<Told> => ({ key, title, narrow: key === "average" || key === "p95", cell: (row) => <Estimate value={row[key]} decimals={row.digits} why={row.why} /> })),
];
const VENUES: readonly Column<VenueView>[] = [
  { key: "venue", title: "Venue", isText: true, narrow: true, cell: ({ venue, venueType }) => <>{venue} <VenueType of={venueType} /></> },
  { key: "score", title: "Score", says: "0 to 1: slippage, fees, latency, what it accepts", narrow: true, cell: ({ score }) => <Estimate value={score} why="its fills tell neither slippage nor latency" /> },
  { key: "fills", title: "Fills", cell: ({ fills }) => fills.toLocaleString("en-US") },
  { key: "slip", title: "Slip bp", narrow: true, cell: ({ slippageBasisPoints: { average } }) => <Estimate value={average} decimals={1} why="its fills tell no arrival price" /> },
  { key: "fee", title: "Fee bp", cell: ({ effectiveFeeBasisPoints }) => <Estimate value={effectiveFeeBasisPoints} decimals={1} why="a fee has no rate" /> },
  { key: "maker", title: "Maker", cell: ({ makerShare }) => <Estimate value={makerShare} decimals={0} unit="%" why="its fills do not say which side they took" /> },
  { key: "ms", title: "Median ms", cell: ({ latencyMs: { p50 } }) => <Estimate value={p50} decimals={0} why="its fills tell no latency" /> },
];
const EVERY_MS = 30_000;

/** How well orders were filled, all together and by venue. */
export function Execution({ of }: { readonly of: Resource<PerformanceView> }): ReactNode {
  const { from } = usePerformanceQuery();
  const venues = useResource<VenuesView>(`/v1/venues${from === undefined ? "" : `?from=${from}`}`, EVERY_MS, { isFolded: true });
  const toldOf = ({ execution }: PerformanceView): readonly Told[] => [
    { name: "Slippage, basis points", digits: 2, why: "the fills tell no arrival price", ...execution.slippageBasisPoints }, { name: "Latency, ms", digits: 0, why: "the fills tell no latency", ...execution.latencyMs }, { name: "Score, 0 to 1", digits: 3, why: "the fills tell too little", ...execution.executionScore },
  ];
  return (
    <Panel title="Execution" className="execution" aside={of.data && <span>volume <Figure exact={of.data.execution.volume} most={0} why="a rate is missing" /> · fees <Figure exact={of.data.execution.fees} most={0} unit={of.data.currency} why="a rate is missing" /></span>}>
      <Known of={of}>{(data) => <DataTable caption="Slippage, latency and score of fills" columns={TOLD} rows={toldOf(data)} keyOf={({ name }) => name} />}</Known>
      <Known of={venues}>{(data) => <DataTable caption="Execution by venue" columns={VENUES} rows={data.venues} keyOf={({ venue }) => venue} />}</Known>
    </Panel>
  );
}
