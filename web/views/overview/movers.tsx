import { useMemo, type ReactNode } from "react";
import { useNowMs, useResource } from "../../data/index.ts";
import { compareExact, differenceText, Figure } from "../../figures/index.ts";
import { go, linkTo } from "../../nav/index.ts";
import { DataTable, Known, Panel, SignedBar, type Column } from "../../parts/index.ts";

interface Pnl {
  readonly currency: string;
  readonly groups: readonly { readonly key: string; readonly unrealized: string | null; readonly net: string | null }[];
}
interface Mover {
  readonly symbol: string;
  readonly day: string | null; // net P&L since midnight UTC
  readonly unrealized: string | null;
  readonly net: string | null;
  readonly share: number; // of the largest; for the bar only
}

const DAY_MS = 86_400_000;
const MOST_SHOWN = 12;

/** Symbols by what they made since midnight UTC: net P&L now, less what it was then. */
export function Movers(): ReactNode {
  const nowMs = useNowMs();
  const midnight = new Date(Math.floor(nowMs / DAY_MS) * DAY_MS - 1).toISOString();
  const now = useResource<Pnl>("/v1/pnl?by=symbol", 2_000, { isFolded: true });
  const then = useResource<Pnl>(`/v1/pnl?by=symbol&at=${midnight}`, Number.POSITIVE_INFINITY);
  const movers = useMemo(() => (now.data === undefined || then.data === undefined ? undefined : moversOf(now.data, then.data)), [now.data, then.data]);
  return (
    <Panel title="Top movers" aside="net P&L since midnight UTC">
      <Known of={{ ...now, data: movers, error: now.error ?? then.error }}>
        {(rows) => <DataTable caption="Symbols that made or lost most today" columns={COLUMNS} rows={rows} keyOf={({ symbol }) => symbol} onOpen={({ symbol }) => go(linkTo("symbol", symbol))} />}
      </Known>
    </Panel>
  );
}

const COLUMNS: readonly Column<Mover>[] = [
  { key: "symbol", title: "Symbol", isText: true, narrow: true, cell: ({ symbol }) => <a href={linkTo("symbol", symbol)}>{symbol}</a> },
  { key: "day", title: "Day", narrow: true, compare: (a, b) => compareExact(a.day, b.day), cell: ({ day }) => <Figure exact={day} pad={2} signed plus flashes why="a mark is missing, now or at midnight" /> },
  { key: "bar", title: "", cell: ({ share }) => <SignedBar share={share} /> },
  { key: "unrealized", title: "Unrealized", compare: (a, b) => compareExact(a.unrealized, b.unrealized), cell: ({ unrealized }) => <Figure exact={unrealized} pad={2} signed why="a mark is missing" /> },
  { key: "net", title: "Net P&L", compare: (a, b) => compareExact(a.net, b.net), cell: ({ net }) => <Figure exact={net} pad={2} signed why="a mark is missing" /> },
];

function moversOf(now: Pnl, then: Pnl): Mover[] {
  const before = new Map(then.groups.map(({ key, net }) => [key, net]));
  const all = now.groups.map(({ key, unrealized, net }) => ({ symbol: key, day: differenceText(net, before.has(key) ? before.get(key)! : "0"), unrealized, net }));
  const size = ({ day }: { readonly day: string | null }) => Math.abs(Number(day ?? 0));
  const top = all.sort((a, b) => size(b) - size(a)).slice(0, MOST_SHOWN);
  const largest = Math.max(...top.map(size), 1e-12);
  return top.map((mover) => ({ ...mover, share: Number(mover.day ?? 0) / largest }));
}
