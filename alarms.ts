import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./components/cluster/cluster";
import type { ContainerPlatform } from "./components/containers/containerPlatform";
import type { Backups } from "./components/data/backups";
import type { Queue } from "./components/data/queue";
import type { Store } from "./components/data/store";
import type { Alarms, AlarmsArgs, WatchedPage } from "./components/governance/alarms";
import type { Audit } from "./components/governance/audit";
import type { Network } from "./components/network/network";
import { planRouteChecks } from "./components/metrics/routeChecks";
import type { StackConfig } from "./config/resolve";
import { onCallOf, type Pagers } from "./onCall";
import type { CloudProvider } from "./providers/provider";
import { type Stores, storesByName } from "./stores";

/** What there is to be told of. */
export interface Watched {
  readonly config: StackConfig;
  readonly cloud: CloudProvider;
  readonly network: Network;
  /** @default - there is none */
  readonly cluster?: Cluster;
  /** @default - the services are on a cluster */
  readonly containers?: ContainerPlatform;
  readonly stores: Stores;
  readonly queues: Readonly<Record<string, Queue>>;
  readonly backups: Backups | undefined;
  readonly audit: Audit | undefined;
  /** What keeps the cluster's objects, and its metrics. */
  readonly objects: readonly Store[];
  /** What stands before somebody can be served, by service. */
  readonly served: Readonly<Record<string, pulumi.Resource>>;
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
  { config, cloud, network, stores, queues, backups, audit, objects, pagers, ...watched }: Watched,
  opts: pulumi.ComponentResourceOptions,
): Alarms | undefined {
  const onCall = onCallOf(config, pagers);
  if (onCall === undefined) return undefined;
  return cloud.alarms(
    name,
    {
      onCall,
      network,
      ...(watched.cluster !== undefined && { cluster: watched.cluster }),
      ...(watched.containers !== undefined && { containers: watched.containers }),
      stores: [...Object.values(storesByName(stores)), ...Object.values(queues), ...objects],
      pages: watchedPages(config, watched),
      ...watchedLogs(config, watched.cluster),
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
  cluster: Cluster | undefined,
): Pick<AlarmsArgs, "logs"> {
  const keptInside = platform.loki !== undefined || platform.elasticStack !== undefined;
  return cluster?.keepsPodLogs === true && !keptInside
    ? { logs: { namespace, services: Object.keys(services) } }
    : {};
}

/** What is asked for from outside, once its pods stand and its name points to them; outside nobody takes a refusal for an answer. */
function watchedPages(
  { blueprint, domain }: StackConfig,
  { served, records }: Pick<Watched, "served" | "records">,
): Readonly<Record<string, WatchedPage>> {
  const checks = planRouteChecks(blueprint.services, domain).filter(({ expect }) => expect === "success");
  return Object.fromEntries(
    checks.map(({ service, host, path }) => {
      const made = served[service];
      return [service, { host, path, ready: [...records, ...(made === undefined ? [] : [made])] }];
    }),
  );
}
