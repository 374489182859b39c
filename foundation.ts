import type * as pulumi from "@pulumi/pulumi";
import type { RecoveryPlace } from "./components/data/recovery";
import type { Budget } from "./components/governance/budget";
import type { Network } from "./components/network/network";
import type { Destination } from "./components/platform/networkPolicy";
import { deliveredSecret } from "./components/secrets/deliveredSecret";
import type { Secret } from "./components/secrets/secret";
import type { SystemArgs } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import type { CloudProvider } from "./providers/provider";
import { type Stores, storesByName } from "./stores";

/** What every stack stands on, whatever runs its services. */
export interface Foundation {
  readonly config: StackConfig;
  readonly cloud: CloudProvider;
  readonly network: Network;
}

/** The blueprint's secrets by the names that its services use. */
export function makeSecrets(
  name: string,
  { config, cloud }: Pick<Foundation, "config" | "cloud">,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<string, Secret>> {
  const { blueprint, logRetentionDays, protect } = config;
  return Object.fromEntries(
    Object.entries(blueprint.secrets ?? {}).map(([key, spec]) => [
      key,
      cloud.secret(
        `${name}-secret-${key}`,
        { ...spec, key, ...copyOf(config), logRetentionDays, protect },
        opts,
      ),
    ]),
  );
}

/** The stores, each of which says where it answers. */
export function usable(stores: Stores): SystemArgs["stores"] {
  return Object.fromEntries(
    Object.entries(storesByName(stores)).map(([key, store]) => [
      key,
      { store, destinations: store.destinations },
    ]),
  );
}

/** The secrets as stores, all of which answer at one place but those that their readers are told. */
export function secretsOf(
  { blueprint }: StackConfig,
  secrets: Readonly<Record<string, Secret>>,
  destination: Destination,
): SystemArgs["stores"] {
  return Object.fromEntries(
    Object.entries(secrets).map(([key, store]) => [
      key,
      blueprint.secrets?.[key]?.delivery === "variable"
        ? { store: deliveredSecret(key), destinations: [] }
        : { store, destinations: [destination] },
    ]),
  );
}

/** Where copies go, as an option of what is copied. */
function copyOf({ recovery }: StackConfig): { readonly copyRegion?: string } {
  return recovery === undefined ? {} : { copyRegion: recovery.region };
}

/** The region that takes over, where the stack names one. */
export function makeRecovery(
  name: string,
  { config, cloud, network }: Foundation,
  opts: pulumi.ComponentResourceOptions,
): RecoveryPlace | undefined {
  const { recovery, logRetentionDays, protect } = config;
  if (recovery === undefined) return undefined;
  const { podCidr, serviceCidr } = config.network;
  const args = {
    ...recovery,
    network,
    podCidr,
    serviceCidr,
    flowLogRetentionDays: logRetentionDays,
    protect,
  };
  return cloud.recovery(name, args, { ...opts, dependsOn: network });
}

/** What is said when the account or project costs more than it may; nothing where the stack names no amount. */
export function watchCosts(
  name: string,
  { config, cloud }: Pick<Foundation, "config" | "cloud">,
  opts: pulumi.ComponentResourceOptions,
): Budget | undefined {
  const { budget, audit, protect } = config;
  if (budget === undefined) return undefined;
  // the account may have one watch over all its services, as it has one of each of what audits it
  const anomalyDetection = audit === "stack" && cloud.hasCostAnomalies;
  return cloud.budget(name, { ...budget, anomalyDetection, protect }, opts);
}
