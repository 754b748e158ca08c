import { lazy, Suspense, useMemo, type ReactNode } from "react";
import "./overview.css";
import { store, useBookVersion, useResource, type Overview as OverviewAnswer } from "../../data/index.ts";
import { Figure, grouped } from "../../figures/index.ts";
import { Code, Empty, Known, Panel, patiently } from "../../parts/index.ts";
import { Alerts } from "./alerts.tsx";
import { LimitList } from "./limits.tsx";
import { Movers } from "./movers.tsx";

const EquityChart = lazy(() => patiently(() => import("./equity-chart.tsx")));

/** Equity, the day, exposure, limits, what moved most, what wants to be looked at: on one screen. */
export default function Overview(): ReactNode {
  const overview = useResource<OverviewAnswer>("/v1/overview", 1_000, { isFolded: true });
  useBookVersion(1_000);
  const { seq } = store.standing;
  const isEmpty = seq !== undefined && store.connection.replica.keys().next().done === true;
  if (isEmpty) return <NothingYet />;
  return (
    <div className="overview">
      <Known of={overview}>{(data) => <Tiles overview={data} />}</Known>
      <div className="columns">
        <div className="main-column">
          <Suspense fallback={<Panel title="Equity"><p className="waiting">Drawing …</p></Panel>}><EquityChart /></Suspense>
          <Movers />
        </div>
        <div className="side-column">
          <Known of={overview}>{(data) => <><Alerts overview={data} /><LimitList overview={data} /></>}</Known>
        </div>
      </div>
    </div>
  );
}

interface Summary {
  readonly summary: { readonly currency: string; readonly realized: string | null; readonly unrealized: string | null; readonly fees: string | null; readonly funding: string | null; readonly net: string | null; readonly openPositions: number; readonly closedPositions: number };
}

/** The figures that one looks at first. */
function Tiles({ overview }: { readonly overview: OverviewAnswer }): ReactNode {
  const { data } = useResource<Summary>("/v1/positions?summary=true&limit=1", 2_000, { isFolded: true });
  const { currency, equity, dayPnl, netExposure, grossExposure, unvalued } = overview;
  const noMark = unvalued === 0 ? undefined : `${grouped(`${unvalued}`)} ${unvalued === 1 ? "position has" : "positions have"} no mark that counts`;
  const summary = data?.summary;
  const whyNot = noMark ?? "a mark or a rate is missing";
  return (
    <dl className="tiles">
      <div className="first"><dt>Equity</dt><dd className="huge"><Figure exact={equity} unit={currency} why={noMark ?? "no capital was told: post a deposit to /v1/events, or import one with fillbook events"} /></dd></div>
      <div><dt>Day P&L</dt><dd className="huge"><Figure exact={dayPnl} unit={currency} signed why={noMark} /></dd></div>
      <div><dt>Net P&L</dt><dd><Figure exact={overview.pnl} unit={currency} signed why={noMark} /></dd></div>
      <div><dt>Realized</dt><dd><Figure exact={summary?.realized} unit={currency} signed why={whyNot} /></dd></div>
      <div><dt>Unrealized</dt><dd><Figure exact={summary?.unrealized} unit={currency} signed why={whyNot} /></dd></div>
      <div><dt>Fees</dt><dd><Figure exact={summary?.fees} unit={currency} why={whyNot} /></dd></div>
      <div><dt>Net exposure</dt><dd><Figure exact={netExposure} most={0} why={noMark} /></dd></div>
      <div><dt>Gross exposure</dt><dd><Figure exact={grossExposure} most={0} why={noMark} /></dd></div>
      <div><dt>Positions</dt><dd>{overview.openPositions.toLocaleString("en-US")}</dd></div>
    </dl>
  );
}

/** What to do when there is no fill. */
function NothingYet(): ReactNode {
  const curl = useMemo(() => `curl ${location.origin}/v1/fills -H 'content-type: application/json' -d '{"id":"1","venue":"kraken","symbol":"BTC/USD","side":"buy","quantity":"0.5","price":"63421.5","fee":"12.68","timestamp":"${new Date().toISOString()}"}'`, []);
  return (
    <Empty title="No fills yet">
      <p>Drop a CSV of fills anywhere on this page, or import one in the folder where the service was started:</p>
      <Code>npx fillbook import fills.csv</Code>
      <p>or send one from anywhere on this machine:</p>
      <div id="curl"><Code>{curl}</Code></div>
      <p>It shows here as soon as it is on disk.</p>
    </Empty>
  );
}
