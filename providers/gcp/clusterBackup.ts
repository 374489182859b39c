import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { backupHourUtc, backupLockDays } from "../../components/cluster/clusterBackup";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";

/** Arguments of {@link clusterBackup}. */
export interface ClusterBackupArgs extends GcpPlacement {
  /** Cluster, with the agent of Backup for GKE in it. */
  readonly clusterId: pulumi.Output<string>;
  /** How long a backup is kept, days; 0 takes none. */
  readonly retentionDays: number;
  readonly protect: boolean;
}

/**
 * A backup of the cluster each day, by Backup for GKE: every object of every namespace, Secrets too, and every volume
 * behind a claim, under a key of its own; volumes stay under the key of the disks. Nobody deletes a backup in its first
 * days. Beside it the plan by which a person restores: what is in the cluster already stays as it is.
 * https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke
 */
export function clusterBackup(
  name: string,
  { clusterId, retentionDays, protect, region, project }: ClusterBackupArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  if (retentionDays === 0) return;
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { backup: project.agents.gkebackup } },
    opts,
  );
  const plan = new gcp.gkebackup.BackupPlan(
    name,
    {
      location: region,
      cluster: clusterId,
      description: "every day, all of it",
      backupConfig: {
        allNamespaces: true,
        includeSecrets: true,
        includeVolumeData: true,
        encryptionKey: { gcpKmsEncryptionKey: key.keyId },
      },
      backupSchedule: { cronSchedule: `0 ${backupHourUtc} * * *` },
      retentionPolicy: {
        backupRetainDays: retentionDays,
        backupDeleteLockDays: backupLockDays(retentionDays, protect),
      },
    },
    { ...opts, protect, dependsOn: [project.api("gkebackup"), ...key.grants] },
  );
  new gcp.gkebackup.RestorePlan(
    `${name}-restore`,
    {
      location: region,
      backupPlan: plan.id,
      cluster: clusterId,
      description: "what is missing, from a backup of the whole",
      restoreConfig: {
        allNamespaces: true,
        namespacedResourceRestoreMode: "MERGE_SKIP_ON_CONFLICT",
        volumeDataRestorePolicy: "RESTORE_VOLUME_DATA_FROM_BACKUP",
        clusterResourceRestoreScope: { allGroupKinds: true },
        clusterResourceConflictPolicy: "USE_EXISTING_VERSION",
      },
    },
    opts,
  );
}
