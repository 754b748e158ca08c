import { useMemo, useState, type ReactNode } from "react";
import "./positions.css";
import { keptInBrowser, store, useBookVersion, useResource, useStanding } from "../../data/index.ts";
import { csvOf, download, grouped } from "../../figures/index.ts";
import { linkTo, setParams, usePlace } from "../../nav/index.ts";
import { Empty } from "../../parts/index.ts";
import { Blotter } from "./blotter.tsx";
import { columnOf, COLUMNS, type BlotterColumn } from "./columns.tsx";
import { Filters } from "./filters.tsx";
import type { GroupPnl } from "./line.tsx";
import { inOrder, linesOf, sumsOf, type Choice, type LineOf, type Source } from "./lines.ts";

interface Pnl {
  readonly currency: string;
  readonly groups: readonly GroupPnl[];
}
interface Attribution {
  readonly groups: readonly { readonly keys: readonly string[] }[];
}

const EVERY_MS = 1_000;
const GROUPS_MS = 5_000;
const CHOSEN = "fillbook-columns";
const COMPACT = "fillbook-compact";
/** Sorted by anything that the market moves, the order follows it; else it changes only when positions come and go. */
const STILL = new Set(["", "symbol", "-symbol", "account", "-account", "kind", "-kind"]);

/** The blotter: every position, net; each opens into its venues and lots. */
export default function Positions(): ReactNode {
  const { params } = usePlace();
  const { seq } = useStanding();
  const version = useBookVersion(EVERY_MS);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState(chosenColumns);
  const [isCompact, setCompact] = useState(() => keptInBrowser.get(COMPACT) === "yes");
  const choice = useMemo(() => choiceOf(params), [params]);
  const strategies = useStrategies(choice.group === "strategy");
  const isStill = STILL.has(choice.sort) && choice.only === undefined;
  const keys = useMemo(() => inOrder(store.keys(), (key, venue) => store.row(key, venue)), [store.keysVersion]);
  const source = useMemo((): Source => ({ keys, row: (key, venue) => store.row(key, venue), venues: (key) => store.venues(key), strategies }), [keys, store.shape, isStill ? 0 : version, strategies]);
  const { lines, shown } = useMemo(() => linesOf(source, choice, open), [source, choice, open]);
  const pnl = useResource<Pnl>(choice.group === undefined ? undefined : `/v1/pnl?by=${choice.group}`, GROUPS_MS, { isFolded: true });
  const isNarrowed = shown < source.keys.length && (choice.group === "account" || choice.group === "venue");
  const groups = useMemo(() => (isNarrowed ? { currency: pnl.data?.currency ?? "", groups: sumsOf(lines, source) } : pnl.data), [isNarrowed, lines, source, pnl.data, isNarrowed ? version : 0]);
  const columns = useMemo(() => chosen.flatMap((key) => columnOf(key) ?? []), [chosen]);
  const choose = (wanted: readonly string[]) => {
    setChosen(wanted);
    keptInBrowser.set(CHOSEN, JSON.stringify(wanted));
  };
  const compact = (wanted: boolean) => {
    setCompact(wanted);
    keptInBrowser.set(COMPACT, wanted ? "yes" : "no");
  };
  const toggle = useMemo(() => (key: string) => setOpen((before) => toggled(before, key)), []);
  if (seq === undefined) return <p className="waiting" role="status">Waiting for the book …</p>;
  if (source.keys.length === 0) return <Empty title="No positions yet"><p>Drop a CSV of fills anywhere on this page; the <a href={linkTo("overview")}>overview</a> says what else there is.</p></Empty>;
  return (
    <div className="positions">
      <Filters choice={choice} source={source} columns={chosen} onColumns={choose} isCompact={isCompact} onCompact={compact} onExport={() => download("positions.csv", csvOf(headOf(columns, choice), exported(lines, columns, choice)))} />
      <p className="count small" role="status">{shown === source.keys.length ? `${grouped(`${shown}`)} positions` : `${grouped(`${shown}`)} of ${grouped(`${source.keys.length}`)} positions`}{choice.group === "strategy" && " · a head has all of the strategy's own P&L, whatever the filters; the rows below are whole positions in the symbols that it traded"}</p>
      {shown === 0 ? <Empty title="Nothing fits these filters"><p><button type="button" onClick={() => setParams({ q: undefined, status: undefined, account: undefined, venue: undefined, only: undefined })}>Take the filters away</button></p></Empty> : <Blotter key={`${isCompact}`} isCompact={isCompact} lines={lines} columns={columns} sort={choice.sort} groups={groups} onToggle={toggle} />}
    </div>
  );
}

function choiceOf(params: URLSearchParams): Choice {
  const status = params.get("status");
  const group = params.get("group") ?? undefined;
  return {
    text: params.get("q") ?? "", status: status === "closed" || status === "all" ? status : "open", account: params.get("account") ?? undefined, venue: params.get("venue") ?? undefined,
    only: params.get("only") ?? undefined, group: group === "account" || group === "venue" || group === "strategy" ? group : undefined, sort: params.get("sort") ?? "",
  };
}

function chosenColumns(): readonly string[] {
  const kept = keptInBrowser.get(CHOSEN);
  const usual = COLUMNS.filter(({ isUsual }) => isUsual).map(({ key }) => key);
  try {
    const keys: unknown = kept === undefined ? undefined : JSON.parse(kept);
    return Array.isArray(keys) ? COLUMNS.map(({ key }) => key).filter((key) => keys.includes(key)) : usual;
  } catch {
    return usual;
  }
}

/** Which strategies traded a position, by its symbol. */
function useStrategies(isWanted: boolean): Source["strategies"] {
  const { data } = useResource<Attribution>(isWanted ? "/v1/attribution?by=strategy,symbol" : undefined, GROUPS_MS, { isFolded: true });
  return useMemo(() => {
    const bySymbol = new Map<string, string[]>();
    for (const { keys: [strategy = "", symbol = ""] } of data?.groups ?? []) bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), strategy]);
    return ({ symbol }) => bySymbol.get(symbol) ?? [""];
  }, [data]);
}

function toggled(open: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(open);
  if (!next.delete(key)) next.add(key);
  return next;
}

function headOf(columns: readonly BlotterColumn[], { group }: Choice): string[] {
  return [...(group === "strategy" ? ["strategy"] : []), "account", "symbol", "venue", ...columns.map(({ key }) => key).filter((key) => key !== "account")];
}

/** The lines as they go into the file: exact texts, none cut. By strategy, where a position stands as often as strategies traded its symbol, each row says under which. */
function exported(lines: readonly LineOf[], columns: readonly BlotterColumn[], choice: Choice): (string | null)[][] {
  let group: string | undefined;
  return lines.flatMap((line) => {
    if (line.is === "group") group = choice.group === "strategy" ? line.group : undefined;
    if (line.is === "group" || line.is === "lot") return [];
    const row = store.row(line.key, line.is === "net" ? null : line.venue);
    return row === undefined ? [] : [[...(group === undefined ? [] : [group]), row.account, row.symbol, row.venue, ...columns.filter(({ key }) => key !== "account").map((column) => column.text(row))]];
  });
}
