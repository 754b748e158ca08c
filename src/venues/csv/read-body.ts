import { textOf } from "./cell.ts";
import { JsonScanner, type ElementTaker } from "./json-scanner.ts";
import { LineScanner } from "./line-scanner.ts";

/** Why a body is not what it says it is. */
export interface BodyFault {
  readonly problem: string;
  readonly line: number;
}

/** Gives the elements of a whole body of JSON or NDJSON. What is wrong with the body itself is the answer: nothing of it may then be taken. */
export function readBody(body: Uint8Array, format: "json" | "ndjson", listKey: string | undefined, taker: Omit<ElementTaker, "irregular">): BodyFault | undefined {
  let fault: BodyFault | undefined;
  const irregular = (line: number, reason: string) => void (fault ??= { problem: reason, line });
  const checked: ElementTaker = {
    element: (bytes, line) => {
      if (format === "json" && !isJson(bytes)) irregular(line, "is not JSON");
      taker.element(bytes, line);
    },
    broken: (line, reason, raw) => {
      if (format === "json") irregular(line, reason);
      else taker.broken(line, reason, raw);
    },
    irregular,
  };
  const scanner = format === "json" ? new JsonScanner(checked, listKey) : new LineScanner(checked);
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
