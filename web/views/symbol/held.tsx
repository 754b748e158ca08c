import type { ReactNode } from "react";
import type { ReplicaRow } from "../../../src/core/wire/index.ts";
import { store, useBookVersion } from "../../data/index.ts";
import { Age, Figure, priceDecimals } from "../../figures/index.ts";
import { DataTable, Panel, VenueType, type Column } from "../../parts/index.ts";

/** What is held, account by account and venue by venue. */
export function HeldTable({ keys }: { readonly keys: readonly string[] }): ReactNode {
  useBookVersion(100);
  const rows = keys.flatMap((key) => {
    const net = store.row(key);
    return net === undefined ? [] : [net, ...store.venues(key)];
  });
  return (
    <Panel title="Position" aside={moneyIn(rows)}>
      <DataTable caption="The position, net and venue by venue" columns={COLUMNS} rows={rows} keyOf={({ account, kind, currency, venue }) => [account, kind, currency, venue].join("\u0000")} />
    </Panel>
  );
}

function moneyIn(rows: readonly ReplicaRow[]): string {
  return `money in ${[...new Set(rows.map(({ currency }) => currency))].join(", ")}`;
}

const whyNoMark = "no mark tells what it is worth, or it is older than marks.max_age";
const COLUMNS: readonly Column<ReplicaRow>[] = [
  { key: "name", title: "Where", isText: true, narrow: true, cell: ({ venue, account, venueType, status }) => (venue === null ? <b>{account}{status === "closed" ? ", closed" : ""}</b> : <span className="in">{venue} <VenueType of={venueType} /></span>) },
  { key: "quantity", title: "Quantity", narrow: true, cell: ({ quantity }) => <Figure exact={quantity} most={8} flashes /> },
  { key: "average", title: "Average", cell: ({ avgPrice, quantity }) => (quantity === "0" ? null : <Figure exact={avgPrice} most={avgPrice === null ? 2 : priceDecimals(avgPrice)} />) },
  { key: "mark", title: "Mark", cell: ({ markPrice, quantity }) => (quantity === "0" ? null : <Figure exact={markPrice} most={markPrice === null ? 2 : priceDecimals(markPrice)} flashes why={whyNoMark} />) },
  { key: "age", title: "Age", says: "of the mark", cell: ({ markTime, quantity }) => (quantity === "0" ? null : <Age at={markTime} why={whyNoMark} />) },
  { key: "value", title: "Value", cell: ({ positionValue, quantity, currency }) => (quantity === "0" ? null : <Figure exact={positionValue} currency={currency} pad={2} why={whyNoMark} />) },
  { key: "unrealized", title: "Unrealized", cell: ({ unrealizedPnl, currency }) => <Figure exact={unrealizedPnl} currency={currency} pad={2} signed flashes why={whyNoMark} /> },
  { key: "realized", title: "Realized", cell: ({ realizedPnl, currency }) => <Figure exact={realizedPnl} currency={currency} pad={2} signed flashes /> },
  { key: "fees", title: "Fees", cell: ({ fees, currency }) => <Figure exact={fees} currency={currency} pad={2} why="a rate is missing" /> },
  { key: "net", title: "Net P&L", narrow: true, cell: ({ netTotalPnl, currency }) => <Figure exact={netTotalPnl} pad={2} signed flashes unit={currency} why={whyNoMark} /> },
];
