/** Bad usage: a wrong option, a stack that is not there. The message is all the user needs; exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Whether the message alone tells the user what to do: bad usage, and what the program throws as `pulumi.RunError`, as its
 * configuration errors are. Anything else is shown with the place it came from.
 */
export function isPlain(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.every(isPlain);
  }
  // the SDK's own mark, which also holds across two copies of the SDK
  return error instanceof UsageError || (error instanceof Error && "__pulumiRunError" in error);
}

/** What to show of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
