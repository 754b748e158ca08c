import { useMemo, type ReactNode } from "react";
import { LineChart, type Line } from "../../charts/line-chart.tsx";
import { nowMs, useResource } from "../../data/index.ts";
import { setParams, usePlace } from "../../nav/index.ts";
import { Known, Panel } from "../../parts/index.ts";

interface Equity {
  readonly currency: string;
  readonly points: readonly { readonly end: string; readonly equity: string | null; readonly pnl: string | null }[];
}

const SPANS = [{ key: "day", title: "Today", everySeconds: 60, days: 0 }, { key: "month", title: "30 days", everySeconds: 3_600, days: 30 }, { key: "all", title: "All", everySeconds: 86_400, days: undefined }] as const;
const DAY_MS = 86_400_000;
const EVERY_MS = 15_000;

/** Equity through time; net P&L where no capital was told. */
export default function EquityChart(): ReactNode {
  const { params } = usePlace();
  const chosen = SPANS.find(({ key }) => key === params.get("span"));
  const today = useResource<Equity>(chosen === undefined ? pathOf(SPANS[0]) : undefined, EVERY_MS, { isFolded: true });
  const span = chosen ?? (today.data !== undefined && today.data.points.length < 2 ? SPANS[2] : SPANS[0]);
  const equity = useResource<Equity>(pathOf(span), EVERY_MS, { isFolded: true });
  const drawn = useMemo(() => (equity.data === undefined ? undefined : linesOf(equity.data)), [equity.data]);
  return (
    <Panel title={drawn?.hasEquity === false ? "Net P&L" : "Equity"} aside={SPANS.map(({ key, title }) => <button key={key} type="button" aria-pressed={key === span.key} onClick={() => setParams({ span: key })}>{title}</button>)}>
      <Known of={{ ...equity, data: drawn }}>
        {({ times, lines, known, currency }) => (known < 2 ? <p className="small">{times.length < 2 ? "Too little has happened in this span to draw a line." : "Too few marks in this span: most of the time it was not known what the book is worth. Send them to POST /v1/marks."}</p> : <LineChart label="Equity through time" times={times} lines={lines} height={280} unit={currency} />)}
      </Known>
    </Panel>
  );
}

function pathOf({ everySeconds, days }: (typeof SPANS)[number]): string {
  const from = days === undefined ? "" : `&from=${new Date(Math.floor(nowMs() / DAY_MS) * DAY_MS - days * DAY_MS).toISOString()}`;
  return `/v1/equity?everySeconds=${everySeconds}${from}`;
}

function linesOf({ points, currency }: Equity): { readonly times: number[]; readonly lines: Line[]; readonly known: number; readonly currency: string; readonly hasEquity: boolean } {
  const hasEquity = points.some(({ equity }) => equity !== null);
  const values = points.map(({ equity, pnl }) => (hasEquity ? equity : pnl)).map((text) => (text === null ? null : Number(text)));
  return { times: points.map(({ end }) => Date.parse(end) / 1_000), lines: [{ label: hasEquity ? "Equity" : "Net P&L", values }], known: values.filter((value) => value !== null).length, currency, hasEquity };
}
