import { showCell } from "./cell-view.ts";
import type { Cell } from "./columns.ts";
import { NO_TAIL, shownFigure } from "./figures.ts";
import type { Totals } from "./totals.ts";

const DECIMALS = 2;
const SHOWN = [
  { key: "net", title: "Net P&L", signed: true },
  { key: "realized", title: "Realized", signed: true },
  { key: "unrealized", title: "Unrealized", signed: true },
  { key: "fees", title: "Fees", signed: false },
] as const;

/** Shows the totals, a line a currency. */
export function showTotals(parent: HTMLElement, totals: readonly Totals[]): void {
  while (parent.childElementCount > totals.length) parent.lastElementChild!.remove();
  while (parent.childElementCount < totals.length) parent.append(newLine());
  totals.forEach((total, i) => {
    const line = parent.children[i] as HTMLElement;
    line.dataset["currency"] = total.currency;
    SHOWN.forEach(({ key, signed }, at) => {
      const [figure, currency] = line.children[at]!.lastElementChild!.children as unknown as [HTMLElement, HTMLElement];
      showCell(figure, cellOf(total[key], total.unknown, signed), NO_TAIL);
      currency.textContent = total.currency;
    });
  });
}

function cellOf(amount: string | null, unknown: number, signed: boolean): Cell {
  if (amount !== null) return { figure: shownFigure(amount, DECIMALS), signed, fades: false };
  return { unknown: unknown === 1 ? "one position has no mark, or fees without a rate" : `${unknown} positions have no mark, or fees without a rate` };
}

function newLine(): HTMLElement {
  const line = document.createElement("dl");
  line.append(...SHOWN.map(({ key, title }) => {
    const pair = document.createElement("div");
    pair.dataset["total"] = key;
    const term = document.createElement("dt");
    term.textContent = title;
    const value = document.createElement("dd");
    const currency = document.createElement("span");
    currency.className = "currency";
    value.append(document.createElement("span"), currency);
    pair.append(term, value);
    return pair;
  }));
  return line;
}
