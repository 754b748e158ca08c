/**
 * Input that cannot be read at all: nothing of it was taken. One line says what, where and how to mend it.
 * @example new InputError("a.csv:1:4", 'unknown column "qty"', 'did you mean "quantity"?').message
 * // => "a.csv:1:4: unknown column \"qty\"; did you mean \"quantity\"?"
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly where: string; // file, file:line or file:line:column
  readonly mend: string;

  constructor(where: string, what: string, mend: string) {
    super(`${where}: ${what}; ${mend}`.replace(/[\r\n]+/g, " "));
    this.where = where;
    this.mend = mend;
  }
}

/** A text from a file as it is shown inside a sentence: on one line, cut short, in quotes. */
export function shown(text: string): string {
  const plain = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  return plain.replace(/[\u007f-\u009f\u2028\u2029\ufeff\u200b]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
