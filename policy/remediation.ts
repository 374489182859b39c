import { Secret } from "@pulumi/policy/policy";
import { getSpecialProxyTarget, unknownCheckingProxy } from "./unknown";

/** A resource's properties, as CrossGuard hands them to a remediation, which changes them where they are. */
type Properties = Record<string, unknown>;

/** The properties with the change set in them, map by map; what is known after the update alone stays as it is, and what is secret too. */
export function remediated(props: Properties, change: object): Properties {
  for (const [key, value] of Object.entries(change) as [string, unknown][]) {
    if (!isMap(value)) {
      props[key] = value;
      continue;
    }
    const inner = props[key];
    // an object without anything in it, to be filled, where there is none
    props[key] = remediated(isMap(inner) ? inner : {}, value);
  }
  return props;
}

/**
 * A copy to judge. CrossGuard hands a remediation its properties with secrets kept as such, by a proxy within a proxy, and lists
 * behind two cannot be read by `map` and its like.
 */
export function readable(props: Properties): Properties {
  return unknownCheckingProxy(plain(props) as Properties);
}

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const target = Reflect.get(value, getSpecialProxyTarget) as unknown;
  // A proxy says what it stands for, and a thing of its own nothing.
  if (target !== undefined) return plain(target);
  if (value instanceof Secret) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
