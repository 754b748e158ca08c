import { useState, type FormEvent, type ReactNode } from "react";
import type { WireBreaker } from "../../../src/core/wire/index.ts";
import { Refused, send, useResource, useRisk, type Overview } from "../../data/index.ts";
import { Age, Figure, grouped, Time } from "../../figures/index.ts";
import { breakerWords, Dialog, Failure, Panel } from "../../parts/index.ts";

/** What `POST /v1/breaker/trip` and `/reset` answer. */
interface Stands {
  readonly state: WireBreaker["state"];
  readonly who: string | null;
  readonly since: string | null;
  readonly seq: number;
}

const STATES = { closed: "closed: orders pass", open: "open: only orders that reduce a position pass", half_open: "half open: orders that reduce pass, and a few probes" } as const;

/** How the breaker stands, and the switch: it asks once, says what will happen, and shows what was journaled. */
export function BreakerPanel(): ReactNode {
  const { breaker } = useRisk();
  const [why, setWhy] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [done, setDone] = useState<Stands>();
  if (breaker === undefined) return <Panel title="Breaker"><p className="waiting">Waiting for the book …</p></Panel>;
  const act = breaker.state === "closed" ? "trip" : "reset";
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setDone(undefined);
    setAsking(true);
  };
  return (
    <Panel title="Breaker" className="breaker-panel">
      <p className={breaker.state === "closed" ? "" : "danger"}>It is {STATES[breaker.state]}.</p>
      {breaker.since !== null && <p className="small">Since <Time at={breaker.since} />, <Age at={breaker.since} />{breaker.who === null ? "" : `, by ${breaker.who}`}{breaker.reason === null ? "" : `: ${breakerWords(breaker.reason)}`}</p>}
      <form onSubmit={ask}>
        <label>Why <input value={why} onChange={(event) => setWhy(event.target.value)} required placeholder={act === "trip" ? "venue X answers no more" : "it answers again"} /></label>
        <button className={act === "trip" ? "danger-act" : "primary"}>{act === "trip" ? "Open the breaker …" : "Close the breaker …"}</button>
      </form>
      {done !== undefined && <p className="done" role="status">Journaled through entry {grouped(`${done.seq}`)}: the breaker is {STATES[done.state]}{done.who === null ? "" : `, by ${done.who}`}.</p>}
      {isAsking && <Asked act={act} why={why} onClose={() => setAsking(false)} onDone={(stands) => { setAsking(false); setDone(stands); setWhy(""); }} />}
    </Panel>
  );
}

function Asked({ act, why, onClose, onDone }: { readonly act: "trip" | "reset"; readonly why: string; readonly onClose: () => void; readonly onDone: (stands: Stands) => void }): ReactNode {
  const { data } = useResource<Overview>("/v1/overview", 1_000, { isFolded: true });
  const [problem, setProblem] = useState<string>();
  const [isSending, setSending] = useState(false);
  const go = () => {
    setSending(true);
    send<Stands>("POST", `/v1/breaker/${act}`, { why }).then(onDone, (error: unknown) => {
      setSending(false);
      setProblem(error instanceof Refused ? error.message : String(error));
    });
  };
  return (
    <Dialog title={act === "trip" ? "Open the breaker?" : "Close the breaker?"} onClose={onClose}>
      <p>{act === "trip" ? "From then on only orders pass that make a position smaller, until somebody resets it or it cools down. Fills are booked as before." : "From then on orders pass again, as far as the limits allow. A limit that is still breached may trip it once more."}</p>
      {data !== undefined && <p>The book holds {grouped(`${data.openPositions}`)} open positions, net <Figure exact={data.netExposure} most={0} unit={data.currency} />, gross <Figure exact={data.grossExposure} most={0} unit={data.currency} />; {data.breached === 1 ? "1 limit is" : `${data.breached} limits are`} breached.</p>}
      <p>Reason: {why}</p>
      {problem !== undefined && <Failure says={problem} />}
      <div className="acts">
        <button type="button" onClick={onClose}>Leave it as it is</button>
        <button type="button" data-first className={act === "trip" ? "danger-act" : "primary"} disabled={isSending} onClick={go}>{act === "trip" ? "Open it" : "Close it"}</button>
      </div>
    </Dialog>
  );
}
