import { useMemo, type ReactNode } from "react";
import type { PositionRisk, RiskView } from "../../../src/core/risk/index.ts";
import { Estimate, Figure } from "../../figures/index.ts";
import { go, linkTo, setParams, usePlace } from "../../nav/index.ts";
import { Choice, DataTable, Panel, reasonWords, type Column } from "../../parts/index.ts";

interface Row {
  readonly key: string;
  readonly symbol: string | undefined; // of a position
  readonly account: string | undefined;
  readonly exposure: string | null;
  readonly part: number | null; // of the portfolio's VaR: < 0 where it hedges
  readonly alone: number | null;
  readonly share: number; // of the largest; for the bar only
  readonly why: string | undefined;
}

const MOST_SHOWN = 50;
const HEIGHT_PX = 7 * 28;
const BY = [{ key: "position", title: "Position" }, { key: "venue", title: "Venue" }] as const;
const size = ({ part }: Pick<Row, "part">) => Math.abs(part ?? 0);
const COLUMNS: readonly Column<Row>[] = [
  { key: "key", title: "Part", isText: true, narrow: true, cell: ({ key, symbol, account }) => (symbol === undefined ? key : <><a href={linkTo("symbol", symbol)}>{symbol}</a> <span className="small">{account}</span></>) },
  { key: "exposure", title: "Exposure", cell: ({ exposure }) => <Figure exact={exposure} most={0} why="a mark is missing" /> },
  { key: "bar", title: "", cell: ({ share }) => <PartBar share={share} /> },
  { key: "part", title: "Of VaR", says: "They add up to the portfolio's VaR; below 0 it hedges", narrow: true, compare: (a, b) => size(a) - size(b), cell: ({ part, why }) => <Estimate value={part} decimals={0} plus why={why} /> },
  { key: "alone", title: "Alone", says: "Its VaR if it were all there is", cell: ({ alone, why }) => <Estimate value={alone} decimals={0} why={why} /> },
];

/** What each position, or venue, adds to the portfolio's VaR, or takes from it. */
export function ComponentBars({ risk }: { readonly risk: RiskView }): ReactNode {
  const { params } = usePlace();
  const by = params.get("by") === "venue" ? "venue" : "position";
  const rows = useMemo(() => rowsOf(risk, by), [risk, by]);
  return (
    <Panel title="Where VaR comes from" aside={<Choice label="Parts" of={BY} chosen={by} onChoose={(key) => setParams({ by: key === "position" ? undefined : key })} />} className="components">
      {rows.length === 0 ? <p className="note">Nothing is held.</p> : <DataTable key={by} caption="Component VaR" columns={COLUMNS} rows={rows} keyOf={({ key }) => key} height={Math.min(HEIGHT_PX, (rows.length + 1) * 28)} onOpen={({ symbol }) => symbol !== undefined && go(linkTo("symbol", symbol))} />}
    </Panel>
  );
}

/** To the right what adds to the risk, to the left what hedges it. */
function PartBar({ share }: { readonly share: number }): ReactNode {
  const width = Math.min(1, Math.abs(share)) * 50;
  return <span className="signed-bar" aria-hidden="true"><span className={share < 0 ? "fill hedges" : "fill adds"} style={{ width: `${width}%`, left: share < 0 ? `${50 - width}%` : "50%" }} /></span>;
}

function rowsOf({ positions, venues, portfolio }: RiskView, by: "position" | "venue"): Row[] {
  const why = reasonWords(portfolio.reason);
  const all: Omit<Row, "share">[] = by === "venue"
    ? venues.map(({ venue, exposure, componentVar }) => ({ key: venue, symbol: undefined, account: undefined, exposure, part: componentVar, alone: null, why }))
    : positions.map(({ account, symbol, exposure, componentVar, var: alone, reason }: PositionRisk) => ({ key: `${account}/${symbol}`, symbol, account, exposure, part: componentVar, alone, why: reasonWords(reason) ?? why }));
  const largest = Math.max(1e-9, ...all.map(size));
  return all.sort((a, b) => size(b) - size(a)).slice(0, MOST_SHOWN).map((row) => ({ ...row, share: (row.part ?? 0) / largest }));
}
