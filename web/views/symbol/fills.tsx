import { useMemo, type ReactNode } from "react";
import type { Resource } from "../../data/index.ts";
import { compareTimes, Figure, grouped, Time } from "../../figures/index.ts";
import { DataTable, Known, Panel, type Column } from "../../parts/index.ts";
import type { FillRow, History } from "./history.ts";

/** Every fill, the newest first. @param currency that P&L is in; undefined: of several */
export function FillTable({ history, showsAccount, currency }: { readonly history: Resource<History>; readonly showsAccount: boolean; readonly currency: string | undefined }): ReactNode {
  const rows = useMemo(() => history.data?.history.map((row) => ({ ...row, currency })).sort((a, b) => compareTimes(b.timestamp, a.timestamp) || b.seq - a.seq), [history.data, currency]);
  return (
    <Panel title="Fills" aside={rows === undefined ? undefined : `the last ${grouped(`${rows.length}`)}`} className="fills">
      <Known of={{ ...history, data: rows }}>
        {(all) => <DataTable caption="Fills, the newest first" columns={showsAccount ? [...COLUMNS.slice(0, 2), ACCOUNT, ...COLUMNS.slice(2)] : COLUMNS} rows={all} keyOf={({ seq }) => `${seq}`} height={360} />}
      </Known>
    </Panel>
  );
}

const ACCOUNT: Column<FillRow> = { key: "account", title: "Account", isText: true, cell: ({ account }) => account };
const COLUMNS: readonly Column<FillRow>[] = [
  { key: "time", title: "Time", isText: true, narrow: true, cell: ({ timestamp }) => <Time at={timestamp} /> },
  { key: "venue", title: "Venue", isText: true, cell: ({ venue, id }) => <span title={`fill ${id}`}>{venue}</span> },
  { key: "side", title: "Side", isText: true, narrow: true, cell: ({ action }) => (action === "buy" ? "▲ buy" : "▼ sell") },
  { key: "quantity", title: "Quantity", narrow: true, cell: ({ quantity }) => <Figure exact={quantity} most={8} /> },
  { key: "price", title: "Price", narrow: true, cell: ({ price }) => <Figure exact={price} most={8} /> },
  { key: "realized", title: "Realized", says: "by this fill, before fees", cell: ({ realizedPnl, currency }) => <Figure exact={realizedPnl} pad={2} signed currency={currency} /> },
  { key: "fee", title: "Fee", cell: ({ fee, feeCurrency }) => <Figure exact={fee} pad={2} unit={feeCurrency} /> },
  { key: "after", title: "Held after", cell: ({ positionAfter }) => <Figure exact={positionAfter.quantity} most={8} /> },
];
