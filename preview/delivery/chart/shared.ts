import type { Json } from "../../plan";
import type { StackApplications } from "../applications";
import { leaves, pointerOf, textOf } from "../json";
import type { Variants } from "./node";

/** A value that stands in many objects, whole or as a part of their texts. */
export interface SharedValue {
  /** Its path among the values. */
  readonly path: readonly string[];
  /** How a template has it, as text. */
  readonly expression: string;
  /** By stack. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whether it stands only where no letter or digit is beside it. */
  readonly isWord?: boolean;
}

const isRange = (value: Json): value is string =>
  typeof value === "string" && /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(value) && value !== "0.0.0.0/0";

/** What the objects of all stacks have in common but for a value: the stack's name, its domain, its ranges of addresses. */
export function sharedValues(stacks: readonly StackApplications[]): readonly SharedValue[] {
  return [environmentOf(stacks), ...domainOf(stacks), ...rangesOf(stacks)];
}

function environmentOf(stacks: readonly StackApplications[]): SharedValue {
  return {
    path: ["environment"],
    expression: "$.Values.environment",
    texts: new Map(stacks.map(({ stack }) => [stack, stack])),
    isWord: true,
  };
}

/** The domain, and the name that it has as part of another's (`seo-example-com`). */
function domainOf(stacks: readonly StackApplications[]): readonly SharedValue[] {
  const hosts = variantsOf(stacks, "HTTPRoute", /^\/spec\/hostnames\/0$/);
  // the shortest of them is the domain itself: others stand before it
  const [domain] = hosts.sort((a, b) => lengthOf(a) - lengthOf(b));
  if (domain === undefined) return [];
  const texts = new Map([...domain].map(([stack, host]) => [stack, textOf(host)]));
  const expression = 'include "applications.domain" $';
  return [
    { path: ["domain"], expression, texts },
    {
      path: ["domain"],
      expression: `${expression} | replace "." "-"`,
      texts: new Map([...texts].map(([stack, host]) => [stack, host.replace(/\./g, "-")])),
    },
  ];
}

function lengthOf(variants: Variants): number {
  return Math.min(...[...variants.values()].map((value) => textOf(value).length));
}

/** Ranges of addresses that differ from stack to stack, in the order in which they are met. */
function rangesOf(stacks: readonly StackApplications[]): readonly SharedValue[] {
  const places = [
    ...variantsOf(stacks, "NetworkPolicy", /\/ipBlock\/cidr$/),
    ...variantsOf(stacks, "ServiceEntry", /\/addresses\/\d+$/),
  ];
  const ranges = new Map<string, Variants>();
  for (const place of places) {
    const values = [...place.values()];
    if (place.size === stacks.length && values.every(isRange) && new Set(values).size > 1) {
      ranges.set(JSON.stringify(values), place);
    }
  }
  return [...ranges.values()].map((variants, index) => {
    const name = `range${String.fromCharCode("A".charCodeAt(0) + index)}`;
    return {
      path: ["network", name],
      expression: `required "network.${name}: expected a range of addresses" $.Values.network.${name}`,
      texts: new Map([...variants].map(([stack, range]) => [stack, textOf(range)])),
    };
  });
}

/** Values of each place of objects of a kind that every stack has. */
function variantsOf(stacks: readonly StackApplications[], kind: string, place: RegExp): Variants[] {
  const found = new Map<string, Map<string, Json>>();
  for (const { stack, objects } of stacks) {
    for (const { id, object } of objects.filter((one) => one.object["kind"] === kind)) {
      for (const { path, value } of leaves(object)) {
        const pointer = pointerOf(path);
        if (place.test(pointer)) {
          const key = `${id}${pointer}`;
          found.set(key, (found.get(key) ?? new Map<string, Json>()).set(stack, value));
        }
      }
    }
  }
  return [...found.values()];
}

/** A text with each shared value that it has as a number between NULs: the same of two stacks where only those differ. */
export function skeleton(stack: string, text: string, shared: readonly SharedValue[]): string {
  return shared
    .map(({ texts, isWord = false }, index) => ({ text: texts.get(stack) ?? "", isWord, index }))
    .filter(({ text: one }) => one !== "")
    .sort((a, b) => b.text.length - a.text.length)
    .reduce((changed, { text: one, isWord, index }) => {
      const pattern = one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const whole = isWord ? `(?<![A-Za-z0-9-])${pattern}(?![A-Za-z0-9-])` : `(?<![0-9.])${pattern}(?![0-9])`;
      return changed.replace(new RegExp(whole, "g"), `\0${index}\0`);
    }, text);
}

/** Pieces of a text by its skeleton. */
export function piecesOf(
  text: string,
  shared: readonly SharedValue[],
): readonly (string | { readonly expression: string })[] {
  return text.split("\0").flatMap((piece, index): readonly (string | { expression: string })[] => {
    if (index % 2 === 0) return piece === "" ? [] : [piece];
    return [{ expression: shared[Number(piece)]?.expression ?? "" }];
  });
}
