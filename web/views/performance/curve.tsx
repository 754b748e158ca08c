import { useMemo, useRef, type FormEvent, type ReactNode } from "react";
import { LineChart, type Line } from "../../charts/line-chart.tsx";
import { store } from "../../data/index.ts";
import { setParams } from "../../nav/index.ts";
import { Choice, Known, Panel } from "../../parts/index.ts";
import { SPANS, usePerformance, usePerformanceQuery, type PerformanceAnswer } from "./performance.ts";

const CHART_PX = 252;

interface Drawn {
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly says: string;
  readonly unit: string;
}

/** What 1 became, beside what it became in the benchmark; net P&L where there is no capital. */
export default function Curve(): ReactNode {
  const performance = usePerformance();
  const { span, benchmark } = usePerformanceQuery();
  const drawn = useMemo(() => performance.data && drawnOf(performance.data), [performance.data]);
  const title = drawn?.unit === "%" || drawn === undefined ? (benchmark === "" ? "Equity" : `Equity against ${benchmark}`) : "Net P&L";
  return (
    <Panel title={title} className="curve" aside={<><BenchmarkField key={benchmark} chosen={benchmark} /><Choice label="Span" of={SPANS} chosen={span} onChoose={(key) => setParams({ span: key === "all" ? undefined : key })} /></>}>
      <Known of={{ ...performance, data: drawn }}>
        {({ times, lines, says, unit }) => (times.length < 2 ? <p className="note">Too little has happened in this span to draw a line.</p> : <><LineChart label={title} times={times} lines={lines} height={CHART_PX} unit={unit} /><p className="note">{says}</p></>)}
      </Known>
    </Panel>
  );
}

/** A symbol that has closes or marks. */
function BenchmarkField({ chosen }: { readonly chosen: string }): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const symbols = useMemo(() => [...new Set(store.keys().flatMap((key) => store.row(key)?.symbol ?? []))].sort(), []);
  const take = (event: FormEvent) => {
    event.preventDefault();
    setParams({ benchmark: field.current?.value.trim() ?? "" });
  };
  return (
    <form onSubmit={take} className="benchmark">
      <label>against <input ref={field} list="benchmarks" defaultValue={chosen} placeholder="a symbol" size={9} aria-label="Benchmark" onBlur={take} /></label>
      <datalist id="benchmarks">{symbols.map((symbol) => <option key={symbol} value={symbol} />)}</datalist>
    </form>
  );
}

function drawnOf({ series, currency, benchmark, from, to }: PerformanceAnswer): Drawn {
  const known = series.filter(({ index }) => index !== null);
  const percent = (value: number | null) => (value === null ? null : 100 * (value - 1));
  const span = `${(from ?? to).slice(0, 10)} to ${to.slice(0, 10)}`;
  if (known.length < 2) {
    const told = series.filter(({ pnl }) => pnl !== null);
    return { times: told.map(({ at }) => Date.parse(at) / 1_000), lines: [{ label: "Net P&L", values: told.map(({ pnl }) => Number(pnl)) }], unit: currency, says: `Net P&L in ${currency}, ${span}. Without capital there are no returns: tell of deposits with fillbook events.` };
  }
  const own: Line = { label: "Book", values: known.map(({ index }) => percent(index)) };
  const other: Line[] = benchmark === null ? [] : [{ label: benchmark.symbol.slice(0, 10), values: known.map((point) => percent(point.benchmark)) }];
  const joined = benchmark === null ? "" : benchmark.intervals === 0 ? ` ${benchmark.symbol} has no closes in it: give them with fillbook prices.` : ` Joined with ${benchmark.symbol} on ${benchmark.intervals} days; ${benchmark.noPriceAtStart + benchmark.noPriceAtEnd} without a close are left out.`;
  return { times: known.map(({ at }) => Date.parse(at) / 1_000), lines: [own, ...other], unit: "%", says: `Percent since ${span.slice(0, 10)}, time-weighted: deposits do not show.${joined}` };
}
