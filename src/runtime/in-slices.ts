import { setImmediate as turn } from "node:timers/promises";
import type { Steps } from "../core/num/index.ts";

/** So long a slice keeps the event loop, in milliseconds. */
const SLICE_MS = 10;

/** Takes steps in slices, between which the program does other things. @param between told how far it is; when it throws, the steps end */
export async function inSlices<T>(steps: Steps<T>, between: (step: number) => void = () => undefined): Promise<T> {
  await turn();
  for (let slice = performance.now(); ; ) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - slice < SLICE_MS) continue;
    try {
      between(step.value);
    } catch (error) {
      steps.return(undefined as never);
      throw error;
    }
    await turn();
    slice = performance.now();
  }
}
