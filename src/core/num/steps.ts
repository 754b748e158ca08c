/** Work in steps, each of them at most some milliseconds; what it yields says how far it is. */
export type Steps<T> = Generator<number, T, undefined>;

/** Takes all steps at once. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
