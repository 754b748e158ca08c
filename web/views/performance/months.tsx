import type { ReactNode } from "react";
import type { PerformanceView } from "../../../src/core/performance/index.ts";
import type { Resource } from "../../data/index.ts";
import { estimateText } from "../../figures/index.ts";
import { Known, Panel } from "../../parts/index.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const STRONGEST = 30; // percent of the colour, for the month that moved most

/** Returns by month, a year a column: compounded over the year below. */
export function Months({ of }: { readonly of: Resource<PerformanceView> }): ReactNode {
  return <Panel title="Months" aside="percent, time-weighted" className="months"><Known of={of}>{({ months }) => (months.length === 0 ? <p className="note">Returns are of capital, and none was told: import deposits with <code>npx fillbook events events.csv</code></p> : <Table months={months} />)}</Known></Panel>;
}

function Table({ months }: Pick<PerformanceView, "months">): ReactNode {
  const byMonth = new Map(months.map(({ month, return: value }) => [month, value]));
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))].slice(-4);
  const largest = Math.max(1e-9, ...months.map(({ return: value }) => Math.abs(value)));
  return (
        <table>
          <caption>Return of each month</caption>
          <thead><tr><td />{years.map((year) => <th key={year} scope="col">{year}</th>)}</tr></thead>
          <tbody>
            {MONTHS.map((name, i) => (
              <tr key={name}><th scope="row" className="text">{name}</th>{years.map((year) => <Month key={year} value={byMonth.get(`${year}-${`${i + 1}`.padStart(2, "0")}`)} largest={largest} />)}</tr>
            ))}
          </tbody>
          <tfoot><tr><th scope="row" className="text">Year</th>{years.map((year) => <td key={year}><strong>{signed([...byMonth].filter(([month]) => month.startsWith(year)).reduce((product, [, value]) => product * (1 + value), 1) - 1)}</strong></td>)}</tr></tfoot>
        </table>
  );
}

function Month({ value, largest }: { readonly value: number | undefined; readonly largest: number }): ReactNode {
  if (value === undefined) return <td className="unknown" title="Nothing happened in it">–</td>;
  const strength = Math.round((Math.abs(value) / largest) * STRONGEST);
  return <td className={value < 0 ? "loss" : "gain"} title={`${value}`} style={{ background: `color-mix(in oklch, var(--${value < 0 ? "loss" : "gain"}) ${Math.round(strength / 2)}%, var(--surface))` }}>{signed(value)}</td>;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${estimateText(100 * value, 2)}`;
}
