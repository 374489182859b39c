import type { Json, PlanResource } from "../../preview/plan";

/** What a value has to be where one fixed value would say too little. */
export interface Expectation {
  /** The expectation in words, as the table shows it. */
  readonly words: string;
  readonly holds: (value: Json | undefined) => boolean;
}

/** One secure default, and where in a plan it is read. */
export interface Setting {
  readonly area: string;
  /** What is so, in a few words; unique within its cloud. */
  readonly setting: string;
  /** Type of the resources that must have it: all of them, and at least one. */
  readonly type: string;
  /** @default - every resource of the type */
  readonly only?: RegExp;
  /** Keys of the input, joined by dots; `*` is every element of a list. `option:protect` is the resource option. */
  readonly path: string;
  readonly expected: Json | Expectation;
  /** What the platforms that we compare with do where nobody says anything; a dash where it is not recorded. */
  readonly elsewhere: string;
  readonly why: string;
}

/** A setting as a plan has it. */
export interface Found {
  readonly setting: Setting;
  /** Distinct values, as they are shown. */
  readonly ours: readonly string[];
  readonly resources: number;
  /** What is wrong; nothing where it holds. */
  readonly problem?: string;
}

/** A reference to something else, such as a key: its value is the cloud's, and that it is set is what counts. */
export const given: Expectation = {
  words: "set",
  holds: (value) => typeof value === "string" && value !== "",
};

/** A list without elements, or nothing at all. */
export const none: Expectation = {
  words: "none",
  holds: (value) => Array.isArray(value) && value.length === 0,
};

/** A whole number that is at least so large. */
export function atLeast(least: number): Expectation {
  return { words: `${least} or more`, holds: (value) => typeof value === "number" && value >= least };
}

/** A list or a text that holds all of these. */
export function holding(...parts: readonly string[]): Expectation {
  return {
    words: parts.join(", "),
    holds: (value) =>
      (typeof value === "string" || Array.isArray(value)) && parts.every((part) => value.includes(part)),
  };
}

/** A list of names and values that gives this name this value. */
export function valued(name: string, value: string): Expectation {
  return {
    words: `${name} ${value}`,
    holds: (list) => Array.isArray(list) && JSON.stringify(list).includes(JSON.stringify({ name, value })),
  };
}

/** Looks a setting up in what was registered. */
export function evaluate(setting: Setting, resources: readonly PlanResource[]): Found {
  const { type, only = /^/, path, expected } = setting;
  const held = resources.filter((resource) => resource.type === type && only.test(resource.name));
  const read = held.flatMap((resource) => valuesAt(resource, path).map((value) => ({ resource, value })));
  const wrong = read.filter(({ value }) => !meets(value, expected));
  const problem =
    held.length === 0
      ? `no resource of the type ${type} is named ${String(only)}`
      : read.length === 0
        ? `${path} holds nothing`
        : wrong
            .map(
              ({ resource, value }) => `${resource.name}: expected ${wordsOf(expected)}, got ${shown(value)}`,
            )
            .join("; ");
  return {
    setting,
    resources: held.length,
    ours: [...new Set(read.map(({ value }) => (isExpectation(expected) ? expected.words : shown(value))))],
    ...(problem !== "" && { problem: `${setting.setting} (${type}, ${path}): ${problem}` }),
  };
}

/** The expectation in words. */
export function wordsOf(expected: Setting["expected"]): string {
  return isExpectation(expected) ? expected.words : shown(expected);
}

function isExpectation(expected: Setting["expected"]): expected is Expectation {
  return typeof expected === "object" && expected !== null && "holds" in expected;
}

function meets(value: Json | undefined, expected: Setting["expected"]): boolean {
  return isExpectation(expected) ? expected.holds(value) : JSON.stringify(value) === JSON.stringify(expected);
}

function shown(value: Json | undefined): string {
  if (value === undefined) {
    return "nothing";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function valuesAt({ inputs, protect }: PlanResource, path: string): readonly (Json | undefined)[] {
  return path === "option:protect" ? [protect] : at(inputs, path.split("."));
}

function at(value: Json | undefined, [key, ...rest]: readonly string[]): readonly (Json | undefined)[] {
  if (key === undefined) {
    return [value];
  }
  if (key === "*") {
    return Array.isArray(value) ? value.flatMap((element: Json) => at(element, rest)) : [undefined];
  }
  // narrowing an object of a readonly union leaves its values untyped
  const fields =
    typeof value === "object" && value !== null ? (value as { readonly [name: string]: Json }) : {};
  return at(fields[key], rest);
}
