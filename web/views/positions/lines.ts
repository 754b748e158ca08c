import type { ReplicaRow } from "../../../src/core/wire/index.ts";
import { decimalsShown, paddingText, shownText, sumText } from "../../figures/index.ts";
import type { GroupPnl } from "./line.tsx";
import { columnOf, compareRows, COLUMNS, decimalsOf, isExact, isHeld } from "./columns.tsx";

/** A line of the blotter: a group's head, a net row, a venue of one that is open, or a lot. */
export type LineOf =
  | { readonly is: "group"; readonly id: string; readonly group: string; readonly count: number }
  | { readonly is: "net"; readonly id: string; readonly key: string; readonly isOpen: boolean }
  | { readonly is: "part"; readonly id: string; readonly key: string; readonly venue: string } // under the head of a venue
  | { readonly is: "venue"; readonly id: string; readonly key: string; readonly venue: string }
  | { readonly is: "lot"; readonly id: string; readonly key: string; readonly venue: string | null; readonly at: number };

/** What is shown, in which order. It stands in the address. */
export interface Choice {
  readonly text: string; // in symbol, account or venue
  readonly status: "open" | "closed" | "all";
  readonly account: string | undefined;
  readonly venue: string | undefined;
  readonly only: string | undefined; // unvalued: those without a mark that counts
  readonly group: string | undefined; // account, venue, strategy
  readonly sort: string; // a column's key, with "-" in front when downwards
}

export interface Source {
  readonly keys: readonly string[]; // by symbol and account
  readonly row: (key: string, venue: string | null) => ReplicaRow | undefined;
  readonly venues: (key: string) => readonly ReplicaRow[];
  readonly strategies: (row: ReplicaRow) => readonly string[]; // that traded a position
}

/** The lines to show, and how many positions they are of. */
export function linesOf(source: Source, choice: Choice, open: ReadonlySet<string>): { readonly lines: readonly LineOf[]; readonly shown: number } {
  const nets = source.keys.flatMap((key) => {
    const row = source.row(key, null);
    return row !== undefined && isWanted(row, key, source, choice) ? [{ key, row }] : [];
  });
  sortRows(nets, choice.sort);
  const lines: LineOf[] = [];
  const add = (key: string, group: string) => {
    const id = `${group}\u0000${key}`;
    const isOpen = open.has(key);
    lines.push({ is: "net", id, key, isOpen });
    if (!isOpen) return;
    const net = source.row(key, null);
    net?.lots?.forEach((_, at) => lines.push({ is: "lot", id: `${id}\u0000lot${at}`, key, venue: null, at }));
    for (const { venue } of source.venues(key)) if (venue !== null) lines.push({ is: "venue", id: `${id}\u0000${venue}`, key, venue });
  };
  if (choice.group === undefined) {
    for (const { key } of nets) add(key, "");
    return { lines, shown: nets.length };
  }
  const groups = new Map<string, string[]>();
  for (const { key, row } of nets) {
    for (const name of namesOf(choice, row, key, source)) {
      const keys = groups.get(name);
      if (keys === undefined) groups.set(name, [key]);
      else keys.push(key);
    }
  }
  for (const [name, keys] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push({ is: "group", id: `group\u0000${name}`, group: name, count: keys.length });
    for (const key of keys) {
      if (choice.group === "venue") lines.push({ is: "part", id: `${name}\u0000${key}`, key, venue: name });
      else add(key, name);
    }
  }
  return { lines, shown: nets.length };
}

/** The longest decimals of each column among these rows and those of before, so that points stand under each other. The same map where none is longer. */
export function padsOf(rows: readonly ReplicaRow[], before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  let pads = before;
  for (const row of rows) {
    for (const column of COLUMNS) {
      const limits = decimalsOf(column, row);
      const known = pads.get(column.key) ?? 0;
      const exact = limits === undefined || known >= limits.most ? null : column.text(row);
      const decimals = exact === null || limits === undefined ? 0 : Math.min(limits.most, decimalsShown(exact, limits.most, limits.least)); // a little amount that shows more stands out
      if (decimals > known) pads = new Map(pads).set(column.key, decimals);
    }
  }
  return pads;
}

const DIGIT_PX = 8.3; // of the widest font that a system has for it
const SIGN_PX = 4.3; // a comma, a point
const BESIDE_PX = 18;

/** How wide each column must be for the figures of these rows, and those of before: two that run into each other read as one. The same map where none is wider. */
export function widthsOf(rows: readonly ReplicaRow[], pads: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  let widths = before;
  for (const row of rows) {
    for (const column of COLUMNS) {
      const limits = decimalsOf(column, row);
      const exact = limits === undefined ? null : column.text(row);
      if (exact === null || limits === undefined) continue;
      const { most, least } = limits;
      const says = shownText(exact, most, least) + paddingText(decimalsShown(exact, most, least), pads.get(column.key) ?? 0);
      const signs = says.replace(/[^,.\u2008]/g, "").length;
      const px = Math.ceil((says.length - signs) * DIGIT_PX + signs * SIGN_PX) + BESIDE_PX;
      if (px > (widths.get(column.key) ?? 0)) widths = new Map(widths).set(column.key, px);
    }
  }
  return widths;
}

/** What the rows below each group's head add up to, exactly; null where a part of it is not known. Rows in several currencies are not added up. */
export function sumsOf(lines: readonly LineOf[], source: Source): GroupPnl[] {
  const rows = new Map<string, ReplicaRow[]>();
  let group: ReplicaRow[] = [];
  for (const line of lines) {
    if (line.is === "group") rows.set(line.group, (group = []));
    else if (line.is === "part" || line.is === "net") group.push(...[source.row(line.key, line.is === "part" ? line.venue : null) ?? []].flat());
  }
  return Array.from(rows, ([key, all]) => {
    const [currency, other] = new Set(all.map((row) => row.currency));
    const sum = (field: "realizedPnl" | "unrealizedPnl" | "fees" | "funding" | "netTotalPnl") => (other === undefined ? sumText(all.map((row) => row[field])) : null);
    const why = other === undefined ? undefined : "what is shown of it is in several currencies: take the filters away";
    return { key, realized: sum("realizedPnl"), unrealized: sum("unrealizedPnl"), fees: sum("fees"), funding: sum("funding"), net: sum("netTotalPnl"), currency, why };
  });
}

/** Keys by symbol and account. */
export function inOrder(keys: readonly string[], row: Source["row"]): string[] {
  const named = keys.flatMap((key) => {
    const net = row(key, null);
    return net === undefined ? [] : [{ key, symbol: net.symbol, account: net.account }];
  });
  return named.sort((a, b) => compareText(a.symbol, b.symbol) || compareText(a.account, b.account)).map(({ key }) => key);
}

function isWanted(row: ReplicaRow, key: string, source: Source, { text, status, account, venue, only }: Choice): boolean {
  if (status !== "all" && row.status !== status) return false;
  if (account !== undefined && row.account !== account) return false;
  if (only === "unvalued" && (!isHeld(row) || row.positionValue !== null)) return false;
  if (venue !== undefined && source.row(key, venue) === undefined) return false;
  if (text === "") return true;
  const wanted = text.toLowerCase();
  return row.symbol.toLowerCase().includes(wanted) || row.account.toLowerCase().includes(wanted) || source.venues(key).some((one) => one.venue?.toLowerCase().includes(wanted) === true);
}

/** The groups that a position stands in; where one venue is asked for, in that of no other. */
function namesOf({ group, venue: wanted }: Choice, row: ReplicaRow, key: string, source: Source): readonly string[] {
  if (group === "venue") return source.venues(key).map(({ venue }) => venue ?? "").filter((venue) => wanted === undefined || venue === wanted);
  return group === "strategy" ? source.strategies(row) : [row.account];
}

/** In the order of a column; where that says nothing they stay by symbol and account, open ones first. Figures are compared as numbers, and exactly where these are equal. */
function sortRows(nets: { readonly key: string; readonly row: ReplicaRow; about?: number }[], sort: string): void {
  const column = columnOf(sort.replace(/^-/, ""));
  const down = sort.startsWith("-") ? -1 : 1;
  if (sort === "-symbol") nets.reverse();
  nets.sort((a, b) => Number(a.row.status === "closed") - Number(b.row.status === "closed"));
  if (column === undefined) return;
  const isFigure = isExact(column);
  if (isFigure) for (const net of nets) net.about = aboutOf(column.text(net.row));
  nets.sort((a, b) => down * ((isFigure ? a.about! - b.about! : 0) || compareRows(column, a.row, b.row)));
}

/** What is not known stands below all else. */
function aboutOf(text: string | null): number {
  return text === null ? -Number.MAX_VALUE : Number(text);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
