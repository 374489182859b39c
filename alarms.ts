import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./components/cluster/cluster";
import type { Backups } from "./components/data/backups";
import type { Queue } from "./components/data/queue";
import type { Store } from "./components/data/store";
import type { Alarms, AlarmsArgs, WatchedPage } from "./components/governance/alarms";
import type { Audit } from "./components/governance/audit";
import type { Network } from "./components/network/network";
import { planRouteChecks } from "./components/metrics/routeChecks";
import type { System } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import { onCallOf, type Pagers } from "./onCall";
import type { CloudProvider } from "./providers/provider";
import { type Stores, storesByName } from "./stores";

/** What there is to be told of. */
export interface Watched {
  readonly config: StackConfig;
  readonly cloud: CloudProvider;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly stores: Stores;
  readonly queues: Readonly<Record<string, Queue>>;
  readonly backups: Backups | undefined;
  readonly audit: Audit | undefined;
  /** What keeps the cluster's objects, and its metrics. */
  readonly objects: readonly Store[];
  readonly system: System;
  /** The hosts' records. */
  readonly records: readonly pulumi.Resource[];
  readonly pagers: Pagers;
}

/**
 * Tells the on-call what the cluster can't; nothing where the stack has no channel to one, as dev has none: an address
 * alone would be mail that nobody reads.
 */
export function raiseAlarms(
  name: string,
  { config, cloud, network, cluster, stores, queues, backups, audit, objects, pagers, ...served }: Watched,
  opts: pulumi.ComponentResourceOptions,
): Alarms | undefined {
  const onCall = onCallOf(config, pagers);
  if (onCall === undefined) return undefined;
  return cloud.alarms(
    name,
    {
      onCall,
      network,
      cluster,
      stores: [...Object.values(storesByName(stores)), ...Object.values(queues), ...objects],
      pages: watchedPages(config, served),
      ...watchedLogs(config, cluster),
      ...(backups !== undefined && { backups }),
      ...(audit !== undefined && { audit }),
      protect: config.protect,
    },
    opts,
  );
}

/** What the system's pods say, where nothing in the cluster keeps it and looks at it. */
function watchedLogs(
  { blueprint: { namespace, services, platform } }: StackConfig,
  { keepsPodLogs = false }: Cluster,
): Pick<AlarmsArgs, "logs"> {
  const keptInside = platform.loki !== undefined || platform.elasticStack !== undefined;
  return keepsPodLogs && !keptInside ? { logs: { namespace, services: Object.keys(services) } } : {};
}

/** What is asked for from outside, once its pods stand and its name points to them; outside nobody takes a refusal for an answer. */
function watchedPages(
  { blueprint, domain }: StackConfig,
  { system, records }: Pick<Watched, "system" | "records">,
): Readonly<Record<string, WatchedPage>> {
  const checks = planRouteChecks(blueprint.services, domain).filter(({ expect }) => expect === "success");
  return Object.fromEntries(
    checks.map(({ service, host, path }) => {
      const pods = system.pods[service];
      return [service, { host, path, ready: [...records, ...(pods === undefined ? [] : [pods])] }];
    }),
  );
}
