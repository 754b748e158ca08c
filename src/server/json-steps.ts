import type { Steps } from "../core/num/index.ts";

/** Members of a list that are written in a step. */
const MEMBERS_A_STEP = 100;

/**
 * The JSON of an object whose lists may be long, in steps.
 * @example [...jsonSteps({ a: 1, b: [] })] // => [1, 2]
 */
export function* jsonSteps(of: object): Steps<string> {
  const members: string[] = [];
  for (const [key, value] of Object.entries(of) as [string, unknown][]) {
    const text = Array.isArray(value) ? yield* listSteps(value) : (JSON.stringify(value) as string | undefined);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
    yield members.length;
  }
  return `{${members.join(",")}}`;
}

function* listSteps(list: readonly unknown[]): Steps<string> {
  const pieces: string[] = [];
  for (let at = 0; at < list.length; at += MEMBERS_A_STEP) {
    pieces.push(JSON.stringify(list.slice(at, at + MEMBERS_A_STEP)).slice(1, -1));
    yield pieces.length;
  }
  return `[${pieces.join(",")}]`;
}
