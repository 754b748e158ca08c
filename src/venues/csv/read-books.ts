import type { LadderMessage } from "../../core/market/index.ts";
import { isBookProblem, readBookMessage } from "./book-message.ts";
import type { FileFormat } from "./format.ts";
import { InputError } from "./input-error.ts";
import { readBody, type BodyFault } from "./read-body.ts";
import { readRows, type RowTaker } from "./read-rows.ts";
import { rawText, type RefusedRow } from "./refused.ts";

/** Takes what a record of ladders holds, in its order. */
export interface BookSink {
  message(message: LadderMessage, line: number): void;
  /** @param unread where it can be read of which ladder the row is: to be taken like a message, so that nobody relies on that ladder */
  refused(row: RefusedRow, unread?: LadderMessage): void;
}

export interface BooksReport {
  readonly messages: number;
  readonly refused: number;
}

const LIST_KEY = "books";
/** All levels of a deep ladder in one message are some megabytes. Of a body that is held whole anyway, the body is the bound. */
const LONGEST_MESSAGE = 16 << 20;

/**
 * Reads ladders from NDJSON (a message a line) or JSON (a list, or `{"books": […]}`), gzip of either: snapshots and updates.
 * A row that is none is refused with its line, its key and a reason; its ladder is not to be relied on until a
 * snapshot mends it. Throws `InputError` for a file that cannot be read at all.
 * As in `await readBooks("books.ndjson", { message: (one) => messages.push(one), refused: (row) => refusals.push(row) })`.
 */
export async function readBooks(path: string, sink: BookSink): Promise<BooksReport & { readonly warnings: readonly string[] }> {
  const reader = new BookReader(path, sink);
  const warnings = await readRows(path, { listKey: LIST_KEY, longest: LONGEST_MESSAGE }, reader);
  return { ...reader.report, warnings };
}

/** The same out of a whole body of a request. Nothing of a body that is no JSON may be taken: only the report tells. */
export function readBooksBody(body: Uint8Array, format: "json" | "ndjson", sink: BookSink): BooksReport | BodyFault {
  const reader = new BookReader("the body", sink);
  return readBody(body, format, LIST_KEY, reader, body.length) ?? reader.report;
}

class BookReader implements RowTaker {
  readonly #path: string;
  readonly #sink: BookSink;
  #messages = 0;
  #refused = 0;

  constructor(path: string, sink: BookSink) {
    this.#path = path;
    this.#sink = sink;
  }

  get report(): BooksReport {
    return { messages: this.#messages, refused: this.#refused };
  }

  begin(format: FileFormat): void {
    if (format === "csv") throw new InputError(`${this.#path}:1:1`, "is no JSON", 'write ladders as NDJSON, a message a line: {"type": "snapshot", "venue": …}');
  }

  row(): void {
    // never called: begin refuses CSV
  }

  element(bytes: Uint8Array, line: number): void {
    const read = readBookMessage(bytes);
    if (isBookProblem(read)) {
      const { unread, ...why } = read;
      return this.#refuse({ line, ...why, raw: rawText(bytes) }, unread);
    }
    this.#messages += 1;
    this.#sink.message(read, line);
  }

  broken(line: number, reason: string, raw: Uint8Array): void {
    this.#refuse({ line, reason, raw: rawText(raw) });
  }

  #refuse(row: RefusedRow, unread?: LadderMessage): void {
    this.#refused += 1;
    this.#sink.refused(row, unread);
  }
}
