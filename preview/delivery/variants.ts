import type { ApplicationObject, StackApplications } from "./applications";

/** The objects of several stacks that are one, by the stack's name. */
export type ObjectVariants = ReadonlyMap<string, ApplicationObject>;

/** Objects of several stacks that are one, in the order of their files. */
export function objectVariants(stacks: readonly StackApplications[]): readonly ObjectVariants[] {
  const found = new Map<string, Map<string, ApplicationObject>>();
  for (const { stack, objects } of stacks) {
    for (const object of objects) {
      found.set(object.id, (found.get(object.id) ?? new Map<string, ApplicationObject>()).set(stack, object));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, variants]) => variants);
}
