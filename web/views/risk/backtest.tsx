import { useMemo, type ReactNode } from "react";
import type { BookBacktest, MethodBacktest } from "../../../src/core/risk/index.ts";
import { LineChart, type Line } from "../../charts/line-chart.tsx";
import { Estimate, estimateText } from "../../figures/index.ts";
import { setParams, usePlace } from "../../nav/index.ts";
import { Choice, Known, methodWords, Panel, reasonWords } from "../../parts/index.ts";
import { useStudy, WINDOWS } from "./study.ts";

const CHART_PX = 160;
const MOST_SHOWN = 250;
const DAY_S = 86_400;

/** What the book of now would have made on each day, against what was forecast of it the day before. */
export default function Backtest(): ReactNode {
  const { tested, window } = useStudy();
  const { params } = usePlace();
  const { data } = tested;
  const methods = data?.backtest.methods ?? [];
  const shown = methods.find(({ method }) => method === params.get("method")) ?? methods.find(({ method }) => method === data?.method) ?? methods[0];
  const choice = <Choice label="Returns before each day" of={WINDOWS.map((days) => ({ key: `${days}`, title: `${days} d` }))} chosen={`${window ?? ""}`} onChoose={(key) => setParams({ window: key })} />;
  return (
    <Panel title="Backtest" aside={choice} className="backtest">
      <Known of={tested}>
        {({ backtest }) => (shown === undefined ? <p className="note">{whyNone(backtest)}</p> : (
          <>
            <Plot backtest={backtest} of={shown} currency={data?.currency ?? ""} />
            <Judged of={shown} backtest={backtest} all={methods} />
          </>
        ))}
      </Known>
    </Panel>
  );
}

function Plot({ backtest: { days, pnl, confidence }, of, currency }: { readonly backtest: BookBacktest; readonly of: MethodBacktest; readonly currency: string }): ReactNode {
  const { times, lines } = useMemo(() => {
    const from = Math.max(0, days.length - MOST_SHOWN);
    const [made, losses] = [pnl.slice(from), of.var.slice(from)];
    const bound = losses.map((loss) => (loss === null ? null : -loss));
    const drawn: Line[] = [
      { label: "P&L", values: made, as: "bars", tone: "--series-5" }, { label: `VaR ${estimateText(confidence, 0, "%")}`, values: bound, tone: "--series-1" },
      { label: "worse", values: made.map((value, i) => (bound[i] !== null && value < bound[i]! ? value : null)), as: "marks", tone: "--danger" },
    ];
    return { times: days.slice(from).map((day) => Date.parse(day) / 1_000 + DAY_S - 1), lines: drawn };
  }, [days, pnl, of, confidence]);
  return <LineChart label={`What the book as it stands would have made on each day, and the loss that ${methodWords(of.method)} forecast`} times={times} lines={lines} height={CHART_PX} decimals={0} unit={currency} />;
}

function Judged({ of: { forecasts, breaches, expected, kupiecP, independenceP, zone, method }, backtest: { window }, all }: { readonly of: MethodBacktest; readonly backtest: BookBacktest; readonly all: readonly MethodBacktest[] }): ReactNode {
  const p = (value: number | null) => <Estimate value={value} decimals={2} why="there is nothing to test" />;
  return (
    <p className="note judged" title={`Each forecast is from the ${window} returns before its day; P&L is that of the book as it stands now`}>
      <label>Method <select value={method} onChange={({ target }) => setParams({ method: target.value })}>{all.map((one) => <option key={one.method} value={one.method}>{methodWords(one.method)}: {one.breaches}</option>)}</select></label>{" "}
      <strong>{breaches}</strong> of {forecasts} days were worse, <Estimate value={expected} decimals={1} /> expected · Kupiec p {p(kupiecP)} · in bunches p {p(independenceP)} · zone <strong className={zone === "red" ? "danger" : zone === "yellow" ? "warn" : undefined}>{zone ?? "–"}</strong>
    </p>
  );
}

function whyNone({ reason, window, returns }: BookBacktest): string {
  if (reason === "too_few") return `A forecast takes the ${window} daily returns before it, and there are ${returns}: choose a shorter window, or give more closes with fillbook prices.`;
  return `There is none: ${reasonWords(reason) ?? "it is not known why"}.`;
}
