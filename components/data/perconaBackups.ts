import type * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "./bucket";
import { mongoOplogMinutes } from "./mongo";

/** A bucket as the operator knows it: `spec.backup.storages` of its kind. */
export type MongoBackupStorage = (
  bucketName: pulumi.Output<string>,
) => Readonly<Record<string, pulumi.Input<unknown>>>;

/** Where a set's own backups go, and how its nodes reach it by their identity. */
export interface MongoBackups {
  readonly storage: MongoBackupStorage;
  /** Makes the bucket. */
  readonly bucket: (name: string, opts: pulumi.ComponentResourceOptions) => Bucket;
}

/** Agent beside each node, of the release with which the operator was released (e2e-tests/release_versions). */
export const perconaAgent = {
  repository: "docker.io/percona/percona-backup-mongodb",
  tag: "2.12.0",
} as const;

/** Name of the one storage. */
const storageName = "bucket";

/** When a backup is taken, UTC, in cron's words: before those of databases begin. */
const schedule = "0 2 * * *";

/** What an agent may take, beside the node that it copies. */
export const agentResources = {
  requests: { cpu: "100m", memory: "512Mi" },
  limits: { cpu: "1", memory: "512Mi" },
} as const;

/** Who watches a set's backups, by Prometheus's exporter: a name that no service has, as those have none with a dot. */
export const backupWatcher = "backups.watcher";

/**
 * What the watcher may do beside what the operator's own user for monitoring does: read what the agents write down. The
 * list of agents forgets those that are gone as it is read (percona-backup-mongodb, pbm/topo/agent.go).
 */
export const backupWatcherRole = {
  role: "backupWatcher",
  db: "admin",
  privileges: [
    { resource: { db: "admin", collection: "pbmConfig" }, actions: ["find"] },
    { resource: { db: "admin", collection: "pbmBackups" }, actions: ["find"] },
    { resource: { db: "admin", collection: "pbmAgents" }, actions: ["find", "remove"] },
  ],
  roles: [
    { role: "clusterMonitor", db: "admin" },
    { role: "read", db: "local" },
  ],
} as const;

/** Arguments of {@link backupSpec}. */
export interface BackupSpecArgs {
  /** The bucket, as the operator knows it. */
  readonly storage: Readonly<Record<string, pulumi.Input<unknown>>>;
  /** How many daily backups are kept, and with them the log between them. */
  readonly retentionDays: number;
  readonly containerSecurityContext: Readonly<Record<string, unknown>>;
}

/** `spec.backup` of a set with backups: one a day, and the log of operations ever since. */
export function backupSpec({
  storage,
  retentionDays,
  containerSecurityContext,
}: BackupSpecArgs): Readonly<Record<string, unknown>> {
  return {
    enabled: true,
    image: `${perconaAgent.repository}:${perconaAgent.tag}`,
    containerSecurityContext,
    resources: agentResources,
    storages: { [storageName]: storage },
    pitr: { enabled: true, oplogOnly: false, oplogSpanMin: mongoOplogMinutes },
    tasks: [
      {
        name: "daily",
        enabled: true,
        schedule,
        storageName,
        // the kind that comes back into any set, and in part
        type: "logical",
        compressionType: "gzip",
        retention: { type: "count", count: retentionDays, deleteFromStorage: true },
      },
    ],
  };
}

/** `spec.backup` of a set without: the kind demands an image of what is off, and never runs it. */
export const noBackups = {
  enabled: false,
  image: `${perconaAgent.repository}:${perconaAgent.tag}`,
} as const;
