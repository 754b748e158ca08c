import { stripVTControlCharacters, styleText } from "node:util";
import { formatScaled, rescale } from "../core/num/index.ts";

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly right?: boolean; // figures: aligned on their last digit
  readonly signed?: boolean; // gains and losses: coloured on a terminal
}

/** What every table is made to fit. */
const SCREEN = 80;

/** Rows as aligned text, figures to the right; columns move together where they would not fit the screen otherwise. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ of }) => of(row)));
  const widths = columns.map(({ title }, i) => cells.reduce((width, row) => Math.max(width, shownWidth(row[i]!)), title.length));
  const between = widths.reduce((sum, width) => sum + width, 2 * (columns.length - 1)) <= SCREEN ? "  " : " ";
  const line = (texts: readonly string[], paint: (text: string, column: Column<Row>) => string) =>
    columns
      .map((column, i) => {
        const text = texts[i]!;
        const space = " ".repeat(widths[i]! - shownWidth(text));
        return column.right === true ? space + paint(text, column) : paint(text, column) + space;
      })
      .join(between)
      .trimEnd();
  const head = line(columns.map(({ title }) => title), dim);
  return [head, ...cells.map((row) => line(row, (text, { signed }) => (signed === true ? gainOrLoss(text) : text)))].join("\n");
}

function shownWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Label and value lines, values aligned. */
export function card(lines: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, value]) => `  ${dim(label.padEnd(width))}  ${value}`).join("\n");
}

/**
 * An exact amount as a table shows it: grouped by thousands; when longer than `width`, rounded to fit and marked with ~.
 * Unknown is a dash; from a million on, what does not fit with all its whole digits is told in millions (M), billions (B) or
 * trillions (T).
 * @example shownAmount("1234567.5", 12) // => "1,234,567.5"
 * @example shownAmount("0.123456789012345", 12) // => "~0.12345679"
 * @example shownAmount("-156866251.25", 9) // => "~-156.87M"
 */
export function shownAmount(exact: string | null, width = 12): string {
  if (exact === null) return "–";
  const full = grouped(exact);
  if (full.length <= width) return full;
  const [whole = "", fraction = ""] = exact.split(".");
  if (grouped(whole).length < width) return `~${shortened(whole, fraction, width - 1)}`; // 1: the ~
  for (const [zeros, unit] of UNITS) {
    const counted = whole.slice(0, -zeros);
    if (/^-?$/.test(counted)) break;
    if (grouped(counted).length <= width - 2) return `~${shortened(counted, whole.slice(-zeros) + fraction, width - 2)}${unit}`;
  }
  return `~${shortened(whole, fraction, 0)}`;
}

const UNITS = [[6, "M"], [9, "B"], [12, "T"]] as const; // zeros that a letter stands for

/** An amount, grouped, with as many of its decimals as fit, 8 at most. */
function shortened(whole: string, fraction: string, width: number): string {
  const digits = Math.max(0, Math.min(8, width - grouped(whole).length - 1)); // 1: the point
  const text = formatScaled(rescale(BigInt(whole + fraction), fraction.length, digits), digits);
  const [shownWhole = "", shownFraction = ""] = text.split(".");
  return grouped(digits === 0 ? text : `${shownWhole}.${shownFraction.padEnd(digits, "0")}`);
}

/** A name cut in its middle to fit a column. */
export function shownName(name: string, width = 24): string {
  return name.length <= width ? name : `${name.slice(0, Math.ceil(width / 2) - 1)}…${name.slice(-Math.floor(width / 2))}`;
}

/** A number with a unit of time for people: 4 s, 3 min, 2 h, 5 d. */
export function shownAge(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export function heading(text: string): string {
  return inColour() ? styleText("bold", text) : text;
}
export function dim(text: string): string {
  return inColour() ? styleText("dim", text) : text;
}

/** A remark below a table: dimmed, and broken between words at 80 columns. */
export function note(text: string): string {
  return wrapped(text).split("\n").map(dim).join("\n");
}

/** A text broken between words at 80 columns, every line indented as the first; a word that is longer stays whole. */
export function wrapped(text: string): string {
  const indent = /^ */.exec(text)![0];
  const lines: string[] = [];
  for (const word of text.trim().split(" ")) {
    const longer = lines.length === 0 ? indent + word : `${lines.at(-1)!} ${word}`;
    if (lines.length > 0 && longer.length > SCREEN) lines.push(indent + word);
    else lines.splice(-1, 1, longer);
  }
  return lines.join("\n");
}

function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

function gainOrLoss(text: string): string {
  if (!inColour() || text === "–" || text === "0") return text;
  return styleText(text.replace("~", "").startsWith("-") ? "red" : "green", text);
}

/** Only on a terminal, and not where NO_COLOR asks for none. */
function inColour(): boolean {
  return process.stdout.isTTY && !process.env["NO_COLOR"];
}
