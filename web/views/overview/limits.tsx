import type { ReactNode } from "react";
import type { Limit, Overview } from "../../data/index.ts";
import { grouped } from "../../figures/index.ts";
import { linkTo } from "../../nav/index.ts";
import { LimitBar, limitValueText, limitWords, Panel, reasonWords, scopeWords } from "../../parts/index.ts";

/** Limits as bars that fill, the nearest first. */
export function LimitList({ overview: { limits, breached, near, unknown } }: { readonly overview: Overview }): ReactNode {
  const says = [breached > 0 && `${grouped(`${breached}`)} breached`, near > 0 && `${grouped(`${near}`)} near`, unknown > 0 && `${grouped(`${unknown}`)} not known`].filter((part) => part !== false).join(" · ");
  return (
    <Panel title="Limits" aside={says === "" ? "all kept" : says} className="limits">
      {limits.length === 0 ? <p className="small">No limit is set: <code>PUT /v1/limits</code>, or <code>risk</code> in fillbook.yaml.</p> : (
        <ul>
          {limits.map((limit) => <li key={`${limit.name} ${limit.scope}`}><LimitLine limit={limit} /></li>)}
        </ul>
      )}
      <p className="small"><a href={linkTo("risk")}>All of them</a></p>
    </Panel>
  );
}

function LimitLine({ limit }: { readonly limit: Limit }): ReactNode {
  const { name, scope, value, limit: bound, utilization, breach, warning, reason } = limit;
  const words = `${limitWords(name)} of ${scopeWords(scope)}`;
  return (
    <div className="limit" title={value === null ? `Unknown: ${reasonWords(reason) ?? "it is not said why"}` : `${value} of ${bound}`}>
      <span className="name">{limitWords(name)} <span className="small">{scopeWords(scope)}</span></span>
      <span className={`of ${breach === true ? "danger" : warning ? "warn" : ""}`}>{breach === true ? "over " : warning ? "near " : ""}{value === null ? "not known" : limitValueText(value, name)}<span className="small"> of {limitValueText(bound, name)}</span></span>
      <LimitBar utilization={utilization} breach={breach} warning={warning} label={words} />
    </div>
  );
}
