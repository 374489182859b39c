import * as pulumi from "@pulumi/pulumi";
import type { CaBundle, WorkloadIdentity } from "../identity/workloadIdentity";
import type { Destination } from "../platform/networkPolicy";
import type { WorkloadPlan } from "../workload/plan";
import type { SystemStore } from "../workload/system";

/** A service as its stores know it. */
export interface Admitted {
  readonly identity: WorkloadIdentity;
  /** How it reaches its stores, and whom it signs in as, by environment variable: never a credential. */
  readonly connections: Readonly<Record<string, pulumi.Output<string>>>;
  /** What it verifies its stores' certificates with, by the store's name. */
  readonly caBundles: Readonly<Record<string, CaBundle>>;
  /** Where its stores answer. */
  readonly destinations: readonly Destination[];
}

/** Lets a service into each store that it names, by an identity of the cloud and nothing else. */
export function admit(
  name: string,
  {
    plan: { service, stores = {} },
    known,
    identity,
  }: {
    readonly plan: Pick<WorkloadPlan, "service" | "stores">;
    readonly known: Readonly<Record<string, SystemStore>>;
    readonly identity: WorkloadIdentity;
  },
): Admitted {
  const connections: Record<string, pulumi.Output<string>> = {};
  const caBundles: Record<string, CaBundle> = {};
  const destinations: Destination[] = [];
  for (const [key, access] of Object.entries(stores)) {
    const used = known[key];
    if (used === undefined) {
      const all = Object.keys(known).join(", ");
      throw new RangeError(`${service}.stores: expected one of ${all}, got ${key}`);
    }
    const { store } = used;
    if (store.serviceToken !== undefined) {
      throw new RangeError(`${service}.stores: expected a store that the cloud runs, got ${key}`);
    }
    const signIn = store.grant(`${name}-${key}`, identity, access, { parent: identity });
    for (const [variable, value] of Object.entries({ ...store.connection, ...signIn })) {
      if (!pulumi.Output.isInstance(value)) {
        throw new RangeError(`${service}.stores: expected a store that keeps no password, got ${key}`);
      }
      connections[variable] = value;
    }
    if (store.caBundle !== undefined) caBundles[key] = store.caBundle;
    destinations.push(...used.destinations);
  }
  return { identity, connections, caBundles, destinations };
}
