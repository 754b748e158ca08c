/** A bug of ours, never of a user's data: the process stops with it. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}

/** Stops on a broken invariant. `what` says what should have held. */
export function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new AssertionFailed(what);
}
