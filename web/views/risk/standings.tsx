import { useState, type ReactNode } from "react";
import type { LimitStanding } from "../../../src/core/risk/index.ts";
import { useResource } from "../../data/index.ts";
import { grouped } from "../../figures/index.ts";
import { LimitBar, limitValueText, limitWords, Known, Panel, reasonWords, scopeWords } from "../../parts/index.ts";

/** `GET /v1/risk/limits`. */
interface Answer {
  readonly currency: string;
  readonly limits: readonly LimitStanding[];
  readonly breached: number;
  readonly near: number;
  readonly unknown: number;
  readonly kept: number;
}

const EVERY_MS = 2_000;
const MOST_ASKED = 200;
const SHOWN_FIRST = 14;

/** Every limit and what stands to it, the nearest first. */
export function Standings(): ReactNode {
  const [areAll, setAll] = useState(false);
  const answer = useResource<Answer>(`/v1/risk/limits?limit=${MOST_ASKED}`, EVERY_MS, { isFolded: true });
  const { breached = 0, near = 0, unknown = 0, kept = 0 } = answer.data ?? {};
  const counts = [breached > 0 && `${grouped(`${breached}`)} over`, near > 0 && `${grouped(`${near}`)} near`, unknown > 0 && `${grouped(`${unknown}`)} not known`, `${grouped(`${kept}`)} kept`].filter((part) => part !== false).join(" · ");
  return (
    <Panel title="Limits" aside={answer.data === undefined ? undefined : counts} className="standings">
      <Known of={answer}>
        {({ limits }) => (limits.length === 0 ? <p className="note">No limit is set: <code>PUT /v1/limits</code>, or <code>risk</code> in fillbook.yaml.</p> : (
          <>
            <ul>{limits.slice(0, areAll ? MOST_ASKED : SHOWN_FIRST).map((limit) => <li key={`${limit.name} ${limit.scope}`}><Line limit={limit} /></li>)}</ul>
            {limits.length > SHOWN_FIRST && <button type="button" className="all" onClick={() => setAll((before) => !before)}>{areAll ? "Only the nearest" : `All ${limits.length}`}</button>}
            {areAll && breached + near + unknown + kept > limits.length && <p className="note">The {limits.length} nearest of {(breached + near + unknown + kept).toLocaleString("en-US")}.</p>}
          </>
        ))}
      </Known>
    </Panel>
  );
}

function Line({ limit: { name, scope, value, limit: bound, utilization, breach, warning, reason } }: { readonly limit: LimitStanding }): ReactNode {
  const words = limitWords(name);
  const state = breach === true ? "over" : warning ? "near" : "";
  return (
    <div className="standing-line" title={`${words} of ${scopeWords(scope)}: ${value === null ? `not known, ${reasonWords(reason) ?? "it is not said why"}` : `${value} of ${bound ?? "none"}`}`}>
      <span className="name">{words} <span className="small">{scopeWords(scope)}</span></span>
      <span className={breach === true ? "danger" : warning ? "warn" : ""}>{state}{state === "" ? "" : " "}{value === null ? "not known" : limitValueText(value, name)}<span className="small"> of {limitValueText(bound, name)}</span></span>
      <LimitBar utilization={value === null ? null : (utilization ?? 1)} breach={breach} warning={warning} label={`${words} of ${scopeWords(scope)}`} />
    </div>
  );
}
