import { textOf } from "./cell.ts";
import { LONGEST_ROW } from "./csv-scanner.ts";
import { JsonScanner, type ElementTaker } from "./json-scanner.ts";
import { LineScanner } from "./line-scanner.ts";

/** Why a body is not what it says it is. */
export interface BodyFault {
  readonly problem: string;
  readonly line: number;
  readonly isTooLong: boolean; // one of its objects is longer than is read, and nothing else is wrong
}

/**
 * Gives the elements of a whole body of JSON or NDJSON. What is wrong with the body itself is the answer: nothing of it may then be taken.
 * @param longest bytes that an element may have
 */
export function readBody(body: Uint8Array, format: "json" | "ndjson", listKey: string | undefined, taker: Omit<ElementTaker, "irregular">, longest = LONGEST_ROW): BodyFault | undefined {
  let fault: BodyFault | undefined;
  const irregular = (line: number, problem: string, isTooLong = false) => void (fault ??= { problem, line, isTooLong });
  const checked: ElementTaker = {
    element: (bytes, line) => {
      if (format === "json" && !isJson(bytes)) irregular(line, "is not JSON");
      taker.element(bytes, line);
    },
    broken: (line, reason, raw, isTooLong) => {
      if (format === "json") irregular(line, reason, isTooLong);
      else taker.broken(line, reason, raw);
    },
    irregular,
  };
  const scanner = format === "json" ? new JsonScanner(checked, listKey, longest) : new LineScanner(checked, longest);
  scanner.push(body);
  scanner.finish();
  return fault;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(textOf(bytes, 0, bytes.length) ?? "");
    return true;
  } catch {
    return false;
  }
}
