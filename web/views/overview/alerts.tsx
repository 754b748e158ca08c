import type { ReactNode } from "react";
import { useRisk, useStanding, type Overview } from "../../data/index.ts";
import { Age, grouped } from "../../figures/index.ts";
import { linkTo } from "../../nav/index.ts";
import { breakerWords, limitWords, Panel, scopeWords } from "../../parts/index.ts";

const MOST_SHOWN = 6;

/** What wants to be looked at, in sentences; the newest first. */
export function Alerts({ overview }: { readonly overview: Overview }): ReactNode {
  const { breaker, breaches } = useRisk();
  const { state } = useStanding();
  const { limits, unvalued, near, breached } = overview;
  const over = [...breaches, ...limits.flatMap(({ name, scope, breach }) => (breach === true && !breaches.some((one) => one.limit === name && one.scope === scope) ? [{ limit: name, scope, since: null }] : []))];
  const isQuiet = breaches.length === 0 && unvalued === 0 && breaker?.state === "closed" && state.is === "live" && breached === 0;
  return (
    <Panel title="Alerts" aside={isQuiet ? "nothing to look at" : undefined} className="alerts">
      <ul>
        {breaker !== undefined && breaker.state !== "closed" && <li className="is-danger"><a href={linkTo("operations")}>The breaker is {breaker.state === "open" ? "open" : "half open"}</a>{breaker.reason === null ? "" : `: ${breakerWords(breaker.reason)}`} <span className="age"><Age at={breaker.since} /></span></li>}
        {unvalued > 0 && <li className="is-warn"><a href={linkTo("positions", undefined, { only: "unvalued" })}>{unvalued === 1 ? "1 position has" : `${grouped(`${unvalued}`)} positions have`} no mark that counts</a>: equity is not known</li>}
        {over.slice(0, MOST_SHOWN).map(({ limit, scope, since }) => <li key={`${limit} ${scope}`} className="is-danger over"><a href={linkTo("risk")}>{limitWords(limit)} of {scopeWords(scope)}</a><span className="age">over{since !== null && <> for <Age at={since} /></>}</span></li>)}
        {over.length > MOST_SHOWN && <li><a href={linkTo("risk")}>{over.length - MOST_SHOWN === 1 ? "1 more limit is" : `${over.length - MOST_SHOWN} more limits are`} breached</a></li>}
        {near > 0 && <li className="is-warn"><a href={linkTo("risk")}>{near === 1 ? "1 limit is" : `${near} limits are`} near</a></li>}
        {isQuiet && near === 0 && <li>Every limit is kept, every position has a mark.</li>}
      </ul>
    </Panel>
  );
}
