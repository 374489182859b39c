import type { PlanResource } from "../plan";
import { counted } from "./paint";

/** What a cloud or a cluster is asked to make: neither a component, which only groups, nor a provider. */
export function isResource(registered: PlanResource): boolean {
  return registered.custom && !isProvider(registered);
}

/** How many of each kind there are, as every part of the report counts them. */
export function tally(registered: readonly PlanResource[]): string {
  return [
    counted(registered.filter(isResource).length, "resource"),
    counted(registered.filter(({ custom }) => !custom).length, "component"),
    counted(registered.filter(isProvider).length, "provider"),
  ].join(", ");
}

function isProvider({ type }: PlanResource): boolean {
  return type.startsWith("pulumi:providers:");
}
