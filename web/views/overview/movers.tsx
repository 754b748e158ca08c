import { useMemo, type ReactNode } from "react";
import { useNowMs, useResource } from "../../data/index.ts";
import { ageText, compareExact, Figure } from "../../figures/index.ts";
import { go, linkTo } from "../../nav/index.ts";
import { DataTable, Known, Panel, SignedBar, type Column } from "../../parts/index.ts";

interface Pnl {
  readonly currency: string;
  readonly groups: readonly { readonly key: string; readonly unrealized: string | null; readonly net: string | null }[];
}
interface Made {
  readonly groups: readonly { readonly key: string; readonly totalPnl: string | null }[];
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
const EVERY_MS = 2_000;
/** What is folded from a long journal is asked for more seldom: then it says how old it is. Of a book that stands still it says nothing. */
const OLD_SECONDS = 30;

/** Symbols by what they made since midnight UTC. The service reckons it, from one state of the journal: corrections of the days before are none of today's. */
export function Movers(): ReactNode {
  const nowMs = useNowMs();
  const midnight = new Date(Math.floor(nowMs / DAY_MS) * DAY_MS).toISOString();
  const now = useResource<Pnl>("/v1/pnl?by=symbol", EVERY_MS, { isFolded: true });
  const made = useResource<Made>(`/v1/attribution?by=symbol&from=${midnight}`, EVERY_MS, { isFolded: true });
  const movers = useMemo(() => (now.data === undefined || made.data === undefined ? undefined : moversOf(now.data, made.data)), [now.data, made.data]);
  const columns = useMemo(() => columnsOf(now.data?.currency ?? ""), [now.data?.currency]);
  const ageSeconds = made.atMs === undefined ? 0 : (performance.now() - made.atMs) / 1_000;
  return (
    <Panel title="Top movers" aside={`net P&L since midnight UTC${ageSeconds < OLD_SECONDS ? "" : `, as of ${ageText(ageSeconds)} ago`}`}>
      <Known of={{ ...now, data: movers, error: now.error ?? made.error }}>
        {(rows) => <DataTable caption="Symbols that made or lost most today" columns={columns} rows={rows} keyOf={({ symbol }) => symbol} onOpen={({ symbol }) => go(linkTo("symbol", symbol))} />}
      </Known>
    </Panel>
  );
}

function columnsOf(currency: string): Column<Mover>[] {
  const money = (key: "day" | "unrealized" | "net", title: string, why: string): Column<Mover> => ({ key, title: `${title}, ${currency}`, compare: (a, b) => compareExact(a[key], b[key]), cell: (row) => <Figure exact={row[key]} currency={currency} pad={2} signed flashes={key === "day"} why={why} /> });
  return [
    { key: "symbol", title: "Symbol", isText: true, narrow: true, cell: ({ symbol }) => <a href={linkTo("symbol", symbol)}>{symbol}</a> },
    { ...money("day", "Day", "a mark is missing, now or at midnight"), narrow: true },
    { key: "bar", title: "", cell: ({ share }) => <SignedBar share={share} /> },
    money("unrealized", "Unrealized", "a mark is missing"),
    money("net", "Net P&L", "a mark is missing"),
  ];
}

function moversOf(now: Pnl, made: Made): Mover[] {
  const stands = new Map(now.groups.map((group) => [group.key, group]));
  const all = made.groups.map(({ key, totalPnl }) => ({ symbol: key, day: totalPnl, unrealized: stands.get(key)?.unrealized ?? null, net: stands.get(key)?.net ?? null }));
  const size = ({ day }: { readonly day: string | null }) => Math.abs(Number(day ?? 0));
  const top = all.sort((a, b) => size(b) - size(a)).slice(0, MOST_SHOWN);
  const largest = Math.max(...top.map(size), 1e-12);
  return top.map((mover) => ({ ...mover, share: Number(mover.day ?? 0) / largest }));
}
