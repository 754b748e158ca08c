import type { PositionView, RowView } from "../src/core/book/index.ts";
import { showCell } from "./cell-view.ts";
import { COLUMNS } from "./columns.ts";
import { longer, NO_TAIL, type Tail } from "./figures.ts";

/** Positions that are shown at most: a browser lays out so many without falling behind. */
const MOST_SHOWN = 300;

interface ShownRow {
  readonly row: HTMLTableRowElement;
  readonly cells: readonly HTMLElement[];
}
interface ShownPosition extends ShownRow {
  readonly body: HTMLTableSectionElement;
  readonly button: HTMLButtonElement;
  readonly venues: Map<string, ShownRow>;
}

/** The table of net positions; each row opens into its venues and stays open. */
export class PositionTable {
  readonly #table: HTMLTableElement;
  readonly #more: HTMLElement;
  readonly #shown = new Map<string, ShownPosition>();
  readonly #open = new Set<string>();

  constructor(table: HTMLTableElement, more: HTMLElement) {
    this.#table = table;
    this.#more = more;
    table.tHead!.append(headRow());
    table.addEventListener("keydown", (event) => this.#move(event));
  }

  show(positions: readonly PositionView[]): void {
    const wanted = positions.slice(0, MOST_SHOWN);
    const keys = new Set(wanted.map(keyOf));
    for (const [key, { body }] of this.#shown) {
      if (keys.has(key)) continue;
      body.remove();
      this.#shown.delete(key);
    }
    const tails = tailsOf(wanted);
    wanted.forEach((position, i) => this.#showPosition(position, i, tails));
    this.#more.hidden = positions.length <= MOST_SHOWN;
    this.#more.textContent = `${positions.length - MOST_SHOWN} more positions are not shown here: /v1/positions has all of them.`;
  }

  #showPosition(position: PositionView, place: number, tails: readonly Tail[]): void {
    const key = keyOf(position);
    let shown = this.#shown.get(key);
    if (shown === undefined) this.#shown.set(key, (shown = this.#newPosition(position)));
    if (this.#table.tBodies[place] !== shown.body) this.#table.insertBefore(shown.body, this.#table.tBodies[place] ?? null);
    shown.body.classList.toggle("closed", position.status === "closed");
    showCells(shown.cells, position, position, tails);
    this.#showVenues(shown, position, tails);
  }

  #showVenues(shown: ShownPosition, position: PositionView, tails: readonly Tail[]): void {
    const isOpen = this.#open.has(keyOf(position));
    shown.button.ariaExpanded = String(isOpen);
    const wanted = isOpen ? position.venues : [];
    for (const [venue, { row }] of shown.venues) {
      if (wanted.some((one) => one.venue === venue)) continue;
      row.remove();
      shown.venues.delete(venue);
    }
    for (const venue of wanted) {
      let row = shown.venues.get(venue.venue);
      if (row === undefined) {
        shown.venues.set(venue.venue, (row = newRow("venue")));
        row.row.cells[0]!.append(venue.venue, said("type", venue.venueType === "unknown" ? "" : venue.venueType));
        shown.body.append(row.row);
      }
      showCells(row.cells, venue, position, tails);
    }
  }

  #newPosition(position: PositionView): ShownPosition {
    const body = document.createElement("tbody");
    const net = newRow("net");
    const button = document.createElement("button");
    button.type = "button";
    button.append(position.symbol);
    button.addEventListener("click", () => this.#toggle(keyOf(position)));
    net.row.cells[0]!.append(button, said("account", position.account));
    body.append(net.row);
    return { ...net, body, button, venues: new Map() };
  }

  #toggle(key: string): void {
    if (!this.#open.delete(key)) this.#open.add(key);
    this.#table.dispatchEvent(new CustomEvent("toggled"));
  }

  /** Arrows, or j and k, go from one position to the next. */
  #move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = [...this.#table.querySelectorAll("button")];
    buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
    event.preventDefault();
  }
}

function keyOf({ account, symbol, kind, currency }: PositionView): string {
  return JSON.stringify([account, symbol, kind, currency]);
}

function headRow(): HTMLTableRowElement {
  const row = document.createElement("tr");
  const heads = [{ key: "name", title: "Position", says: "" }, ...COLUMNS];
  row.append(...heads.map(({ key, title, says }) => {
    const head = document.createElement("th");
    head.scope = "col";
    head.dataset["column"] = key;
    head.textContent = title;
    head.title = says;
    return head;
  }));
  return row;
}

function newRow(name: string): ShownRow {
  const row = document.createElement("tr");
  row.className = name;
  const head = document.createElement("th");
  head.scope = "row";
  head.dataset["column"] = "name";
  row.append(head);
  const cells = COLUMNS.map(({ key }) => {
    const cell = row.insertCell();
    cell.dataset["column"] = key;
    const figure = document.createElement("span");
    cell.append(figure);
    return figure;
  });
  return { row, cells };
}

function showCells(cells: readonly HTMLElement[], row: RowView, net: PositionView, tails: readonly Tail[]): void {
  COLUMNS.forEach((column, i) => showCell(cells[i]!, column.cell(row, net), tails[i]!));
}

/** How long the longest decimals of every column are, venues included, so that opening a row moves nothing sideways. */
function tailsOf(positions: readonly PositionView[]): Tail[] {
  return COLUMNS.map((column) => {
    let tail = NO_TAIL;
    for (const net of positions) {
      for (const row of [net, ...net.venues]) {
        const cell = column.cell(row, net);
        if ("figure" in cell) tail = longer(tail, cell.figure);
      }
    }
    return tail;
  });
}

function said(name: string, text: string): HTMLElement {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}
