import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from "react";
import type { ReplicaRow } from "../../../src/core/wire/index.ts";
import { store } from "../../data/index.ts";
import { go, linkTo, setParams, useKeys, type Key } from "../../nav/index.ts";
import type { BlotterColumn } from "./columns.tsx";
import { classOf, Line, type GroupPnl } from "./line.tsx";
import { padsOf, widthsOf, type LineOf } from "./lines.ts";

export interface BlotterProps {
  readonly lines: readonly LineOf[];
  readonly columns: readonly BlotterColumn[];
  readonly sort: string;
  readonly groups: { readonly currency: string; readonly groups: readonly GroupPnl[] } | undefined;
  readonly isCompact: boolean;
  readonly onToggle: (key: string) => void;
}

const LINE_PX = 28;
const COMPACT_PX = 24;
const NAME_PX = 176;
const PAGE = 20;

/** The lines in sight, each drawn when its own position changes. Arrow keys move, Enter opens, s shows the symbol. */
export function Blotter({ lines, columns, sort, groups, isCompact, onToggle }: BlotterProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => (isCompact ? COMPACT_PX : LINE_PX), overscan: 8 });
  const showsAccount = useMemo(() => new Set(store.keys().map((key) => store.row(key)?.account)).size > 1, [store.keysVersion]);
  const pnlOf = useMemo(() => new Map(groups?.groups.map((group) => [group.key, group])), [groups]);
  const items = virtual.getVirtualItems();
  const longest = useRef<ReadonlyMap<string, number>>(new Map());
  const broadest = useRef<ReadonlyMap<string, number>>(new Map());
  const rows = items.flatMap(({ index }) => rowsOf(lines[index]));
  const pads = (longest.current = padsOf(rows, longest.current));
  const wide = (broadest.current = widthsOf(rows, pads, broadest.current));
  const widthOf = ({ key, width }: BlotterColumn) => Math.max(width, wide.get(key) ?? 0);
  const widths = [`minmax(${NAME_PX}px, 1fr)`, ...columns.map((column) => `${widthOf(column)}px`)].join(" ");
  const width = NAME_PX + columns.reduce((sum, column) => sum + widthOf(column), 0);
  const style = { "--columns": widths, "--narrow-columns": narrowWidths(columns, wide), "--least-width": `${width}px` } as CSSProperties;
  const move = (to: number) => {
    const next = Math.max(0, Math.min(lines.length - 1, to));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  const keys = useMemo((): Key[] => [{ key: "ArrowDown", says: "Into the blotter", act: () => { scroller.current?.focus(); setActive((before) => Math.max(0, before)); } }], []);
  useKeys(keys);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const line = lines[active];
    const isNet = line?.is === "net";
    if (event.key === "ArrowDown") move(active + 1);
    else if (event.key === "ArrowUp") move(active - 1);
    else if (event.key === "PageDown") move(active + PAGE);
    else if (event.key === "PageUp") move(active - PAGE);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(lines.length - 1);
    else if (event.key === "Enter" && isNet) onToggle(line.key);
    else if (event.key === "ArrowRight" && isNet && !line.isOpen) onToggle(line.key);
    else if (event.key === "ArrowLeft" && isNet && line.isOpen) onToggle(line.key);
    else if (event.key === "s" && line !== undefined && line.is !== "group") showSymbol(line.key);
    else return;
    event.preventDefault();
  };
  const sortBy = (key: string, isText: boolean) => setParams({ sort: sort === key ? `-${key}` : sort === `-${key}` ? (key === "symbol" ? undefined : "") : isText ? key : `-${key}` });
  const head = (key: string, title: string, says: string, className: string, isText: boolean) => {
    const order = sort === key || (key === "symbol" && sort === "") ? "ascending" : sort === `-${key}` ? "descending" : "none";
    return (
      <span key={key} role="columnheader" aria-sort={order} title={says} className={className}>
        <button type="button" onClick={() => sortBy(key, isText)}>{title === "" ? <span className="hidden-name">Currency</span> : title}<span className="order" aria-hidden="true">{order === "none" ? "" : order === "ascending" ? "↑" : "↓"}</span></button>
      </span>
    );
  };
  return (
    <div className={isCompact ? "blotter compact" : "blotter"} ref={scroller} role="treegrid" aria-label="Positions" aria-rowcount={lines.length + 1} aria-activedescendant={active < 0 ? undefined : `line-${active}`} tabIndex={0} style={style} onKeyDown={press}
      onClick={(event) => { const at = (event.target as Element).closest<HTMLElement>(".line")?.dataset["index"]; if (at !== undefined) setActive(Number(at)); }}
      onDoubleClick={(event) => { const at = (event.target as Element).closest<HTMLElement>(".line.net")?.dataset["index"]; const line = at === undefined ? undefined : lines[Number(at)]; if (line?.is === "net") onToggle(line.key); }}>
      <div className="head" role="row" aria-rowindex={1}>
        {head("symbol", "Position", "by symbol", "name", true)}
        {columns.map((column) => head(column.key, column.title, column.says, classOf(column), column.isText === true))}
      </div>
      <div className="lines" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const line = lines[index];
          return line === undefined ? null : <Line key={line.id} line={line} index={index} top={start} columns={columns} pads={pads} isActive={index === active} showsAccount={showsAccount} pnl={line.is === "group" ? pnlOf.get(line.group) : undefined} currency={groups?.currency} onToggle={onToggle} />;
        })}
      </div>
    </div>
  );
}

/** The rows whose figures a line shows, with its venues: so that opening it moves nothing. */
function rowsOf(line: LineOf | undefined): ReplicaRow[] {
  if (line === undefined || line.is === "group") return [];
  const row = store.row(line.key);
  return row === undefined ? [] : [row, ...store.venues(line.key)];
}

function showSymbol(key: string): void {
  const row = store.row(key);
  if (row !== undefined) go(linkTo("symbol", row.symbol, { account: row.account }));
}

const NARROW_LEAST_PX = 72;
const NARROW_MOST_PX = 132;

/** On a phone figures take what they need: what is left names the row. */
function narrowWidths(columns: readonly BlotterColumn[], needed: ReadonlyMap<string, number>): string {
  const widthOf = (key: string) => Math.min(NARROW_MOST_PX, Math.max(NARROW_LEAST_PX, needed.get(key) ?? 0));
  return ["minmax(0, 1fr)", ...columns.filter(({ narrow }) => narrow).map(({ key }) => (key === "currency" ? "40px" : `${widthOf(key)}px`))].join(" ");
}
