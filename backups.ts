import type * as pulumi from "@pulumi/pulumi";
import { Velero } from "./components/backup/velero";
import type { Backups } from "./components/data/backups";
import type { Store } from "./components/data/store";
import { afterBase, servicePlace, type ServicesArgs } from "./services";
import { backupBucket, type Stores, type StoresArgs, storesByName } from "./stores";

/** Stores whose backups the cloud can lock: relational servers. */
const lockable = ["postgres", "mysql"];

/** What backups are made of. */
export interface MakeBackupsArgs extends Pick<StoresArgs, "config" | "cloud" | "network"> {
  /** @default - they are kept in one region */
  readonly recovery?: StoresArgs["recovery"] | undefined;
  readonly stores: Stores;
}

/** Backups of the stack's databases that nobody deletes; none where it has no such database, or asks for none. */
export function makeBackups(
  name: string,
  { config, cloud, network, recovery, stores }: MakeBackupsArgs,
  opts: pulumi.ComponentResourceOptions,
): Backups | undefined {
  const { backups, logRetentionDays, protect } = config;
  const kept = Object.entries(storesByName(stores)).filter(([store]) => lockable.includes(store));
  if (backups === undefined || kept.length === 0) return undefined;
  const place = { network, logRetentionDays, protect, ...(recovery !== undefined && { recovery }) };
  return cloud.backups(name, { ...backups, ...place, stores: Object.fromEntries(kept) }, opts);
}

/** Where the cluster's objects are kept from. */
export interface KeepObjectsArgs extends ServicesArgs, Pick<MakeBackupsArgs, "recovery"> {}

/** Keeps the cluster's objects, where the blueprint asks for it; answers with what the cloud watches of it. */
export function keepObjects(
  name: string,
  { recovery, ...args }: KeepObjectsArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly Store[] {
  const { config, cloud } = args;
  const { blueprint, protect, logRetentionDays } = config;
  if (blueprint.platform.velero === undefined) return [];
  const copied = recovery === undefined ? {} : { recovery };
  const bucket = backupBucket(args, { protect, logRetentionDays, watchedAs: "velero", ...copied });
  const place = { ...servicePlace(args), storage: cloud.veleroStorage, bucket };
  return [new Velero(name, place, afterBase(args, opts)).bucket];
}
