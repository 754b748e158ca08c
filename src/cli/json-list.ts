import type { Context } from "./context.ts";

const FLUSH_AT = 64 * 1024;

/**
 * Prints one JSON document with a list in it, row by row, so that a long list is never held as one text:
 * `{…before, name: [rows], …after}`.
 */
export class JsonList {
  readonly #context: Context;
  #text: string;
  #separator = "\n";

  constructor(context: Context, before: Readonly<Record<string, unknown>>, name: string) {
    this.#context = context;
    this.#text = `{${Object.entries(before).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join("")}${JSON.stringify(name)}: [`;
  }

  add(row: unknown): void {
    this.#text += this.#separator + JSON.stringify(row);
    this.#separator = ",\n";
    if (this.#text.length < FLUSH_AT) return;
    this.#context.write(this.#text);
    this.#text = "";
  }

  end(after: Readonly<Record<string, unknown>> = {}): void {
    this.#context.write(`${this.#text}\n]${Object.entries(after).map(([key, value]) => `,\n${JSON.stringify(key)}: ${JSON.stringify(value)}`).join("")}}\n`);
  }
}
