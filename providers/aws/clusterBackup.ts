import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { backupHourUtc } from "../../components/cluster/clusterBackup";
import type { ClusterFacts } from "./addons";
import { backupRole, lockedVault } from "./lockedVault";

/** Arguments of {@link clusterBackup}. */
export interface ClusterBackupArgs {
  readonly cluster: ClusterFacts;
  /** How long a backup is kept, days; 0 takes none. */
  readonly retentionDays: number;
  readonly protect: boolean;
}

/**
 * A backup of the cluster each day, by AWS Backup: every object of the cluster, and every volume behind a claim
 * (https://docs.aws.amazon.com/aws-backup/latest/devguide/eks-backups.html). Into a vault of its own, under a key of its
 * own. The vault is locked: nobody deletes a backup before its days are over without taking the lock away first, which is
 * a right of its own (governance mode; in compliance mode a mistake could not be taken back).
 *
 * A restore is started by a person, as the role made for it; what is in the cluster already stays as it is.
 */
export function clusterBackup(
  name: string,
  { cluster, retentionDays, protect }: ClusterBackupArgs,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: readonly pulumi.Resource[] },
): void {
  if (retentionDays === 0) return;
  const { parent, dependsOn } = opts;
  const { accountId, region } = cluster;
  const { vault, key } = lockedVault(
    name,
    { purpose: `Backups of ${cluster.name}`, retentionDays, protect, region, accountId },
    { parent },
  );
  const keys = [key];
  const backup = backupRole(
    `${name}-role`,
    { description: `Backups of ${cluster.name}`, policy: "Backup", keys },
    { parent },
  );
  backupRole(
    `${name}-restore-role`,
    { description: `Restores of ${cluster.name}`, policy: "Restores", keys },
    { parent },
  );
  const plan = new aws.backup.Plan(
    name,
    {
      rules: [
        {
          ruleName: "daily",
          targetVaultName: vault.name,
          schedule: `cron(0 ${backupHourUtc} * * ? *)`,
          lifecycle: { deleteAfter: retentionDays },
        },
      ],
    },
    { parent },
  );
  new aws.backup.Selection(
    name,
    { planId: plan.id, iamRoleArn: backup.role.arn, resources: [cluster.arn] },
    { parent, dependsOn: [...backup.permissions, ...dependsOn] },
  );
}
