import { useMemo, type ReactNode } from "react";
import { compareTimes } from "../../figures/index.ts";
import { LineChart, type Line } from "../../charts/line-chart.tsx";
import { PriceChart, type FillMark, type PricePoint } from "../../charts/price-chart.tsx";
import { nowMs, useResource, type Resource } from "../../data/index.ts";
import { setParams, usePlace } from "../../nav/index.ts";
import { Known, Panel } from "../../parts/index.ts";
import type { FillRow, History } from "./fills.tsx";

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
 * @param isAddable whether each account has one position of it, all in one currency: then those of all accounts are one line
 */
export default function Charts({ symbol, history, average, isAddable }: { readonly symbol: string; readonly history: Resource<History>; readonly average: string | undefined; readonly isAddable: boolean }): ReactNode {
  const marks = useResource<Marks>(`/v1/marks?limit=${MOST_MARKS}&symbol=${encodeURIComponent(symbol)}`, MARKS_MS);
  const { params } = usePlace();
  const span = SPANS.find(({ key }) => key === params.get("span")) ?? SPANS[2];
  const fills = history.data?.history;
  const drawn = useMemo(() => drawnOf(marks.data, fills ?? [], span.days), [marks.data, fills, span]);
  const held = useMemo(() => heldOf(fills ?? []), [fills]);
  return (
    <>
      <Panel title="Price" aside={<><span title="The last of each side in a piece of time; every fill stands in the table">▲ bought · ▼ sold</span>{SPANS.map(({ key, title }) => <button key={key} type="button" aria-pressed={key === span.key} onClick={() => setParams({ span: key })}>{title}</button>)}</>}>
        <Known of={marks}>{() => (drawn.prices.length < 2 ? <p className="small">No marks in this span: fillbook marks FILE, or POST /v1/marks.</p> : <PriceChart key={span.key} label={`The price of ${symbol} with its fills`} prices={drawn.prices} fills={drawn.fills} average={average === undefined ? undefined : Number(average)} height={280} />)}</Known>
      </Panel>
      {!isAddable && held.times.length > 1 && <p className="note">It is held as several kinds or in several currencies, which do not add up to one position through time.</p>}
      {isAddable && held.times.length > 1 && (
        <div className="two">
          <Panel title="Position"><LineChart label="What was held, fill by fill" times={held.times} lines={held.quantity} height={150} decimals={4} /></Panel>
          <Panel title="Net realized P&L"><LineChart label="Net realized P&L, fill by fill" times={held.times} lines={held.pnl} height={150} /></Panel>
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

/** After each fill: what was held and what was realized, over all accounts that are shown. */
function heldOf(fills: readonly FillRow[]): { readonly times: number[]; readonly quantity: Line[]; readonly pnl: Line[] } {
  const sorted = fills.toSorted((a, b) => compareTimes(a.timestamp, b.timestamp) || a.seq - b.seq);
  const accounts = new Map<string, Held>();
  for (const fill of sorted) if (!accounts.has(fill.account)) accounts.set(fill.account, heldBefore(fill));
  const [quantity, pnl]: [number[], (number | null)[]] = [[], []];
  for (const { account, positionAfter } of sorted) {
    accounts.set(account, { quantity: Number(positionAfter.quantity), pnl: positionAfter.netRealizedPnl === null ? null : Number(positionAfter.netRealizedPnl) });
    const all = [...accounts.values()];
    quantity.push(all.reduce((sum, one) => sum + one.quantity, 0));
    pnl.push(all.reduce<number | null>((sum, one) => (sum === null || one.pnl === null ? null : sum + one.pnl), 0));
  }
  return {
    times: sorted.map(({ timestamp }) => Date.parse(timestamp) / 1_000),
    quantity: [{ label: "held", values: quantity, isStepped: true, isFilled: true }],
    pnl: [{ label: "net realized", values: pnl, isStepped: true }],
  };
}

interface Held {
  readonly quantity: number;
  readonly pnl: number | null; // net realized; null: a rate is missing
}

/** What an account had before the first of its fills that is shown. */
function heldBefore({ action, quantity, fee, feeCurrency, realizedPnl, positionAfter }: FillRow): Held {
  const { numTrades, netRealizedPnl, currency } = positionAfter;
  if (numTrades === 1) return { quantity: 0, pnl: 0 };
  const isKnown = netRealizedPnl !== null && feeCurrency === currency;
  return { quantity: Number(positionAfter.quantity) - (action === "buy" ? 1 : -1) * Number(quantity), pnl: isKnown ? Number(netRealizedPnl) - Number(realizedPnl) + Number(fee) : null };
}

function secondsOf(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}
