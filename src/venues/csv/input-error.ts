export { shown } from "../../core/model/index.ts";

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
