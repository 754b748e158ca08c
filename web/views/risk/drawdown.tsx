import { useMemo, type ReactNode } from "react";
import type { PerformancePoint, PerformanceView } from "../../../src/core/performance/index.ts";
import { LineChart, type Line } from "../../charts/line-chart.tsx";
import { useResource } from "../../data/index.ts";
import { Figure, timeText, useZone } from "../../figures/index.ts";
import { Known, Panel } from "../../parts/index.ts";

type Answer = PerformanceView & { readonly series: readonly PerformancePoint[] };

const EVERY_MS = 30_000;
const CHART_PX = 160;

/** How far below its highest the book was, and is: by the time-weighted index, so deposits do not show. */
export default function Drawdown(): ReactNode {
  const answer = useResource<Answer>("/v1/performance?series=true", EVERY_MS, { isFolded: true });
  const drawn = useMemo(() => answer.data && linesOf(answer.data.series), [answer.data]);
  return (
    <Panel title="Drawdown" aside="percent of the highest before" className="drawdown">
      <Known of={{ ...answer, data: drawn }}>
        {({ times, lines }) => (times.length < 2 ? <p className="note">It is a part of equity, and no capital was told: post a deposit to <code>/v1/events</code>, or import one with <code>npx fillbook events events.csv</code></p> : <LineChart label="Drawdown through time" times={times} lines={lines} height={CHART_PX} unit="%" />)}
      </Known>
      {answer.data !== undefined && <Worst performance={answer.data} />}
    </Panel>
  );
}

function Worst({ performance: { drawdowns, currency } }: { readonly performance: Answer }): ReactNode {
  const zone = useZone();
  const [worst] = drawdowns;
  if (worst === undefined) return null;
  const day = (at: string) => timeText(at, zone, "day");
  return <p className="note">The deepest: {worst.depthPct?.toFixed(1) ?? "–"} %, <Figure exact={worst.depth} most={0} unit={currency} why="a mark is missing" />, from {day(worst.peakAt)} to {day(worst.troughAt)}, {worst.recoveredAt === null ? `not recovered after ${Math.round(worst.days)} days` : `recovered ${day(worst.recoveredAt)}`}.</p>;
}

function linesOf(series: readonly PerformancePoint[]): { readonly times: number[]; readonly lines: Line[] } {
  const known = series.filter(({ drawdownPct }) => drawdownPct !== null);
  return { times: known.map(({ at }) => Date.parse(at) / 1_000), lines: [{ label: "Drawdown", values: known.map(({ drawdownPct }) => 0 - drawdownPct!), isFilled: true, tone: "--loss" }] };
}
