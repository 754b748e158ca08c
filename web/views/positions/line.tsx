import { memo, type CSSProperties, type ReactNode } from "react";
import type { ReplicaRow } from "../../../src/core/wire/index.ts";
import { useRow } from "../../data/index.ts";
import { Figure, grouped, priceDecimals, Time } from "../../figures/index.ts";
import { linkTo } from "../../nav/index.ts";
import { VenueType } from "../../parts/index.ts";
import type { BlotterColumn } from "./columns.tsx";
import type { LineOf } from "./lines.ts";

/** P&L of a group, as the service adds it up; where filters leave some of it out, of what is shown. */
export interface GroupPnl {
  readonly key: string;
  readonly realized: string | null;
  readonly unrealized: string | null;
  readonly fees: string | null;
  readonly funding: string | null;
  readonly net: string | null;
  readonly currency?: string | undefined; // the common one where it is missing
  readonly why?: string | undefined; // why it is not known
}

export interface LineProps {
  readonly line: LineOf;
  readonly columns: readonly BlotterColumn[];
  readonly pads: ReadonlyMap<string, number>;
  readonly top: number; // pixels
  readonly index: number;
  readonly isActive: boolean;
  readonly showsAccount: boolean;
  readonly pnl: GroupPnl | undefined; // of a group
  readonly currency: string | undefined; // of group figures
  readonly onToggle: (key: string) => void;
}

/** One line. It is drawn again when its own position changes, and at no other time. */
export const Line = memo(function OneLine(props: LineProps): ReactNode {
  const { line } = props;
  if (line.is === "group") return <GroupLine {...props} line={line} />;
  if (line.is === "lot") return <LotLine {...props} line={line} />;
  return <RowLine {...props} line={line} />;
});

function RowLine({ line, columns, pads, showsAccount, onToggle, ...place }: LineProps & { readonly line: Exclude<LineOf, { readonly is: "group" | "lot" }> }): ReactNode {
  const row = useRow(line.key, line.is === "net" ? null : line.venue);
  if (row === undefined) return <Shell {...place} line={line} name="" className="gone">{columns.map(({ key }) => <span key={key} role="gridcell" />)}</Shell>;
  const isNet = line.is === "net";
  const name = line.is === "venue" ? <><span className="venue-name">{row.venue}</span> <VenueType of={row.venueType} /></> : (
    <>
      {isNet && <button type="button" tabIndex={-1} className="opener" aria-label={`${line.isOpen ? "Close" : "Open"} ${row.symbol}`} onClick={() => onToggle(line.key)}><span aria-hidden="true">›</span></button>}
      <a tabIndex={-1} href={linkTo("symbol", row.symbol, { account: row.account })}>{row.symbol}</a>
      {showsAccount && <span className="type">{row.account}</span>}
    </>
  );
  return (
    <Shell {...place} line={line} name={name} className={`${line.is}${row.status === "closed" ? " closed" : ""}`}>
      {columns.map((column) => <Cell key={column.key} column={column} row={row} pad={pads.get(column.key) ?? 0} />)}
    </Shell>
  );
}

function Cell({ column, row, pad }: { readonly column: BlotterColumn; readonly row: ReplicaRow; readonly pad: number }): ReactNode {
  return <span role="gridcell" className={classOf(column)}>{column.cell(row, pad)}</span>;
}

/** What the columns of a group's head show. */
const GROUP_FIGURES: Readonly<Record<string, keyof GroupPnl>> = { realizedPnl: "realized", unrealizedPnl: "unrealized", fees: "fees", funding: "funding", netTotalPnl: "net" };

function GroupLine({ line, columns, pads, pnl, currency, onToggle: _toggle, showsAccount: _account, ...place }: LineProps & { readonly line: Extract<LineOf, { readonly is: "group" }> }): ReactNode {
  return (
    <Shell {...place} line={line} name={<><b>{line.group === "" ? "none" : line.group}</b> <span className="type">{line.count === 1 ? "1 position" : `${grouped(`${line.count}`)} positions`}</span></>} className="group">
      {columns.map((column) => {
        const key = GROUP_FIGURES[column.key];
        return (
          <span key={column.key} role="gridcell" className={classOf(column)}>
            {key !== undefined && pnl !== undefined && <Figure exact={pnl[key]} currency={pnl.currency ?? currency} signed={column.key !== "fees"} pad={pads.get(column.key) ?? 0} why={pnl.why ?? "a mark or a rate is missing"} />}
            {column.key === "currency" && pnl !== undefined && <span className="unit">{pnl.currency ?? currency}</span>}
          </span>
        );
      })}
    </Shell>
  );
}

function LotLine({ line, columns, pads, onToggle: _toggle, showsAccount: _account, pnl: _pnl, currency: _currency, ...place }: LineProps & { readonly line: Extract<LineOf, { readonly is: "lot" }> }): ReactNode {
  const row = useRow(line.key);
  const lot = row?.lots?.[line.at];
  return (
    <Shell {...place} line={line} name={lot === undefined ? "" : <>lot <Time at={lot.openedAt} part="day" /> <span className="type">{lot.venue}{lot.strategy === null ? "" : `, ${lot.strategy}`}</span></>} className="lot">
      {columns.map((column) => (
        <span key={column.key} role="gridcell" className={classOf(column)}>
          {lot !== undefined && column.key === "quantity" && <Figure exact={lot.quantity} most={8} pad={pads.get("quantity") ?? 0} />}
          {lot !== undefined && column.key === "avgPrice" && <Figure exact={lot.price} most={lot.price === null ? 8 : priceDecimals(lot.price)} pad={pads.get("avgPrice") ?? 0} />}
          {lot !== undefined && column.key === "totalCost" && <Figure exact={lot.cost} currency={row?.currency} pad={pads.get("totalCost") ?? 0} />}
        </span>
      ))}
    </Shell>
  );
}

const LEVELS = { group: 1, net: 1, part: 2, venue: 2, lot: 2 } as const;

function Shell({ line, top, index, isActive, name, className, children }: Pick<LineProps, "top" | "index" | "isActive"> & { readonly line: LineOf; readonly name: ReactNode; readonly className: string; readonly children: ReactNode }): ReactNode {
  const place: CSSProperties = { transform: `translateY(${top}px)` };
  return (
    <div role="row" id={`line-${index}`} data-index={index} aria-rowindex={index + 2} aria-level={LEVELS[line.is]} aria-selected={isActive} aria-expanded={line.is === "net" ? line.isOpen : undefined} className={`line ${className}${isActive ? " active" : ""}`} style={place}>
      <span role="rowheader" className="name">{name}</span>
      {children}
    </div>
  );
}

export function classOf({ key, isText = false, narrow = false }: BlotterColumn): string {
  return `column-${key}${isText ? " text" : ""}${narrow ? " narrow" : ""}`;
}
