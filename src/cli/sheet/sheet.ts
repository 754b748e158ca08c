import type { TripTotals, TripView } from "../../core/book/index.ts";
import { periodRate, rollingFigures, type Attribution, type Performance, type PerformanceView, type VenuesView } from "../../core/performance/index.ts";
import { backtest } from "../../core/risk/index.ts";
import { formatDecimal, orderStatistic, drawdownSeries, levelsOf } from "../../core/num/index.ts";
import { barChart, histogram, timeChart, type Dot } from "./charts.ts";
import { STYLE } from "./style.ts";
import { amount, decimal, escaped, money, percent, quantity } from "./text.ts";

/** All that a tear sheet shows. */
export interface SheetData {
  readonly title: string;
  readonly theme: "auto" | "light" | "dark";
  readonly madeAt: string;
  readonly seq: number; // the entry that it reflects
  readonly performance: Performance;
  readonly attributions: readonly Attribution[] | undefined; // undefined: attribution is switched off
  readonly venues: VenuesView;
  readonly trips: readonly TripView[]; // those to list
  readonly tripTotals: readonly TripTotals[];
}

const WINDOW = 63;
const MOST_BARS = 15;
const TAIL = 0.05;

/** One self-contained page: no script, nothing loaded; readable on paper, light and dark. */
export function sheetOf(data: SheetData): string {
  const { view } = data.performance;
  const sections = [equitySection(data.performance), monthSection(view), rollingSection(data.performance), distributionSection(data.performance), backtestSection(data.performance), ...(data.attributions === undefined ? [] : [attributionSection(data.attributions)]), executionSection(view), venueSection(data.venues), drawdownSection(view), tripSection(data), notesSection(data)];
  return `<!doctype html>
<html lang="en" data-theme="${data.theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><link rel="icon" href="data:,"><title>${escaped(data.title)}</title><style>${STYLE}</style></head>
<body><main><header><h1>${escaped(data.title)}</h1><p class="muted">${escaped(span(view))} · in ${escaped(view.currency)} · as of entry ${data.seq.toLocaleString("en-US")}, made ${escaped(data.madeAt.slice(0, 16).replace("T", " "))} UTC</p></header>
${summary(view)}
${sections.join("\n")}
</main></body></html>
`;
}

function span({ from, to }: PerformanceView): string {
  return `${from?.slice(0, 10) ?? "the beginning"} to ${to.slice(0, 10)}`;
}

function section(title: string, ...body: readonly string[]): string {
  return `<section><h2>${escaped(title)}</h2>${body.join("")}</section>`;
}

function figure(chart: string, caption: string): string {
  return `<figure>${chart}<figcaption>${escaped(caption)}</figcaption></figure>`;
}

/** A table; figures that are gains or losses are coloured. */
function tableOf(titles: readonly string[], rows: readonly (readonly string[])[], coloured: readonly number[] = []): string {
  const cell = (text: string, i: number) => `<td${coloured.includes(i) && /[1-9]/.test(text) ? ` class="${text.startsWith("−") ? "loss" : "gain"}"` : ""}>${escaped(text)}</td>`;
  return `<div class="scroll"><table><thead><tr>${titles.map((title) => `<th>${escaped(title)}</th>`).join("")}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</tbody></table></div>`;
}

const REASONS: Readonly<Record<string, string>> = { too_few: "too few", zero_variance: "never varies", no_losses: "no losses", no_capital: "no capital", not_applicable: "not applicable", missing: "not told", no_benchmark: "no benchmark" };

function summary(view: PerformanceView): string {
  const of = (name: keyof PerformanceView, text: (value: number) => string) => {
    const value = view[name];
    return typeof value === "number" ? escaped(text(value)) : `– <small>${escaped(REASONS[view.reasons[name] ?? "missing"] ?? "")}</small>`;
  };
  const ratio = (value: number) => decimal(value);
  const cards: [string, string][] = [
    ["Net P&L", escaped(money(view.totalPnl))], ["Return", of("totalReturn", percent)], ["A year", of("annualReturn", percent)], ["Volatility, a year", of("volatility", percent)], ["Sharpe ratio, a year", of("sharpeRatioAnnualized", ratio)], ["Sortino ratio", of("sortinoRatio", ratio)],
    ["Greatest drawdown", of("maxDrawdownPct", (value) => `${decimal(value)} %`)], ["Calmar ratio", of("calmarRatio", ratio)], ["Win rate", of("winRate", percent)], ["Profit factor", of("profitFactor", ratio)], ["Fills", view.totalTrades.toLocaleString("en-US")], ["Time in market", of("timeInMarket", percent)],
    ...(view.benchmark === null ? [] : ([["Alpha, a year", of("alpha", percent)], ["Beta", of("beta", ratio)], ["Information ratio", of("informationRatio", ratio)]] as [string, string][])),
  ];
  return `<dl class="cards">${cards.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${value}</dd></div>`).join("")}</dl>`;
}

const ms = (ns: bigint) => Number(ns / 1_000_000n);

function equitySection({ view, returns, points }: Performance): string {
  if (returns.length < 2) {
    const pnl = points.filter((point) => point.pnl !== undefined).map(({ endNs, pnl: value }): Dot => ({ at: ms(endNs), value: Number(formatDecimal(value!)) }));
    return section("Net P&L", figure(timeChart("Net P&L over time", [{ name: "net P&L", dots: pnl, tone: "accent" }], { tick: amount, fill: true }), `In ${view.currency}. Without capital there is no equity, and there are no returns: deposits come in with fillbook events.`));
  }
  const equity = returns.map(({ toNs, equity: value }): Dot => ({ at: ms(toNs), value: Number(formatDecimal(value)) }));
  const levels = levelsOf(returns.map(({ value }) => value));
  const falls = levels.every((level) => level > 0) ? [...drawdownSeries(levels)].slice(1).map((value, i): Dot => ({ at: ms(returns[i]!.toNs), value: -100 * value })) : [];
  return section(
    "Equity and drawdown",
    figure(timeChart("Equity over time", [{ name: "equity", dots: equity, tone: "accent" }], { tick: amount }), `Equity at the end of each day, in ${view.currency}: capital and net P&L.`),
    figure(timeChart("Drawdown over time", [{ name: "drawdown", dots: falls, tone: "loss" }], { height: 120, tick: (value) => `${decimal(value, 0)} %`, fill: true }), "Below the highest before, by the time-weighted index: deposits and withdrawals do not show."),
  );
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function monthSection({ months }: PerformanceView): string {
  if (months.length === 0) return section("Months", `<p class="none">There are no returns.</p>`);
  const of = new Map(months.map(({ month, return: value }) => [month, value]));
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))];
  const rows = years.map((year) => {
    const values = MONTHS.map((_, i) => of.get(`${year}-${`${i + 1}`.padStart(2, "0")}`));
    const whole = values.reduce<number>((product, value) => product * (1 + (value ?? 0)), 1) - 1;
    return [year, ...values.map((value) => (value === undefined ? "" : decimal(100 * value, 1))), decimal(100 * whole, 1)];
  });
  return section("Months", tableOf(["", ...MONTHS, "Year"], rows, MONTHS.map((_, i) => i + 1).concat(13)), `<p class="muted">Time-weighted returns, percent.</p>`);
}

function rollingSection({ returns, view }: Performance): string {
  const { periodsPerYear, riskFreeAnnual } = view.conventions;
  if (returns.length < WINDOW + 1) return section("Rolling figures", `<p class="none">Fewer returns than a window of ${WINDOW} has.</p>`);
  const rows = rollingFigures(returns, WINDOW, periodsPerYear, periodRate(riskFreeAnnual, periodsPerYear));
  const dots = (of: (row: (typeof rows)[number]) => number | null): Dot[] => rows.flatMap((row) => (of(row) === null ? [] : [{ at: Date.parse(row.at), value: of(row)! }]));
  const [ratios, spreads] = [dots((row) => row.sharpeRatio), dots(({ volatility: spread }) => (spread === null ? null : 100 * spread))];
  return section(
    "Rolling figures",
    figure(timeChart("Rolling Sharpe ratio", [{ name: "Sharpe ratio", dots: ratios, tone: "accent" }], { height: 140, tick: (value) => decimal(value, 1) }), `Sharpe ratio, a year, of the last ${WINDOW} returns.`),
    figure(timeChart("Rolling volatility", [{ name: "volatility", dots: spreads, tone: "second" }], { height: 140, tick: (value) => `${decimal(value, 0)} %` }), `Volatility, a year, of the last ${WINDOW} returns.`),
  );
}

function distributionSection({ returns, view }: Performance): string {
  const values = returns.map(({ value }) => value);
  const tail = values.length < 20 ? undefined : orderStatistic(values, TAIL);
  const caption = tail === undefined ? "Fewer than 20 returns: no value at risk." : `Value at risk, one day, 95 %: ${percent(-tail)} of equity (historical, the ${Math.ceil(TAIL * values.length - 1e-9)}th worst of ${values.length}). Skewness ${decimal(view.skewness)}, excess kurtosis ${decimal(view.kurtosis)}.`;
  return section("Distribution of daily returns", figure(histogram("Distribution of daily returns", values, tail === undefined ? [] : [{ value: tail, name: `VaR 95 % ${percent(-tail)}` }], (value) => percent(value, 1)), caption));
}

/** Forecasts of a day's loss over the last year, each from returns strictly before it, and the days that were worse. */
function backtestSection({ returns, view }: Performance): string {
  const year = Math.round(view.conventions.periodsPerYear);
  const title = "Value at risk, tested";
  const values = returns.map(({ value }) => value);
  const [result] = backtest(values, { confidence: 1 - TAIL, window: year, methods: ["historical_simulation"] });
  if (result === undefined || result.forecasts < 2) return section(title, `<p class="none">A forecast takes the ${year} returns before it: there are ${values.length}.</p>`);
  const last = returns.map(({ toNs, value }, i) => ({ at: ms(toNs), value: 100 * value, loss: -100 * result.var[i]! })).filter(({ loss }) => !Number.isNaN(loss)).slice(-year);
  const breaches = last.filter(({ value, loss }) => value < loss);
  const chart = timeChart("Daily returns and value at risk", [{ name: "return", dots: last, tone: "accent" }, { name: "VaR 95 %", dots: last.map(({ at, loss }) => ({ at, value: loss })), tone: "second" }], { tick: (value) => `${decimal(value, 1)} %`, points: breaches });
  const judged = `All ${result.forecasts.toLocaleString("en-US")} forecasts: ${result.breaches} breaches, ${decimal(result.expected, 1)} expected; Kupiec test p = ${decimal(result.kupiec?.pValue ?? null, 3)}.`;
  return section(title, figure(chart, `The last ${last.length} days: ${breaches.length} worse than forecast, ${decimal(TAIL * last.length, 1)} expected. Historical, one day, 95 %, from the ${year} returns before each day. ${judged}`));
}

function attributionSection(attributions: readonly Attribution[]): string {
  const parts = attributions.map(({ by, groups, total, currency }) => {
    const known = groups.filter(({ totalPnl }) => totalPnl !== null).map(({ keys, totalPnl }) => ({ name: keys.map((key) => (key === "" ? "untagged" : key.length > 22 ? `${key.slice(0, 21)}…` : key)).join(", "), value: Number(totalPnl), text: money(totalPnl) }));
    const sorted = known.sort((a, b) => b.value - a.value);
    const shown = sorted.length <= MOST_BARS ? sorted : [...sorted.slice(0, MOST_BARS - 7), ...sorted.slice(-7)];
    const unknown = groups.length - known.length;
    const notes = [`total ${money(total.totalPnl)} ${currency}`, ...(shown.length < sorted.length ? [`the best and the worst of ${sorted.length}`] : []), ...(unknown > 0 ? [`${unknown} not known for want of a mark`] : [])];
    return `<h3>By ${escaped(by)}</h3>${figure(barChart(`Net P&L by ${by}`, shown), `${notes.join("; ")}.`)}`;
  });
  return section("Attribution of net P&L", ...(parts.length === 0 ? [`<p class="none">One strategy, one venue, one symbol at most: nothing to compare.</p>`] : parts));
}

function executionSection({ execution, currency }: PerformanceView): string {
  const row = (name: string, { count, average, p5, p50, p95, p99 }: PerformanceView["execution"]["latencyMs"], digits: number) => [name, count.toLocaleString("en-US"), ...[average, p5, p50, p95, p99].map((value) => decimal(value, digits))];
  const facts = `Volume ${money(execution.volume)} ${currency}; fees ${money(execution.fees)} ${currency}, ${decimal(execution.effectiveFeeBasisPoints)} basis points of it; maker share ${percent(execution.makerShare, 1)}; slippage cost ${execution.slippageCost === null ? "not told" : `${decimal(execution.slippageCost)} ${currency}`}.`;
  return section("Execution", tableOf(["", "fills that tell", "average", "5 %", "median", "95 %", "99 %"], [row("slippage, basis points", execution.slippageBasisPoints, 2), row("latency, ms", execution.latencyMs, 1), row("score, 0 to 1", execution.executionScore, 3)]), `<p class="muted">${escaped(facts)}</p>`);
}

function venueSection({ venues }: VenuesView): string {
  return section("Venues", tableOf(["venue", "type", "score", "fills", "refused", "volume", "fee bp", "slip bp", "ms", "net P&L"], venues.map((venue) => [venue.venue, venue.venueType, decimal(venue.score), venue.fills.toLocaleString("en-US"), `${venue.rejects}`, money(venue.volume, 0), decimal(venue.effectiveFeeBasisPoints), decimal(venue.slippageBasisPoints.average), decimal(venue.latencyMs.p50, 0), money(venue.pnl)]), [9]));
}

function drawdownSection({ drawdowns }: PerformanceView): string {
  if (drawdowns.length === 0) return section("Worst drawdowns", `<p class="none">Nothing was below its highest.</p>`);
  return section("Worst drawdowns", tableOf(["peak", "trough", "recovered", "depth", "P&L lost", "days"], drawdowns.map((one) => [one.peakAt.slice(0, 10), one.troughAt.slice(0, 10), one.recoveredAt?.slice(0, 10) ?? "not yet", one.depthPct === null ? "–" : `${decimal(one.depthPct)} %`, money(one.depth), decimal(one.days, 0)])));
}

function tripSection({ trips, tripTotals }: SheetData): string {
  if (tripTotals.length === 0) return section("Round trips", `<p class="none">No position has been closed.</p>`);
  const totals = tripTotals.map(({ currency, trips: count, winners, losers, netPnl, average, best, worst }) => [currency, count.toLocaleString("en-US"), `${winners ?? "–"}`, `${losers ?? "–"}`, money(netPnl), money(average), money(best), money(worst)]);
  const rows = trips.map((trip) => [trip.symbol, trip.direction, trip.openedAt.slice(0, 10), trip.closedAt.slice(0, 10), quantity(trip.quantity), money(trip.netPnl)]);
  return section("Round trips", tableOf(["currency", "trips", "won", "lost", "net", "average", "best", "worst"], totals, [4, 5, 6, 7]), `<h3>The largest</h3>`, tableOf(["symbol", "", "opened", "closed", "quantity", "net P&L"], rows, [5]));
}

function notesSection({ performance: { view } }: SheetData): string {
  const { conventions, periods, benchmark } = view;
  const notes = [
    `Returns are ${conventions.returns}; flows work from the ${conventions.flows} of their day. ${periods.returns.toLocaleString("en-US")} returns, ${conventions.periodsPerYear} a year; ${periods.unknown} days without a mark or a rate are spanned by the next return, never filled.`,
    `Sharpe and Sortino ratio: arithmetic mean over a yearly rate of ${percent(conventions.riskFreeAnnual)}, × √${conventions.periodsPerYear}; deviation of a sample (n − 1), downside deviation over all n. Calmar: yearly compounded return ÷ greatest drawdown.`,
    `Trades are ${conventions.trades}. Drawdown is measured ${conventions.drawdown}. Slippage in basis points of the arrival price: positive costs.`,
    benchmark === null ? "No benchmark was asked for." : `Benchmark ${benchmark.symbol}: joined on the interval of each return, ${benchmark.intervals} of them; left out: ${benchmark.noPriceAtStart} without a close at the start, ${benchmark.noPriceAtEnd} at the end.`,
    "Attribution closes lots first in, first out; its groups add up to the net P&L to the last digit. A dash is a figure that is not known.",
  ];
  return section("Conventions", ...notes.map((note) => `<p>${escaped(note)}</p>`));
}
