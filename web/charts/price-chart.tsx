import { createChart, createSeriesMarkers, LineSeries, LineStyle, type IChartApi, type ISeriesApi, type ISeriesMarkersPluginApi, type SeriesMarker, type Time, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef, type ReactNode } from "react";
import "./charts.css";
import { estimateText, timeText, useZone } from "../figures/index.ts";
import { tokenColour, useTheme } from "./theme.ts";

/** A price at a time; undefined: a time without one. Numbers are for the picture only. */
export interface PricePoint {
  readonly seconds: number; // since 1970
  readonly price: number | undefined;
}
/** A fill as it is drawn on the price. */
export interface FillMark {
  readonly seconds: number; // one of the points
  readonly price: number;
  readonly isBuy: boolean;
}

export interface PriceChartProps {
  readonly label: string;
  readonly prices: readonly PricePoint[]; // oldest first
  readonly fills: readonly FillMark[];
  readonly average: number | undefined; // of what is held: a level line
  readonly height: number;
}

const LONGEST_TICK = "10-31 20:00".length;
const TIME_OF_DAY = 3; // kinds of ticks from here on stand within a day; 2 begins one, 1 a month, 0 a year

/** What stands under a tick. The chart has them where days begin in UTC: where that is still another day by the clock that is shown, the time is said, too. */
function tickText(seconds: number, kind: number, zone: "utc" | "local"): string {
  const iso = new Date(seconds * 1_000).toISOString();
  const text = timeText(iso, zone);
  if (kind >= TIME_OF_DAY) return text.slice(11, 16);
  if (text.slice(0, 10) !== iso.slice(0, 10)) return text.slice(5, 16);
  return kind === 2 ? text.slice(5, 10) : text.slice(0, kind === 1 ? 7 : 4);
}

/** A price through time with fills on it: a buy points up, a sale down, so that shape says what colour does. Drag to move, turn the wheel to come nearer. */
export function PriceChart({ label, prices, fills, average, height }: PriceChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const made = useRef<{ chart: IChartApi; series: ISeriesApi<"Line">; marks: ISeriesMarkersPluginApi<Time> }>(undefined);
  const isDark = useTheme();
  const zone = useZone();
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    const [ink, line, colour] = [tokenColour("--muted"), tokenColour("--line"), tokenColour("--series-1")];
    const textOf = (time: Time) => timeText(new Date((time as number) * 1_000).toISOString(), zone);
    const chart = createChart(parent, {
      autoSize: true,
      layout: { background: { color: "transparent" }, textColor: ink, fontSize: 11, fontFamily: "system-ui, sans-serif", attributionLogo: false },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      rightPriceScale: { borderVisible: false }, timeScale: { borderColor: line, fixLeftEdge: true, fixRightEdge: true, timeVisible: true, secondsVisible: false, tickMarkFormatter: (time: Time, kind: number) => tickText(time as number, kind, zone), tickMarkMaxCharacterLength: LONGEST_TICK },
      localization: { timeFormatter: textOf, priceFormatter: (price: number) => estimateText(price, Math.abs(price) >= 1 ? 2 : 6) },
      crosshair: { vertLine: { color: ink, labelBackgroundColor: ink }, horzLine: { color: ink, labelBackgroundColor: ink } },
    });
    const series = chart.addSeries(LineSeries, { color: colour, lineWidth: 2, priceLineStyle: LineStyle.Dotted, crosshairMarkerRadius: 3 });
    made.current = { chart, series, marks: createSeriesMarkers(series, []) };
    return () => {
      made.current = undefined;
      chart.remove();
    };
  }, [isDark, zone]);
  useEffect(() => {
    const { chart, series, marks } = made.current ?? {};
    if (chart === undefined || series === undefined) return undefined;
    const wasEmpty = series.data().length === 0;
    series.setData(prices.map(({ seconds, price }) => (price === undefined ? { time: seconds as UTCTimestamp } : { time: seconds as UTCTimestamp, value: price })));
    marks?.setMarkers(fills.map((fill): SeriesMarker<Time> => ({ time: fill.seconds as UTCTimestamp, position: "atPriceMiddle", price: fill.price, shape: fill.isBuy ? "arrowUp" : "arrowDown", color: tokenColour(fill.isBuy ? "--gain" : "--loss"), size: 0.8 })));
    const level = average === undefined ? undefined : series.createPriceLine({ price: average, color: tokenColour("--muted"), lineWidth: 1, lineStyle: LineStyle.Dashed, title: "average" });
    if (wasEmpty) chart.timeScale().fitContent();
    return () => {
      if (level !== undefined && made.current?.series === series) series.removePriceLine(level);
    };
  }, [prices, fills, average, isDark, zone]);
  return (
    <figure className="chart" role="img" aria-label={label}>
      <div ref={place} style={{ height }} />
    </figure>
  );
}
