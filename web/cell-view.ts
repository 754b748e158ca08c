import type { Cell } from "./columns.ts";
import { decimalPadding, finePadding, type ShownFigure, type Tail } from "./figures.ts";

const isStill = matchMedia("(prefers-reduced-motion: reduce)");
const FADE_MS = 400;

/** Shows a cell in an element, and fades it once when its figure has changed. `tail`: how long the longest decimals of its column are. */
export function showCell(element: HTMLElement, cell: Cell, tail: Tail): void {
  const says = JSON.stringify([cell, tail]);
  if (element.dataset["says"] === says) return;
  const wasShown = element.dataset["says"] !== undefined;
  element.dataset["says"] = says;
  if ("figure" in cell) {
    const hasChanged = cell.fades && wasShown && element.dataset["exact"] !== cell.figure.exact;
    showFigure(element, cell.figure, cell.signed, tail);
    if (hasChanged && !isStill.matches) fade(element);
    return;
  }
  delete element.dataset["exact"];
  element.className = "unknown" in cell ? "unknown" : "";
  element.textContent = "unknown" in cell ? "\u2013" : cell.text;
  element.title = "unknown" in cell ? `Unknown: ${cell.unknown}` : (cell.title ?? "");
}

/** Shows an amount: its exact text is on hover, and what is copied. */
function showFigure(element: HTMLElement, figure: ShownFigure, signed: boolean, tail: Tail): void {
  element.dataset["exact"] = figure.exact;
  element.title = figure.exact;
  element.className = !signed || figure.exact === "0" ? "" : figure.exact.startsWith("-") ? "loss" : "gain";
  const fine = figure.fine === "" ? [] : [part("fine", figure.fine)];
  element.replaceChildren(figure.whole, figure.decimals, part("pad", decimalPadding(figure, tail)), ...fine, part("pad end", finePadding(figure, tail)), part(figure.isCut ? "cut more" : "cut", ""));
}

/** What is copied out of a single figure is the whole of it. */
export function copyExactly(event: ClipboardEvent): void {
  const selection = getSelection();
  const at = selection?.anchorNode;
  const cell = (at instanceof Element ? at : at?.parentElement)?.closest<HTMLElement>("[data-exact]");
  if (selection?.isCollapsed !== false || cell?.contains(selection.focusNode) !== true) return;
  event.clipboardData?.setData("text/plain", cell.dataset["exact"]!);
  event.preventDefault();
}

function part(name: string, text: string): HTMLElement {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  if (name !== "fine") span.ariaHidden = "true";
  return span;
}

function fade(element: HTMLElement): void {
  const from = getComputedStyle(element).getPropertyValue("--changed");
  element.animate([{ backgroundColor: from }, { backgroundColor: "transparent" }], { duration: FADE_MS, easing: "ease-out" });
}
