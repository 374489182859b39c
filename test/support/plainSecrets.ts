import type { Ran } from "../../preview/run";
import { toPlain, toPlan, type WireObject } from "../../preview/wire";
import { SECRET } from "../../preview/plan";

/** A secret that stands somewhere as plain text. */
export interface PlainSecret {
  readonly urn: string;
  /** Path of the value in the resource's inputs, or its outputs. */
  readonly path: string;
}

/** Shorter than any key or password that is made; a port or a name that lies beside a secret would be found anywhere. */
const shortestSecret = 16;

/**
 * Every place where a text that is secret elsewhere in the run, whole or as a part, stands unmasked: in an input of any
 * resource (chart values among them), in an output of a component, or in one of the stack's.
 */
export function plainSecrets({
  inputs,
  registeredOutputs,
}: Pick<Ran<unknown>, "inputs" | "registeredOutputs">): {
  readonly secrets: number;
  readonly found: readonly PlainSecret[];
} {
  const places = [...inputs, ...registeredOutputs];
  const secrets = [...new Set(places.flatMap(([, fields]) => secretTexts(fields)))];
  const found = places.flatMap(([urn, fields]) =>
    texts(toPlan(fields))
      .filter(({ text }) => text !== SECRET && secrets.some((secret) => text.includes(secret)))
      .map(({ path }) => ({ urn, path })),
  );
  return { secrets: secrets.length, found };
}

/** Keys and passwords among what is masked: one word, with letters and digits, that is no name the program gave. */
function secretTexts(fields: WireObject): readonly string[] {
  const masked = new Set(texts(toPlan(fields)).flatMap(({ path, text }) => (text === SECRET ? [path] : [])));
  return texts(toPlain(fields)).flatMap(({ path, text }) =>
    under(path, masked) && isKey(text) ? [text] : [],
  );
}

function under(path: string, masked: ReadonlySet<string>): boolean {
  const parts = path.split("/");
  return parts.some((_, end) => masked.has(parts.slice(0, end + 1).join("/")));
}

function isKey(text: string): boolean {
  return text.length >= shortestSecret && /^stand-in-for-\S+$|^[0-9a-f]+$/.test(text);
}

function texts(value: unknown, path = ""): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, path === "" ? key : `${path}/${key}`));
}
