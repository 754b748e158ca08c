import { lazy, Suspense, type ReactNode } from "react";
import "./performance.css";
import type { PerformanceView } from "../../../src/core/performance/index.ts";
import { Estimate, Figure } from "../../figures/index.ts";
import { usePlace } from "../../nav/index.ts";
import { Code, Empty, Known, Panel, patiently, reasonWords, Tiles, type Tile } from "../../parts/index.ts";
import { Attributions } from "./attribution.tsx";
import { Drawdowns } from "./drawdowns.tsx";
import { Execution } from "./execution.tsx";
import { Months } from "./months.tsx";
import { usePerformance } from "./performance.ts";

const Curve = lazy(() => patiently(() => import("./curve.tsx")));

/** What was made, of what, how evenly, and at what cost it was traded. */
export default function Performance(): ReactNode {
  const performance = usePerformance();
  const { params } = usePlace();
  if (performance.data?.totalTrades === 0 && params.get("span") === null) return <NothingTraded />;
  return (
    <div className="performance">
      <Known of={performance}>{(data) => <PerformanceTiles of={data} />}</Known>
      <div className="performance-columns">
        <Suspense fallback={<Panel title="Equity" className="curve"><p className="waiting">Drawing …</p></Panel>}><Curve /></Suspense>
        <Months of={performance} />
      </div>
      <Attributions />
      <div className="performance-columns">
        <Execution of={performance} />
        <Drawdowns of={performance} />
      </div>
    </div>
  );
}

function PerformanceTiles({ of }: { readonly of: PerformanceView }): ReactNode {
  const { currency, reasons, totalPnl, benchmark } = of;
  const ratio = (title: string, name: keyof PerformanceView, unit?: "%", decimals = 2, says = ""): Tile => ({ title, says, figure: <Estimate value={of[name] as number | null} decimals={decimals} unit={unit} why={reasonWords(reasons[name])} /> });
  return (
    <Tiles of={[
      { title: "Net P&L", isLarge: true, figure: <Figure exact={totalPnl} unit={currency} signed why={reasonWords(reasons["totalPnl"])} /> },
      { title: "Return", says: "Time-weighted: deposits are no gain", isLarge: true, figure: <Estimate value={of.totalReturn} unit="%" signed plus why={reasonWords(reasons["totalReturn"])} /> },
      ratio("Volatility", "volatility", "%", 1, "A year"), ratio("Sharpe, a year", "sharpeRatioAnnualized", undefined, 2, `Of daily returns, × √${of.conventions.periodsPerYear}`), ratio("Sortino", "sortinoRatio"), ...(benchmark === null ? [ratio("Calmar", "calmarRatio")] : []),
      { title: "Deepest drawdown", figure: <Estimate value={of.maxDrawdownPct === null ? null : of.maxDrawdownPct / 100} decimals={1} unit="%" why={reasonWords(reasons["maxDrawdownPct"])} /> },
      ratio("Win rate", "winRate", "%", 1, "Of fills that close something; those at zero are left out"), ratio("Profit factor", "profitFactor"),
      { title: "Fills", figure: of.totalTrades.toLocaleString("en-US") },
      ...(benchmark === null ? [] : [ratio("Beta", "beta"), ratio("Alpha", "alpha", "%", 1, "A year"), ratio("Information", "informationRatio", undefined, 2, "Information ratio, a year")]),
    ]} />
  );
}

function NothingTraded(): ReactNode {
  return (
    <Empty title="No performance yet: nothing was traded">
      <p>Import fills; those that say <code>arrival_price</code>, <code>latency_ms</code>, <code>strategy</code> and <code>signal_id</code> are judged and attributed, too:</p>
      <Code>npx fillbook import fills.csv</Code>
      <p>Returns are of capital: tell of deposits and withdrawals in a file with the columns type, timestamp, currency, amount:</p>
      <Code>npx fillbook events events.csv</Code>
      <p>What each figure means: <code>docs/performance.md</code>.</p>
    </Empty>
  );
}
