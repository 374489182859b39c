import type * as pulumi from "@pulumi/pulumi";
import type { Queue } from "./components/data/queue";
import type { RecoveryPlace } from "./components/data/recovery";
import type { Network } from "./components/network/network";
import type { SystemArgs } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import type { CloudProvider } from "./providers/provider";

/** Where a stack's queues stand. */
export interface QueuesArgs {
  readonly config: StackConfig;
  readonly cloud: CloudProvider;
  readonly network: Network;
  /** @default - they are in one region */
  readonly recovery: RecoveryPlace | undefined;
}

/** Makes each queue that the blueprint asks for, by its name. */
export function makeQueues(
  name: string,
  { config: { blueprint, logRetentionDays, protect }, cloud, network, recovery }: QueuesArgs,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<string, Queue>> {
  const place = { network, logRetentionDays, protect, ...(recovery !== undefined && { recovery }) };
  return Object.fromEntries(
    Object.entries(blueprint.queues ?? {}).map(([key, spec]) => [
      key,
      cloud.queue(`${name}-queue-${key}`, { ...spec, key, ...place }, opts),
    ]),
  );
}

/** The queues as a system's services use them. */
export function queuesByName(queues: Readonly<Record<string, Queue>>): SystemArgs["stores"] {
  return Object.fromEntries(
    Object.entries(queues).map(([key, store]) => [key, { store, destinations: store.destinations }]),
  );
}
