import type { ReactNode } from "react";
import { clockOffsetMs, hasToken, showToken, store, useNowMs, useResource, useRisk, useStanding, type ConnectionState, type Overview } from "../data/index.ts";
import { ageText, Figure, grouped, timeText, turnZone, useZone } from "../figures/index.ts";
import { linkTo } from "../nav/index.ts";
import { LimitBar, limitWords, scopeWords, usedText } from "../parts/index.ts";

const EVERY_MS = 1_000;
const A_WHILE_MS = 1_000;
const STALE_SECONDS = 5;

/** What is above every view: equity, the day, exposure, the worst limit, breaker, clock, connection. */
export function TopBar(): ReactNode {
  const { data, error, atMs } = useResource<Overview>("/v1/overview", EVERY_MS, { isFolded: true });
  const { state } = useStanding();
  useNowMs();
  const age = atMs === undefined ? undefined : (performance.now() - atMs) / 1_000;
  const stale = (error !== undefined || state.is === "lost") && age !== undefined && age > STALE_SECONDS ? ageText(age) : undefined;
  const of = (key: "equity" | "dayPnl" | "netExposure" | "grossExposure") => (data === undefined ? undefined : data[key]);
  const unit = data?.currency;
  const why = data === undefined || data.unvalued === 0 ? undefined : data.unvalued === 1 ? "one position has no mark that counts" : `${data.unvalued} positions have no mark that counts`;
  return (
    <header className="top-bar">
      <h1><a href={linkTo("overview")}>Fillbook</a></h1>
      <dl className="standing" aria-label="How the book stands">
        <div data-total="equity"><dt>Equity</dt><dd><Figure exact={of("equity")} unit={unit} stale={stale} why={why ?? "no capital was told: post a deposit to /v1/events"} /></dd></div>
        <div data-total="dayPnl"><dt>Day</dt><dd><Figure exact={of("dayPnl")} unit={unit} signed stale={stale} why={why} /></dd></div>
        <div data-total="netExposure" className="wide"><dt>Net</dt><dd><Figure exact={of("netExposure")} most={0} stale={stale} why={why} /></dd></div>
        <div data-total="grossExposure" className="wide"><dt>Gross</dt><dd><Figure exact={of("grossExposure")} most={0} stale={stale} why={why} /></dd></div>
      </dl>
      <WorstLimit overview={data} />
      <BreakerSign />
      <Clock />
      <ConnectionSign knownSeq={data?.seq ?? 0} />
    </header>
  );
}

function WorstLimit({ overview }: { readonly overview: Overview | undefined }): ReactNode {
  const [worst] = overview?.limits ?? [];
  if (overview === undefined) return <span className="worst" />;
  if (worst === undefined) return <a className="worst" href={linkTo("risk")}>No limit is set</a>;
  const { utilization, breach, warning, name, scope } = worst;
  const words = limitWords(name);
  return (
    <a className="worst" href={linkTo("risk")} title={`${words} of ${scopeWords(scope)}: ${worst.value ?? "not known"} of ${worst.limit}`}>
      <span className="name">{words}</span>
      <LimitBar utilization={utilization} breach={breach} warning={warning} label={`${words}, the limit that is nearest`} />
      <span className={breach === true ? "percent danger" : "percent"}>{utilization === null ? "not known" : usedText(utilization)}</span>
    </a>
  );
}

const BREAKER = { closed: "Breaker closed", open: "Breaker open", half_open: "Breaker half open" } as const;

function BreakerSign(): ReactNode {
  const { breaker } = useRisk();
  if (breaker === undefined) return null;
  return <a className={`breaker ${breaker.state}`} href={linkTo("operations")} title={breaker.reason === null ? "Orders pass" : `${breaker.reason}, since ${breaker.since ?? "?"}`}><span className="lamp" aria-hidden="true" />{BREAKER[breaker.state]}</a>;
}

function Clock(): ReactNode {
  const nowMs = useNowMs();
  const zone = useZone();
  const offsetMs = clockOffsetMs();
  const says = offsetMs === 0 ? "" : `. It is the service's: the clock of this machine is ${ageText(Math.abs(offsetMs) / 1_000)} ${offsetMs > 0 ? "behind" : "ahead of"} it`;
  return (
    <button type="button" className="clock" onClick={turnZone} title={`Between UTC and local time${says}`}>
      <time>{timeText(new Date(nowMs).toISOString(), zone, "clock")}</time> <span className="zone">{zone === "utc" ? "UTC" : "local"}</span>
    </button>
  );
}

const SAYS: Readonly<Record<ConnectionState["is"], string>> = { connecting: "Connecting", live: "Live", lost: "Not connected", locked: "Locked", refused: "Refused" };

/** @param knownSeq the last entry that the service has told of elsewhere */
function ConnectionSign({ knownSeq }: { readonly knownSeq: number }): ReactNode {
  const { state, seq } = useStanding();
  useNowMs();
  const { heardAtMs } = store.connection;
  const silentMs = heardAtMs === undefined ? 0 : performance.now() - heardAtMs;
  const age = heardAtMs === undefined ? "" : ageText(silentMs / 1_000);
  const behind = silentMs > A_WHILE_MS ? Math.max(0, knownSeq - (seq ?? 0)) : 0; // what is a moment ahead of the stream is no lag
  return (
    <p id="connection" data-state={state.is} title={seq === undefined ? "" : `Everything up to entry ${seq} is shown; the service was last heard ${age} ago`}>
      <span className="lamp" aria-hidden="true" />
      <span className="says" role="status">{SAYS[state.is]}</span>
      {behind > 0 && <span className="warn">{grouped(`${behind}`)} behind</span>}
      {seq !== undefined && <span className="at" data-seq={seq}>seq {grouped(`${seq}`)} · {age}</span>}
      {hasToken() && <button id="forget" type="button" className="link" onClick={() => showToken(undefined)}>Forget the token</button>}
    </p>
  );
}
