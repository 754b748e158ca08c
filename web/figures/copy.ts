/** Cells of tables, which a spreadsheet keeps apart by tabs; rows by line ends. */
const CELLS = "td, th, [role=gridcell], [role=rowheader], [role=columnheader]";
const ROWS = "tr, [role=row]";

/**
 * What is copied has every figure whole, whatever of it is shown: one alone, or as many as are selected, and a table as a spreadsheet takes it. What has no figure in it is copied as it always is.
 */
function copyExactly(event: ClipboardEvent): void {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return;
  const range = selection.getRangeAt(0);
  const begins = elementOf(range.startContainer);
  const figure = begins?.closest<HTMLElement>("[data-exact]");
  const text = figure?.contains(range.endContainer) === true ? figure.dataset["exact"]! : textOf(range);
  if (text === undefined) return;
  event.clipboardData?.setData("text/plain", text);
  event.preventDefault();
}

/** Undefined where no figure is selected. */
function textOf(range: Range): string | undefined {
  const fragment = range.cloneContents();
  const figures = fragment.querySelectorAll<HTMLElement>("[data-exact]");
  if (figures.length === 0) return undefined;
  for (const figure of figures) {
    const unit = figure.querySelector(".unit")?.textContent ?? "";
    figure.textContent = `${figure.dataset["exact"]}${unit}`;
  }
  for (const hidden of fragment.querySelectorAll("[aria-hidden=true], caption")) hidden.remove();
  for (const name of fragment.querySelectorAll("dt")) name.append(" ");
  for (const block of fragment.querySelectorAll("dd, p, li, h2, h3")) block.append("\n");
  for (const cell of fragment.querySelectorAll(CELLS)) if (cell.nextElementSibling !== null) cell.append("\t");
  for (const row of fragment.querySelectorAll(ROWS)) row.append("\n");
  return fragment.textContent.trimEnd();
}

function elementOf(node: Node): Element | null {
  return node instanceof Element ? node : node.parentElement;
}

document.addEventListener("copy", copyExactly);
