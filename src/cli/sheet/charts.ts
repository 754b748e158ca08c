import { scaleBand, scaleLinear, scaleUtc } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { escaped, signed } from "./text.ts";

const WIDTH = 720;
const LEFT = 64;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;
const MOST_POINTS = 1_200;

/** A value at a time; times in milliseconds since 1970. */
export interface Dot {
  readonly at: number;
  readonly value: number;
}
export interface Series {
  readonly name: string;
  readonly dots: readonly Dot[];
  readonly tone: "accent" | "second" | "loss";
}

/** Lines over time, with single points among their values made to stand out; labelled at their ends; zero is drawn where it lies within. As inline SVG, with a text for those who do not see it. */
export function timeChart(label: string, series: readonly Series[], { height = 190, tick, fill = false, points = [] }: { readonly height?: number; readonly tick: (value: number) => string; readonly fill?: boolean; readonly points?: readonly Dot[] }): string {
  const thin = series.map((one) => ({ ...one, dots: thinned(one.dots) })).filter(({ dots }) => dots.length > 0);
  const all = thin.flatMap(({ dots }) => dots);
  if (all.length < 2) return `<p class="none">Too few points for a chart.</p>`;
  const x = scaleUtc([all.reduce((least, dot) => Math.min(least, dot.at), Infinity), all.reduce((most, dot) => Math.max(most, dot.at), -Infinity)], [LEFT, WIDTH - RIGHT]);
  const y = scaleLinear(padded(all.map(({ value }) => value), fill), [height - BOTTOM, TOP]).nice(5);
  const path = line<Dot>((dot) => x(dot.at), (dot) => y(dot.value));
  const under = area<Dot>((dot) => x(dot.at), y(0), (dot) => y(dot.value)).curve(curveStepAfter);
  const rules = y.ticks(5).map((value) => `<line class="${value === 0 ? "zero" : "grid"}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/><text class="tick" x="${LEFT - 6}" y="${at(y(value) + 4)}" text-anchor="end">${escaped(tick(value))}</text>`);
  const times = x.ticks(6).map((time) => `<text class="tick" x="${at(x(time))}" y="${height - 6}" text-anchor="middle">${escaped(x.tickFormat(6)(time))}</text>`);
  const lines = thin.map(({ dots, tone }) => `${fill ? `<path class="under ${tone}" d="${rounded(under(dots))}"/>` : ""}<path class="line ${tone}" d="${rounded(path(dots))}"/>`);
  const names = series.length < 2 ? [] : thin.map(({ name, tone }, i) => `<text class="name ${tone}" x="${LEFT + 8 + i * 160}" y="${TOP + 10}">${escaped(name)}</text>`);
  const circles = points.map((dot) => `<circle class="breach" cx="${at(x(dot.at))}" cy="${at(y(dot.value))}" r="3"/>`);
  return svg(label, height, [...rules, ...times, ...lines, ...circles, ...names]);
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string; // exact, as it is to be read
}

/** A bar a name, to the right for a gain and to the left for a loss, each with its figure. */
export function barChart(label: string, bars: readonly Bar[]): string {
  if (bars.length === 0) return `<p class="none">Nothing to show.</p>`;
  const row = 22;
  const height = bars.length * row + 8;
  const x = scaleLinear([Math.min(0, ...bars.map(({ value }) => value)), Math.max(0, ...bars.map(({ value }) => value))], [190, WIDTH - 140]);
  const y = scaleBand(bars.map((_, i) => `${i}`), [4, height - 4]).padding(0.25);
  const drawn = bars.map(({ name, value, text }, i) => {
    const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
    const middle = at(y(`${i}`)! + y.bandwidth() / 2 + 4);
    return `<text class="bar-name" x="150" y="${middle}" text-anchor="end">${escaped(name)}</text><rect class="${value < 0 ? "loss" : "gain"}" x="${at(from)}" y="${at(y(`${i}`)!)}" width="${at(Math.max(0.5, to - from))}" height="${at(y.bandwidth())}"/><text class="figure" x="${WIDTH - RIGHT}" y="${middle}" text-anchor="end">${escaped(signed(text))}</text>`;
  });
  return svg(label, height, [`<line class="zero" x1="${at(x(0))}" x2="${at(x(0))}" y1="0" y2="${height}"/>`, ...drawn]);
}

/** How often values fall into equal bins, with marked places. @param marks a value and what it is */
export function histogram(label: string, values: readonly number[], marks: readonly { readonly value: number; readonly name: string }[], tick: (value: number) => string): string {
  if (values.length < 2) return `<p class="none">Too few returns.</p>`;
  const height = 190;
  const [least, most] = [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
  const x = scaleLinear(least === most ? [least - 1e-6, most + 1e-6] : [least, most], [LEFT, WIDTH - RIGHT]).nice();
  const [low, high] = x.domain() as [number, number];
  const count = Math.min(60, Math.max(8, Math.ceil(Math.sqrt(values.length))));
  const bins = new Array<number>(count).fill(0);
  for (const value of values) bins[Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count))]! += 1;
  const y = scaleLinear([0, Math.max(...bins)], [height - BOTTOM, TOP]).nice(4);
  const edge = (i: number) => low + ((high - low) * i) / count;
  const bars = bins.map((of, i) => `<rect class="${edge(i + 1) <= 0 ? "loss" : "gain"}" x="${at(x(edge(i)) + 0.5)}" y="${at(y(of))}" width="${at(Math.max(0.5, x(edge(i + 1)) - x(edge(i)) - 1))}" height="${at(y(0) - y(of))}"/>`);
  const ticks = x.ticks(7).map((value) => `<text class="tick" x="${at(x(value))}" y="${height - 6}" text-anchor="middle">${escaped(tick(value))}</text>`);
  const counts = y.ticks(4).map((value) => `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/><text class="tick" x="${LEFT - 6}" y="${at(y(value) + 4)}" text-anchor="end">${value}</text>`);
  const places = marks.map(({ value, name }, i) => `<line class="mark" x1="${at(x(value))}" x2="${at(x(value))}" y1="${TOP}" y2="${height - BOTTOM}"/><text class="name loss" x="${at(x(value) - 4)}" y="${TOP + 10 + i * 14}" text-anchor="end">${escaped(name)}</text>`);
  return svg(label, height, [...counts, ...bars, ...ticks, ...places]);
}

function svg(label: string, height: number, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(label)}">${parts.join("")}</svg>`;
}

function padded(values: readonly number[], withZero: boolean): [number, number] {
  const [least, most] = [values.reduce((a, b) => Math.min(a, b), withZero ? 0 : Infinity), values.reduce((a, b) => Math.max(a, b), withZero ? 0 : -Infinity)];
  const pad = least === most ? Math.abs(least) * 0.1 || 1 : 0;
  return [least - pad, most + pad];
}

function at(pixels: number): string {
  return `${Math.round(pixels * 10) / 10}`;
}

function rounded(path: string | null): string {
  return (path ?? "").replace(/-?\d+\.\d+/g, (number) => at(Number(number)));
}

/** Of many points the least and the greatest of each stretch, so that no extreme is lost. */
function thinned(dots: readonly Dot[]): readonly Dot[] {
  if (dots.length <= MOST_POINTS) return dots;
  const stretch = Math.ceil(dots.length / (MOST_POINTS / 2));
  const kept: Dot[] = [];
  for (let from = 0; from < dots.length; from += stretch) {
    const some = dots.slice(from, from + stretch);
    const least = some.reduce((a, b) => (b.value < a.value ? b : a));
    const most = some.reduce((a, b) => (b.value > a.value ? b : a));
    kept.push(...(least === most ? [least] : least.at < most.at ? [least, most] : [most, least]));
  }
  return kept;
}
