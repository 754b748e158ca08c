import { useMemo, type ReactNode } from "react";
import type { ReplicaRow } from "../../../src/core/wire/index.ts";
import { LineChart } from "../../charts/line-chart.tsx";
import { PriceChart, type FillMark, type PricePoint } from "../../charts/price-chart.tsx";
import { nowMs, useResource, type Resource } from "../../data/index.ts";
import { setParams, usePlace } from "../../nav/index.ts";
import { Known, Panel } from "../../parts/index.ts";
import type { FillRow, History } from "./history.ts";
import { throughTime } from "./through-time.ts";

interface Marks {
  readonly series: readonly { readonly venue: string; readonly marks: readonly { readonly time: string; readonly price: string }[] }[];
}

const MARKS_MS = 5_000;
const MOST_MARKS = 2_000;
/** So many points of the price share one fill of each side. */
const PIECES_A_FILL = 8;

const SPANS = [{ key: "day", title: "Today", days: 1 }, { key: "month", title: "30 days", days: 30 }, { key: "all", title: "All", days: undefined }] as const;
const DAY_SECONDS = 86_400;
/** Points of the price at most: each stands for as much time as every other. */
const POINTS = 400;
/** Fewer marks draw no line: then what was paid tells the price, too. */
const FEWEST_MARKS = 2;

/**
 * The price with fills drawn on it; below it what was held, and what was realized. Numbers here are for pictures.
 * @param rows what each account holds now
 * @param currency of all accounts' positions, where each account has one: then they are one line; undefined: they do not add up
 */
export default function Charts({ symbol, history, rows, average, currency }: { readonly symbol: string; readonly rows: readonly ReplicaRow[]; readonly history: Resource<History>; readonly average: string | undefined; readonly currency: string | undefined }): ReactNode {
  const marks = useResource<Marks>(`/v1/marks?limit=${MOST_MARKS}&symbol=${encodeURIComponent(symbol)}`, MARKS_MS);
  const { params } = usePlace();
  const span = SPANS.find(({ key }) => key === params.get("span")) ?? SPANS[2];
  const fills = history.data?.history;
  const drawn = useMemo(() => drawnOf(marks.data, fills ?? [], span.days), [marks.data, fills, span]);
  const standing = rows.map(({ account, quantity, netRealizedPnl }) => ({ account, quantity, netRealizedPnl }));
  const held = useMemo(() => throughTime(fills ?? [], standing), [fills, JSON.stringify(standing)]); // marks, which only value, draw nothing anew
  return (
    <>
      <Panel title="Price" aside={<><span title="The last of each side in a piece of time; every fill stands in the table">▲ bought · ▼ sold</span>{SPANS.map(({ key, title }) => <button key={key} type="button" aria-pressed={key === span.key} onClick={() => setParams({ span: key })}>{title}</button>)}</>}>
        <Known of={marks}>{() => (drawn.prices.length < 2 ? <p className="small">No marks in this span: fillbook marks FILE, or POST /v1/marks.</p> : <PriceChart key={span.key} label={`The price of ${symbol} with its fills`} prices={drawn.prices} fills={drawn.fills} average={average === undefined ? undefined : Number(average)} height={280} />)}</Known>
      </Panel>
      {currency === undefined && held.times.length > 1 && <p className="note">It is held as several kinds or in several currencies, which do not add up to one position through time.</p>}
      {currency !== undefined && held.times.length > 1 && (
        <div className="two">
          <Panel title="Position"><LineChart label="What was held, fill by fill" times={held.times} lines={[{ label: "held", values: held.quantity, isStepped: true, isFilled: true }]} height={150} decimals={4} /></Panel>
          <Panel title="Net realized P&L" aside={currency}><LineChart label="Net realized P&L, fill by fill" times={held.times} lines={[{ label: "net realized", values: held.pnl, isStepped: true }]} height={150} unit={currency} /></Panel>
        </div>
      )}
    </>
  );
}

/**
 * The marks that hold for every venue, else those of the venue with most; where there are too few, the prices of fills with them. One point for each piece of time, the last mark of
 * it, and the last fill of each side in a longer piece at its own point: so the picture is even in time, however often marks came.
 */
function drawnOf(marks: Marks | undefined, all: readonly FillRow[], days: number | undefined): { readonly prices: PricePoint[]; readonly fills: FillMark[] } {
  const series = marks?.series.toSorted((a, b) => Number(b.venue === "") - Number(a.venue === "") || b.marks.length - a.marks.length)[0]?.marks;
  const since = days === undefined ? 0 : nowMs() / 1_000 - days * DAY_SECONDS;
  const marked = (series ?? []).map(({ time, price }) => ({ seconds: secondsOf(time), price })).filter(({ seconds }) => seconds >= since);
  const filled = all.map(({ timestamp, price }) => ({ seconds: secondsOf(timestamp), price })).filter(({ seconds }) => seconds >= since);
  const points = marked.length >= FEWEST_MARKS ? marked : [...filled, ...marked].sort((a, b) => a.seconds - b.seconds);
  const fills = all.filter(({ timestamp }) => secondsOf(timestamp) >= since);
  const times = [...points.map(({ seconds }) => seconds), ...fills.map(({ timestamp }) => secondsOf(timestamp))];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const step = Math.max(1, Math.ceil((last - first) / POINTS));
  const pieceOf = (seconds: number) => first + Math.floor((seconds - first) / step) * step;
  const prices = new Map<number, number | undefined>();
  for (let at = first; at <= last; at += step) prices.set(at, undefined);
  for (const { seconds, price } of points) prices.set(pieceOf(seconds), Number(price));
  const drawn = new Map<string, FillMark>(); // the last one of each side in a longer piece of time: more would hide each other
  for (const { timestamp, price, action } of fills) {
    const seconds = pieceOf(secondsOf(timestamp));
    drawn.set(`${Math.floor((seconds - first) / (step * PIECES_A_FILL))} ${action}`, { seconds, price: Number(price), isBuy: action === "buy" });
  }
  return { prices: Array.from(prices, ([seconds, price]) => ({ seconds, price })), fills: [...drawn.values()].sort((a, b) => a.seconds - b.seconds) };
}

function secondsOf(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}
