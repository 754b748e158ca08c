import type { ReactNode } from "react";
import { store, useNowMs, useResource, useStanding } from "../../data/index.ts";
import { Age, ageText, estimateText, grouped } from "../../figures/index.ts";
import { Known, Panel } from "../../parts/index.ts";

interface Status {
  readonly state: string;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly seq: number;
  readonly durableSeq: number;
  readonly waiting: number;
  readonly journal: { readonly segments: number; readonly bytes: number };
  readonly stream: { readonly clients: number; readonly lagEntries: number; readonly queuedBytes: number };
  readonly residentBytes: number;
  readonly refused: readonly { readonly reason: string; readonly rows: number }[];
}

const EVERY_MS = 2_000;
const STATES: Readonly<Record<string, string>> = { ready: "takes fills", recovering: "reads its journal", read_only: "reads only", stopping: "stops", stopped: "has stopped" };

/** How far the journal is, what of it is on disk, and how far the stream and this page are behind. */
export function JournalPanel(): ReactNode {
  const status = useResource<Status>("/v1/status", EVERY_MS);
  const { seq, state } = useStanding();
  useNowMs();
  const { heardAtMs } = store.connection;
  return (
    <Panel title="Journal and stream" className="journal">
      <Known of={status}>
        {(service) => (
          <dl className="facts">
            <Fact name="Service">{STATES[service.state] ?? service.state}{service.reason === null ? "" : `: ${service.reason}`}, started <Age at={service.startedAt} /> ago</Fact>
            <Fact name="Last entry">{count(service.seq)}</Fact>
            <Fact name="On disk through">{count(service.durableSeq)}{service.durableSeq < service.seq && <span className="warn"> {count(service.seq - service.durableSeq)} wait for the disk</span>}</Fact>
            <Fact name="Rows that wait">{count(service.waiting)}</Fact>
            <Fact name="Journal">{estimateText(service.journal.bytes / 1e6, 1)} MB in {service.journal.segments === 1 ? "1 segment" : `${count(service.journal.segments)} segments`}</Fact>
            <Fact name="Stream">{service.stream.clients === 1 ? "1 client" : `${count(service.stream.clients)} clients`}, {count(service.stream.lagEntries)} entries behind</Fact>
            <Fact name="This page">{seq === undefined ? "holds nothing yet" : `holds entry ${count(seq)}`}{state.is === "live" && heardAtMs !== undefined && `, heard ${ageText((performance.now() - heardAtMs) / 1_000)} ago`}, {count(store.changes)} rows changed</Fact>
            <Fact name="Memory">{estimateText(service.residentBytes / 1e6, 0)} MB</Fact>
            <Fact name="Refused since the start">{service.refused.length === 0 ? "nothing" : service.refused.map(({ reason, rows }) => `${count(rows)} × ${reason.replaceAll("_", " ")}`).join(", ")}</Fact>
          </dl>
        )}
      </Known>
    </Panel>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function count(value: number): string {
  return grouped(`${value}`);
}
