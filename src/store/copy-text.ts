const SPECIAL = /[\\\t\n\r\0]/;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\uFFFD" };

/**
 * A row in the text form of COPY: values apart by tabs, `\N` for null. PostgreSQL's text knows no NUL character: U+FFFD stands for it.
 * @see https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export function copyLine(values: readonly (string | number | boolean | null)[]): string {
  let line = "";
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as string | number | boolean | null; // not `!`, which takes null away
    if (i > 0) line += "\t";
    if (value === null) line += "\\N";
    else if (typeof value !== "string") line += value;
    else line += SPECIAL.test(value) ? value.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character]!) : value;
  }
  return `${line}\n`;
}

/** JSON that PostgreSQL takes: it refuses an escaped NUL, too. */
export function jsonOf(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes("\\u0000") ? text.replace(/(\\\\)*\\u0000/g, (found) => `${found.slice(0, -6)}\uFFFD`) : text;
}
