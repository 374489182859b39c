/** Stands in a plan where a secret value would be. */
export const secretMask = "[secret]";

/** A value that no cloud would take where it stands, so that nothing good can be said of it: a breach of each rule that reads it. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

/**
 * Properties in which null says what it says to every provider, nothing: a field of it reads as one that is not there,
 * and an entry of a list, where something has to be, throws a {@link MalformedError}.
 */
export function withoutNulls<T extends object>(value: T, path = ""): T {
  const isList = Array.isArray(value);
  return new Proxy(value, {
    get: (target, key) => {
      const field: unknown = Reflect.get(target, key);
      if (typeof key === "symbol" || (field !== null && typeof field !== "object")) return field;
      const at = isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
      if (field !== null) return withoutNulls(field, at);
      if (isList) throw new MalformedError(`${at} is null`);
      return undefined;
    },
    has: (target, key) => Reflect.has(target, key) && (isList || !isNull(target, key)),
    ownKeys: (target) => Reflect.ownKeys(target).filter((key) => isList || !isNull(target, key)),
  });
}

/** Asked of the descriptor, as reading a value that is not known yet throws. */
function isNull(target: object, key: PropertyKey): boolean {
  return Reflect.getOwnPropertyDescriptor(target, key)?.value === null;
}
