import { isRecord, textOf } from "../json";
import type { ChartContext } from "./parameters";

/** What helpers are told that say whether a service's migration is a hook of Helm's: pairs of a `dict`, beside its root. */
export function hookPairs(
  { stacks, system }: Pick<ChartContext, "stacks" | "system">,
  service: string,
): string {
  const policies = stacks.flatMap(({ objects }) =>
    objects.flatMap(({ object: { kind, metadata } }) =>
      kind === "NetworkPolicy" && isRecord(metadata) ? [textOf(metadata["name"])] : [],
    ),
  );
  const tasks = `${service}-tasks`;
  const policy = policies.includes(tasks) ? tasks : service;
  return `"namespace" ${JSON.stringify(system)} "policy" ${JSON.stringify(policy)}`;
}

/** All that such a helper is told. */
export function hookOf(context: Pick<ChartContext, "stacks" | "system">, service: string): string {
  return `(dict "root" $ "service" ${JSON.stringify(service)} ${hookPairs(context, service)})`;
}
