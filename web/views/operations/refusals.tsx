import { useMemo, useState, type ReactNode } from "react";
import { useResource } from "../../data/index.ts";
import { grouped, Time } from "../../figures/index.ts";
import { linkTo } from "../../nav/index.ts";
import { Code, DataTable, Dialog, Known, Panel, type Column } from "../../parts/index.ts";

interface Refusal {
  readonly seq: number;
  readonly time: string;
  readonly account: string;
  readonly venue: string;
  readonly symbol: string;
  readonly id: string;
  readonly code: string;
  readonly why: string;
  readonly raw: string;
}
interface Refusals {
  readonly refusals: readonly Refusal[];
  readonly next: string | null;
}

const EVERY_MS = 5_000;
const MOST_SHOWN = 500;

/** Fills that were not booked: why, and the row as it came. */
export function RefusalPanel(): ReactNode {
  const refusals = useResource<Refusals>(`/v1/refusals?limit=${MOST_SHOWN}`, EVERY_MS);
  const [open, setOpen] = useState<Refusal>();
  const { data } = refusals;
  const says = useMemo(() => (data === undefined ? undefined : data.refusals.length === 0 ? "none" : data.refusals.length === 1 ? "1 fill" : data.next === null ? `${grouped(`${data.refusals.length}`)} fills` : `the last ${grouped(`${data.refusals.length}`)}`), [data]);
  return (
    <Panel title="Refusals" aside={says} className="refusals">
      <Known of={refusals}>
        {({ refusals: rows }) => (rows.length === 0 ? <p className="small">Every fill that came was booked, or was a repeat of one that was.</p> : <DataTable caption="Refused fills, the newest first" columns={COLUMNS} rows={rows} keyOf={({ seq }) => `${seq}`} onOpen={setOpen} height={Math.min(300, 32 + rows.length * 28)} />)}
      </Known>
      {open !== undefined && (
        <Dialog title={`Entry ${grouped(`${open.seq}`)} was refused`} onClose={() => setOpen(undefined)}>
          <p>{open.why}</p>
          <p className="small">Fill {open.id} of <a href={linkTo("symbol", open.symbol)}>{open.symbol}</a> on {open.venue}, account {open.account}; it came as</p>
          <Code>{open.raw}</Code>
          <p className="small">Mend the row and post it again under another id, or send an <code>amend</code> of the first one to /v1/events.</p>
        </Dialog>
      )}
    </Panel>
  );
}

const COLUMNS: readonly Column<Refusal>[] = [
  { key: "seq", title: "Entry", narrow: true, cell: ({ seq }) => grouped(`${seq}`), compare: (a, b) => a.seq - b.seq },
  { key: "time", title: "Time", isText: true, cell: ({ time }) => <Time at={time} /> },
  { key: "symbol", title: "Symbol", isText: true, narrow: true, cell: ({ symbol }) => symbol },
  { key: "venue", title: "Venue", isText: true, cell: ({ venue }) => venue },
  { key: "account", title: "Account", isText: true, cell: ({ account }) => account },
  { key: "id", title: "Fill", isText: true, cell: ({ id }) => id },
  { key: "why", title: "Why", isText: true, narrow: true, cell: ({ why }) => <span className="why" title={why}>{why}</span> },
  { key: "raw", title: "As it came", isText: true, cell: ({ raw }) => <code className="raw" title={raw}>{raw}</code> },
];
