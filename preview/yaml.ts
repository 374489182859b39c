import { parse } from "yaml";

/** The value that a YAML text stands for; throws where it is none, or one that JSON, in which a stack's values travel, can't hold. */
export function parseYaml(text: string): unknown {
  const value: unknown = parse(text);
  if (isCyclic(value, [])) {
    throw new Error("an anchor stands for what holds it");
  }
  return value;
}

function isCyclic(value: unknown, around: readonly unknown[]): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (around.includes(value) || Object.values(value).some((inner) => isCyclic(inner, [...around, value])))
  );
}
