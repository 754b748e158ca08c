import { useMemo, type ReactNode } from "react";
import "./pairs.css";
import type { PairSummary, PairView } from "../../../src/core/pairs/index.ts";
import { useChannel, useResource } from "../../data/index.ts";
import { Figure, centsText } from "../../figures/index.ts";
import { setParams, usePlace } from "../../nav/index.ts";
import { Choice, Code, Empty, Known, Panel, Tiles } from "../../parts/index.ts";
import { Advices } from "./advice.tsx";
import { PairDetail } from "./detail.tsx";
import { PairTable } from "./table.tsx";

const EVERY_MS = 2_000;
const STATUSES = [{ key: "live", title: "Not closed" }, { key: "all", title: "All" }, { key: "closed", title: "Closed" }] as const;
type Wanted = (typeof STATUSES)[number]["key"];

/** Pairs over two prediction markets: what is locked and what is exposed, what each outcome pays, and what to do about one side alone. */
export default function Pairs(): ReactNode {
  const { params } = usePlace();
  const told = useChannel<PairView>("pairs");
  const wanted: Wanted = STATUSES.find(({ key }) => key === params.get("status"))?.key ?? "live";
  const shown = useMemo(() => told.data?.filter(({ status }) => wanted === "all" || (status === "closed") === (wanted === "closed")), [told.data, wanted]);
  if (told.data?.length === 0) return <NoPairs />;
  const all = told.data ?? [];
  const chosen = all.find(({ pairId }) => pairId === params.get("pair")) ?? shown?.[0];
  return (
    <div className="pairs">
      <SummaryTiles />
      <div className="pairs-columns">
        <div className="pairs-main">
          <Panel title="Pairs" aside={<><span>money in USD</span><Choice label="Which" of={STATUSES} chosen={wanted} onChoose={(key) => setParams({ status: key === "live" ? undefined : key })} /></>} className="pair-list">
            <Known of={{ ...told, data: shown }}>{(rows) => (rows.length === 0 ? <p className="note">None of the {all.length} is so.</p> : <PairTable rows={rows} />)}</Known>
          </Panel>
          <Advices />
        </div>
        {chosen !== undefined && <PairDetail pair={chosen} />}
      </div>
    </div>
  );
}

function SummaryTiles(): ReactNode {
  const { data } = useResource<PairSummary>("/v1/pairs/summary", EVERY_MS);
  const money = (cents: keyof PairSummary, signed = true) => <Figure exact={data === undefined ? undefined : centsText(data[cents] as string | null)} unit="USD" signed={signed} why="a pair that holds something has no mark" />;
  return (
    <Tiles of={[
      { title: "Guaranteed", says: "The least that pairs make, over the outcomes on which the venues agree", isLarge: true, figure: money("guaranteedProfitCents") },
      { title: "Capital locked", isLarge: true, figure: money("capitalLockedCents", false) }, { title: "Realized", figure: money("realizedPnlCents") }, { title: "Unrealized", figure: money("unrealizedPnlCents") }, { title: "Fees", figure: money("feesCents", false) },
      { title: "Open", figure: data?.openPositions.toLocaleString("en-US") ?? "" }, { title: "One-sided", figure: <span className={data !== undefined && data.unhedgedPositions > 0 ? "warn" : undefined}>{data?.unhedgedPositions.toLocaleString("en-US") ?? ""}</span> },
      { title: "Closed", figure: data?.closedPositions.toLocaleString("en-US") ?? "" },
    ]} />
  );
}

function NoPairs(): ReactNode {
  return (
    <Empty title="No pairs yet">
      <p>A pair is YES of a question on one prediction market and NO of it on another. Import rows with both legs, or fills of one venue with a <code>pair_id</code>:</p>
      <Code>npx fillbook import pairs.csv</Code>
      <p>or send them as they are filled to <code>POST /v1/pairs/fills</code>. Columns and every figure: <code>docs/pairs.md</code>.</p>
    </Empty>
  );
}
