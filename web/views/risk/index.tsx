import { lazy, Suspense, type ReactNode } from "react";
import "./risk.css";
import type { RiskView } from "../../../src/core/risk/index.ts";
import { store, useBookVersion, useResource, useStanding } from "../../data/index.ts";
import { Estimate, estimateText, Figure, grouped } from "../../figures/index.ts";
import { Code, Empty, Known, methodWords, Panel, patiently, reasonWords, Tiles } from "../../parts/index.ts";
import { ComponentBars } from "./components.tsx";
import { Correlations } from "./correlations.tsx";
import { Standings } from "./standings.tsx";
import { StressTable } from "./stress.tsx";
import { useStudy } from "./study.ts";
import { MethodTable } from "./methods.tsx";

const Backtest = lazy(() => patiently(() => import("./backtest.tsx")));
const Drawdown = lazy(() => patiently(() => import("./drawdown.tsx")));
const EVERY_MS = 2_000;

/** What could be lost: by every method, where it comes from, what limits say, what would happen if, and whether the forecasts are any good. */
export default function Risk(): ReactNode {
  const risk = useResource<RiskView>("/v1/risk", EVERY_MS, { isFolded: true });
  const { study } = useStudy();
  useBookVersion(1_000);
  const { seq } = useStanding();
  if (seq !== undefined && store.connection.replica.keys().next().done === true) return <NothingHeld />;
  const drawing = (title: string) => <Panel title={title}><p className="waiting">Drawing …</p></Panel>;
  return (
    <div className="risk">
      <Known of={risk}>{(data) => <><RiskTiles risk={data} /><Lacking risk={data} /></>}</Known>
      <div className="risk-columns">
        <div className="risk-main">
          <div className="risk-two">
            <MethodTable study={study} />
            <Known of={risk}>{(data) => <ComponentBars risk={data} />}</Known>
          </div>
          <div className="risk-two">
            <Suspense fallback={drawing("Backtest")}><Backtest /></Suspense>
            <Suspense fallback={drawing("Drawdown")}><Drawdown /></Suspense>
          </div>
          <div className="risk-two risk-last">
            <StressTable />
            <Correlations study={study} />
          </div>
        </div>
        <Standings />
      </div>
    </div>
  );
}

function RiskTiles({ risk: { portfolio, currency, confidence, horizonDays, method, breaker } }: { readonly risk: RiskView }): ReactNode {
  const why = reasonWords(portfolio.reason);
  const days = horizonDays === 1 ? "a day" : `${horizonDays} days`;
  const { drawdown, maxDrawdown } = portfolio.checks;
  const fraction = (value: string | number | null) => (typeof value === "number" ? value : null);
  return (
    <Tiles of={[
      { title: `VaR, ${estimateText(confidence, 0, "%")}, ${days}`, says: `${methodWords(method)}${portfolio.scenarioDay === null ? "" : `: the loss of ${portfolio.scenarioDay}`}`, isLarge: true, figure: <Estimate value={portfolio.var} decimals={0} unit={currency} why={why} /> },
      { title: "Expected shortfall", says: "The mean of the losses beyond it", isLarge: true, figure: <Estimate value={portfolio.expectedShortfall} decimals={0} unit={currency} why={why} /> },
      { title: "Volatility, a day", figure: <Estimate value={portfolio.volatility} decimals={0} unit={currency} why={why} /> },
      { title: "Drawdown now", figure: <Estimate value={fraction(drawdown.value)} decimals={1} unit="%" why={reasonWords(drawdown.reason)} /> },
      { title: "Deepest", figure: <Estimate value={fraction(maxDrawdown.value)} decimals={1} unit="%" why={reasonWords(maxDrawdown.reason)} /> },
      { title: "Gross exposure", figure: <Figure exact={portfolio.grossExposure} most={0} unit={currency} why={reasonWords(portfolio.checks.grossExposure.reason)} /> },
      { title: "Leverage", figure: <Estimate value={portfolio.leverage} decimals={2} why={reasonWords(portfolio.checks.leverage.reason)} /> },
      { title: "Largest position", says: portfolio.concentrationBy.position.of ?? "", figure: <Estimate value={portfolio.concentration} decimals={0} unit="%" why="a mark is missing" /> },
      { title: "Correlation", says: "Of what is held, 1: all is one bet; 0: independent; −1: a perfect hedge", figure: <Estimate value={portfolio.correlationRisk} decimals={2} why={why} /> },
      ...(breaker.state === "closed" ? [] : [{ title: "Breaker", figure: <span className="danger">{breaker.state === "open" ? "open" : "half open"}</span> }]),
    ]} />
  );
}

/** What keeps VaR from being known, and what mends it. */
function Lacking({ risk: { missing, portfolio } }: { readonly risk: RiskView }): ReactNode {
  const left = missing.filter(({ reason }) => ["no_prices", "too_few", "stale"].includes(reason));
  if (left.length === 0 || portfolio.var !== null) return null;
  return (
    <Panel title="VaR is not known">
      <p>{left.slice(0, 5).map(({ symbol }) => symbol).join(", ")}{left.length > 5 ? ` and ${grouped(`${left.length - 5}`)} more` : ""} {left.length === 1 ? "has" : "have"} too few daily closes: 60 at least. Marks make one a day; give the past from a file with the columns date, symbol, close:</p>
      <div className="risk-code"><Code>npx fillbook prices closes.csv</Code></div>
    </Panel>
  );
}

function NothingHeld(): ReactNode {
  return (
    <Empty title="No risk yet: nothing is held">
      <p>Import fills, and daily closes to reckon VaR from:</p>
      <Code>npx fillbook import fills.csv</Code>
      <Code>npx fillbook prices closes.csv</Code>
      <p>Limits are set in <code>fillbook.yaml</code> or by <code>PUT /v1/limits</code>. What the figures mean: <code>docs/risk.md</code>.</p>
    </Empty>
  );
}
