/**
 * A table as CSV: exact texts, quoted where they must be. A text that a spreadsheet would take for a formula gets a quote sign before it; figures do not. What another spreadsheet takes for a separator is quoted, too.
 * @example csvOf(["a", "b"], [["1,5", "-2"], [null, "=x"]]) // => 'a,b\n"1,5",-2\n,\'=x\n'
 * @example csvOf(["a"], [["x;=1"]]) // => 'a\n"x;=1"\n'
 */
export function csvOf(head: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cellText).join(",")}\n`).join("");
}

function cellText(text: string | null): string {
  if (text === null) return "";
  const safe = /^[=+@\t\r]/.test(text) || (text.startsWith("-") && !/^-[\d.]+$/.test(text)) ? `'${text}` : text;
  return /[",;\t\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
