/** Bad usage: one line that says what, where and how to mend it. Ends the command with status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
