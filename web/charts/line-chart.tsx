import { useEffect, useRef, useState, type ReactNode } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./charts.css";
import { estimateText, timeText, useZone } from "../figures/index.ts";
import { tokenColour, useTheme } from "./theme.ts";

/** One line: where a value is null it is broken. */
export interface Line {
  readonly label: string; // stands at its end
  readonly values: readonly (number | null)[];
  readonly isStepped?: boolean; // it stays as it is until the next point
  readonly isFilled?: boolean; // down to zero
  readonly as?: "bars" | "marks"; // bars from zero, or a dot at each point, in the place of a line
  readonly tone?: string; // a token in the place of that of its place: --danger
}

export interface LineChartProps {
  readonly label: string; // what it shows, for those who do not see it
  readonly times: readonly number[]; // seconds since 1970, ascending
  readonly lines: readonly Line[]; // five at most
  readonly height: number;
  readonly decimals?: number; // of what the cursor reads out; 2
  readonly unit?: string;
}

const AXIS_PX = 68;
const LABEL_PX = 76;

/** Lines through time, with zero drawn, labels at their ends, and what stands under the cursor. A picture: the exact figures stand beside it. */
export function LineChart({ label, times, lines, height, decimals = 2, unit = "" }: LineChartProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const [read, setRead] = useState("");
  const zone = useZone();
  const theme = useTheme();
  const shape = lines.map(({ label: name, isStepped, isFilled, as, tone }) => `${name}/${isStepped}/${isFilled}/${as}/${tone}`).join();
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    const options = optionsOf({ lines, height, zone, width: parent.clientWidth, unit, onCursor: (at) => setRead(at === undefined ? "" : readOut(at, chart.current, lines, zone, decimals, unit)) });
    const made = (chart.current = new uPlot(options, dataOf(times, lines), parent));
    const watch = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height }));
    watch.observe(parent);
    return () => {
      watch.disconnect();
      made.destroy();
      chart.current = undefined;
    };
    // its data is set below: only another shape makes another chart
  }, [shape, height, zone, theme, decimals, unit]);
  useEffect(() => {
    chart.current?.setData(dataOf(times, lines));
  }, [times, lines]);
  return (
    <figure className="chart" aria-label={label} role="img">
      <div ref={place} style={{ height }} />
      <div className="read" aria-hidden="true">{read}</div>
    </figure>
  );
}

function dataOf(times: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [times as number[], ...lines.map(({ values }) => values as number[])];
}

function readOut(at: number, chart: uPlot | undefined, lines: readonly Line[], zone: "utc" | "local", decimals: number, unit: string): string {
  const seconds = chart?.data[0][at];
  if (seconds === undefined) return "";
  const values = lines.flatMap(({ label }, i) => {
    const value = chart?.data[i + 1]?.[at];
    return value === null || value === undefined ? [] : [`${lines.length === 1 ? "" : `${label} `}${estimateText(value, decimals)}${unit === "" ? "" : ` ${unit}`}`];
  });
  return [timeText(new Date(seconds * 1_000).toISOString(), zone), ...values].join(" · ");
}

function optionsOf({ lines, height, width, zone, unit, onCursor }: { readonly lines: readonly Line[]; readonly height: number; readonly width: number; readonly zone: "utc" | "local"; readonly unit: string; readonly onCursor: (at: number | undefined) => void }): uPlot.Options {
  const [muted, line] = [tokenColour("--muted"), tokenColour("--line")];
  const font = "11px system-ui, sans-serif";
  const axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return {
    width, height, legend: { show: false }, padding: [8, lines.length === 1 ? 12 : LABEL_PX, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    tzDate: (seconds) => (zone === "utc" ? uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC") : new Date(seconds * 1_000)),
    scales: { y: { range: (_, least, most) => roomy(least, most) } },
    axes: [{ ...axis, size: 24, space: 84, values: (_, times) => times.map((seconds, i) => tickText(seconds, times[i - 1], zone)) }, { ...axis, size: AXIS_PX, space: 32, values: (_, values) => values.map((value) => `${estimateText(value, decimalsOf(values))}${unit === "%" ? " %" : ""}`) }],
    series: [{}, ...lines.map((one, i): uPlot.Series => {
      const stroke = tokenColour(one.tone ?? `--series-${i + 1}`);
      if (one.as === "bars") return { stroke, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.6, 8] }) };
      if (one.as === "marks") return { stroke, width: 0, paths: () => null, points: { show: true, size: 7, fill: stroke, stroke } };
      return { stroke, width: 1.5, points: { show: false }, spanGaps: false, ...(one.isStepped === true ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}), ...(one.isFilled === true ? { fill: `color-mix(in oklch, ${stroke} 12%, transparent)`, fillTo: 0 } : {}) };
    })],
    hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined)], draw: [(chart) => drawLabels(chart, lines), (chart) => drawZero(chart, muted)] },
  };
}

/** The time of day under an axis; the day where it is another one than before, or where ticks are days apart. */
function tickText(seconds: number, before: number | undefined, zone: "utc" | "local"): string {
  const iso = new Date(seconds * 1_000).toISOString();
  const [day, clock] = [timeText(iso, zone, "day"), timeText(iso, zone, "clock")];
  const isNewDay = before === undefined ? clock === "00:00:00" : timeText(new Date(before * 1_000).toISOString(), zone, "day") !== day;
  return isNewDay ? day : clock.slice(0, 5);
}

/** A little room above and below; a line that stays level is in the middle. */
function roomy(least: number | null, most: number | null): [number, number] {
  if (least === null || most === null) return [-1, 1];
  const room = (most - least) * 0.08 || Math.max(1, Math.abs(most) * 0.01);
  return [least - room, most + room];
}

function decimalsOf(values: readonly number[]): number {
  const step = Math.abs((values[1] ?? 1) - (values[0] ?? 0));
  return step >= 1 || step === 0 ? 0 : Math.min(8, Math.ceil(-Math.log10(step)));
}

function drawZero(chart: uPlot, colour: string): void {
  const { min = 0, max = 0 } = chart.scales["y"] ?? {};
  if (min >= 0 || max <= 0) return;
  const y = Math.round(chart.valToPos(0, "y", true)) + 0.5;
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** The name of each line at its end, moved apart where two would lie on each other. */
function drawLabels(chart: uPlot, lines: readonly Line[]): void {
  if (lines.length < 2) return;
  const { ctx, bbox } = chart;
  const gap = 13 * devicePixelRatio;
  const ends = lines.flatMap(({ label, as, tone }, i) => {
    const values = chart.data[i + 1]!;
    const at = values.findLastIndex((value) => value !== null && value !== undefined);
    return at < 0 || as === "marks" ? [] : [{ label, tone: tone ?? `--series-${i + 1}`, y: chart.valToPos(values[at]!, "y", true) }];
  }).sort((a, b) => a.y - b.y);
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  let last = Number.NEGATIVE_INFINITY;
  for (const { label, tone, y } of ends) {
    last = Math.max(y, last + gap);
    ctx.fillStyle = tokenColour(tone);
    ctx.fillText(label, bbox.left + bbox.width + 6 * devicePixelRatio, last);
  }
  ctx.restore();
}
