import { useMemo, type ReactNode } from "react";
import type { ScenarioResult } from "../../../src/core/risk/index.ts";
import { useResource } from "../../data/index.ts";
import { Estimate } from "../../figures/index.ts";
import { DataTable, Known, Panel, reasonWords, scenarioWords, SignedBar, type Column } from "../../parts/index.ts";

interface Answer {
  readonly currency: string;
  readonly scenarios: readonly ScenarioResult[];
}
interface Row extends ScenarioResult {
  readonly share: number; // of the largest; for the bar only
  readonly worst: string | undefined; // the position that it hurts most
}

const EVERY_MS = 10_000;
const HEIGHT_PX = 9 * 28;
const COLUMNS: readonly Column<Row>[] = [
  { key: "name", title: "Scenario", isText: true, narrow: true, cell: ({ name }) => scenarioWords(name) },
  { key: "bar", title: "", cell: ({ share }) => <SignedBar share={share} /> },
  { key: "pnl", title: "P&L", narrow: true, compare: (a, b) => (a.pnl ?? 0) - (b.pnl ?? 0), cell: ({ pnl, reason, worst }) => <span title={worst === undefined ? undefined : `It hurts ${worst} most`}><Estimate value={pnl} decimals={0} signed plus why={reason?.startsWith("unknown: ") === true ? `${reason.slice(9)} ${reason.includes(",") ? "have" : "has"} no mark, or no close in those days` : reasonWords(reason)} /></span> },
  { key: "times", title: "To a limit", says: "How many times over until the daily loss, or the drawdown, reaches its limit", cell: ({ timesToLimit }) => <Times times={timesToLimit} /> },
];

/** What named scenarios would make of the book. */
export function StressTable(): ReactNode {
  const answer = useResource<Answer>("/v1/risk/stress", EVERY_MS, { isFolded: true });
  const rows = useMemo(() => answer.data && rowsOf(answer.data.scenarios), [answer.data]);
  return (
    <Panel title="If it happened now" aside={answer.data === undefined ? undefined : `P&L, ${answer.data.currency}`} className="stress">
      <Known of={{ ...answer, data: rows }}>{(data) => <DataTable caption="What scenarios would make of the book" columns={COLUMNS} rows={data} keyOf={({ name }) => name} height={Math.min(HEIGHT_PX, (data.length + 1) * 28)} />}</Known>
    </Panel>
  );
}

function Times({ times: { max_daily_loss: daily, max_drawdown_limit: drawdown } }: { readonly times: ScenarioResult["timesToLimit"] }): ReactNode {
  const known = [daily, drawdown].filter((times) => times !== null);
  if (known.length === 0) return <span className="unknown" title="It reaches no limit that is set">–</span>;
  const least = Math.min(...known);
  return <span className={least <= 1 ? "danger" : undefined}>{least <= 1 ? "at once" : <><Estimate value={least} decimals={1} /> ×</>}</span>;
}

/** Those that are known first, the worst of them first. */
function rowsOf(scenarios: readonly ScenarioResult[]): Row[] {
  const largest = Math.max(1e-9, ...scenarios.map(({ pnl }) => Math.abs(pnl ?? 0)));
  const rows = scenarios.map((scenario): Row => {
    const worst = scenario.pnl === null ? undefined : [...scenario.positions].sort((a, b) => (a.pnl ?? 0) - (b.pnl ?? 0))[0];
    return { ...scenario, share: (scenario.pnl ?? 0) / largest, worst: worst?.pnl !== null && worst !== undefined && worst.pnl < 0 ? worst.symbol : undefined };
  });
  return rows.sort((a, b) => (a.pnl === null ? 1 : 0) - (b.pnl === null ? 1 : 0) || a.pnl! - b.pnl!);
}
