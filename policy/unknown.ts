import * as proxy from "@pulumi/policy/proxy";

/** What `@pulumi/policy` throws when a rule reads a value that is known only after an update. */
export interface UnknownValueError extends Error {
  readonly props: readonly string[];
}

// The package's declarations leave out what it marks internal, though its index exports both names at run time.
const internals = proxy as unknown as {
  readonly UnknownValueError: new (sentinel: string, path: readonly string[]) => UnknownValueError;
  readonly unknownCheckingProxy: <T extends object>(value: T) => T;
  readonly unknownStringValue: string;
  readonly getSpecialProxyTarget: string;
};

/** Stands for an unknown value in what the engine sends to a pack. */
export const unknownSentinel = internals.unknownStringValue;

/** Key under which a proxy of the analyzer has what it stands for. */
export const { getSpecialProxyTarget } = internals;

/** Wrap properties as the analyzer does: reading one that is unknown throws {@link UnknownValueError}. */
export const unknownCheckingProxy = internals.unknownCheckingProxy;

/** True for what reading an unknown value throws. */
export function isUnknownValue(error: unknown): error is UnknownValueError {
  return error instanceof internals.UnknownValueError;
}

/** Say that a verdict has to wait because the value at `path` cannot be read yet, or not here. */
export function cannotTell(path: string): never {
  throw new internals.UnknownValueError(unknownSentinel, [path]);
}

/** What is read; nothing where it is known only after the update. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnknownValue(error)) return undefined;
    throw error;
  }
}
