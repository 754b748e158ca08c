import type { ReactNode } from "react";
import type { Resource } from "../../data/index.ts";
import { estimateText } from "../../figures/index.ts";
import { linkTo } from "../../nav/index.ts";
import { Known, Panel } from "../../parts/index.ts";
import type { Study } from "./study.ts";

const STRONGEST = 45; // percent of the colour at a correlation of one: text stays readable on it

/** How returns of what is held move together: figures in every cell, colour beside them. */
export function Correlations({ study }: { readonly study: Resource<Study> }): ReactNode {
  const observations = study.data?.correlation.observations;
  return (
    <Panel title="Correlation of what is held" aside={observations === undefined ? undefined : `${observations.toLocaleString("en-US")} days`} className="correlations">
      <Known of={study}>
        {({ correlation: { symbols, values, exposures, left } }) => (symbols.length < 2 ? <p className="note">It takes two symbols with 60 daily closes each: <code>npx fillbook prices closes.csv</code></p> : (
          <>
            <div className="heat-scroller" tabIndex={0} role="group" aria-label="Correlations">
              <table className="heat">
                <caption>Correlation of the daily returns of what is held</caption>
                <thead><tr><td />{symbols.map((symbol) => <th key={symbol} scope="col" title={symbol}>{short(symbol)}</th>)}</tr></thead>
                <tbody>
                  {symbols.map((symbol, i) => (
                    <tr key={symbol}>
                      <th scope="row" title={exposures[i]! < 0 ? "held short" : "held long"}><a href={linkTo("symbol", symbol)}>{short(symbol)}</a> <span className="small">{exposures[i]! < 0 ? "short" : "long"}</span></th>
                      {values[i]!.map((value, j) => <Cell key={symbols[j]} value={value} isOwn={i === j} of={`${symbol} and ${symbols[j]}`} />)}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {left > 0 && <p className="note">{left} more {left === 1 ? "symbol is" : "symbols are"} held: too few closes, or a smaller exposure.</p>}
          </>
        ))}
      </Known>
    </Panel>
  );
}

function Cell({ value, isOwn, of }: { readonly value: number | null; readonly isOwn: boolean; readonly of: string }): ReactNode {
  if (value === null) return <td className="unknown" title={`Unknown: one of ${of} never varies`}>–</td>;
  const colour = value < 0 ? "var(--series-2)" : "var(--series-1)";
  const strength = Math.round(Math.abs(value) * STRONGEST);
  return <td className={isOwn ? "own" : undefined} title={`${of}: ${value.toFixed(4)}`} style={isOwn ? undefined : { background: `color-mix(in oklch, ${colour} ${strength}%, var(--surface))` }}>{isOwn ? "1" : estimateText(value, 2)}</td>;
}

/** A pair by its base, where the quote says little. */
function short(symbol: string): string {
  return symbol.replace(/[/-]USD[TC]?$/, "");
}
