import type * as pulumi from "@pulumi/pulumi";
import type { Backups } from "./components/data/backups";
import { type Stores, type StoresArgs, storesByName } from "./stores";

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
