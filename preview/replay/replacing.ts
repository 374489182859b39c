import type { Json } from "../plan";

/** Whether a change of an input is carried out in place after all; null is what is not given. */
export type Allows = (was: Json, is: Json) => boolean;

/** Inputs of a type whose change makes the provider replace a resource, by their path. */
export interface Replacing {
  readonly inputs: readonly string[];
  /** For inputs of which only some changes do. */
  readonly allows: Readonly<Record<string, Allows>>;
}

/** Paths that begin with an input of a type. */
type PathOf<Args> = Extract<keyof Args, string> | `${Extract<keyof Args, string>}.${string}`;

/** Inputs of a type, the first name of each held to the SDK's own. */
export function replacing<Args>(
  allows: { readonly [Path in PathOf<Args>]?: Allows } = {},
): (...inputs: readonly PathOf<Args>[]) => Replacing {
  return (...inputs) => ({
    inputs,
    allows: Object.fromEntries(
      Object.entries<Allows | undefined>(allows).flatMap(([path, allow]) =>
        allow === undefined ? [] : [[path, allow]],
      ),
    ),
  });
}
