import type { Json } from "../../plan";
import { isEqual, isList, isRecord, pointerOf } from "../json";

/** One change of a value, as RFC 6902 has it. */
export type Operation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/** What makes the second value of the first. Lists of another length are replaced as a whole: places in them would shift. */
export function changes(from: Json, to: Json, path: readonly string[] = []): readonly Operation[] {
  if (isEqual(from, to)) return [];
  if (isRecord(from) && isRecord(to)) {
    const removed = Object.keys(from).filter((key) => !(key in to));
    return [
      ...removed.map((key): Operation => ({ op: "remove", path: pointerOf([...path, key]) })),
      ...Object.entries(to).flatMap(([key, value]): readonly Operation[] => {
        const before = from[key];
        return before === undefined
          ? [{ op: "add", path: pointerOf([...path, key]), value }]
          : changes(before, value, [...path, key]);
      }),
    ];
  }
  if (isList(from) && isList(to) && from.length === to.length) {
    return to.flatMap((value, index) => changes(from[index] ?? null, value, [...path, String(index)]));
  }
  return [{ op: "replace", path: pointerOf(path), value: to }];
}
