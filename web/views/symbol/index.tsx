import { lazy, Suspense, useMemo, type ReactNode } from "react";
import "./symbol.css";
import { store, useBookVersion, useResource, useStanding } from "../../data/index.ts";
import { linkTo, setParams, usePlace } from "../../nav/index.ts";
import { Empty, patiently, Panel } from "../../parts/index.ts";
import { HeldTable } from "./held.tsx";
import { FillTable } from "./fills.tsx";
import type { History } from "./history.ts";
import { LadderPanel } from "./ladder.tsx";

const Charts = lazy(() => patiently(() => import("./charts.tsx")));
const FILLS_SHOWN = 1_000;
const HISTORY_MS = 5_000;

/** One symbol: what is held where, its price with the fills drawn on it, position and P&L through time, the ladder, every fill. */
export default function SymbolView(): ReactNode {
  const { of: symbol, params } = usePlace();
  const { seq } = useStanding();
  useBookVersion(1_000);
  const shape = store.shape;
  const keys = useMemo(() => store.keys().filter((key) => store.row(key)?.symbol === symbol).sort(), [shape, symbol]);
  const accounts = [...new Set(keys.flatMap((key) => store.row(key)?.account ?? []))];
  const account = params.get("account") ?? undefined;
  const history = useResource<History>(symbol === undefined ? undefined : `/v1/history?newest=true&limit=${FILLS_SHOWN}&symbol=${encodeURIComponent(symbol)}${account === undefined ? "" : `&account=${encodeURIComponent(account)}`}`, HISTORY_MS, { isFolded: true });
  if (symbol === undefined) return <Empty title="Which symbol?"><p>Press <kbd>/</kbd> and type its name, or choose one among the <a href={linkTo("positions")}>positions</a>.</p></Empty>;
  if (seq !== undefined && keys.length === 0) return <Empty title={`Nothing was traded in ${symbol}`}><p>Look among the <a href={linkTo("positions", undefined, { status: "all" })}>positions</a>, or press <kbd>/</kbd> to search.</p></Empty>;
  const shown = account === undefined ? keys : keys.filter((key) => store.row(key)?.account === account);
  const rows = shown.flatMap((key) => store.row(key) ?? []);
  const [currency, ...others] = new Set(rows.map((row) => row.currency));
  const common = others.length === 0 ? currency : undefined;
  const isOneEach = rows.length === new Set(rows.map((row) => row.account)).size;
  return (
    <div className="symbol">
      <header className="title">
        <h2>{symbol}</h2>
        <span className="small">{store.row(keys[0] ?? "")?.kind}</span>
        {accounts.length > 1 && (
          <select aria-label="Account" value={account ?? ""} onChange={(event) => setParams({ account: event.target.value === "" ? undefined : event.target.value })}>
            <option value="">Every account</option>
            {accounts.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        )}
      </header>
      <HeldTable keys={shown} />
      <div className="symbol-columns">
        <div className="main-column">
          <Suspense fallback={<Panel title="Price"><p className="waiting">Drawing …</p></Panel>}><Charts symbol={symbol} history={history} rows={rows} average={rows.length === 1 ? rows[0]?.avgPrice ?? undefined : undefined} currency={isOneEach ? common : undefined} /></Suspense>
          <FillTable history={history} currency={common} showsAccount={accounts.length > 1 && account === undefined} />
        </div>
        <div className="side-column">
          <LadderPanel symbol={symbol} />
        </div>
      </div>
    </div>
  );
}
