import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { backupHourUtc, backupLockDays } from "../../components/cluster/clusterBackup";
import type { ClusterFacts } from "./addons";
import { AwsKey } from "./key";
import { awsRole } from "./role";

/** Arguments of {@link clusterBackup}. */
export interface ClusterBackupArgs {
  readonly cluster: ClusterFacts;
  /** How long a backup is kept, days; 0 takes none. */
  readonly retentionDays: number;
  readonly protect: boolean;
}

/** Longest name of a plan and of a selection, and of a vault, characters (AWS Backup API reference). */
export const maxBackupName = 50;

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
  checkName(name);
  const key = new AwsKey(
    `${name}-key`,
    {
      purpose: `Backups of ${cluster.name}`,
      services: [],
      account: cluster.accountId,
      region: cluster.region,
      protect,
    },
    { parent },
  );
  const vault = new aws.backup.Vault(
    name,
    { kmsKeyArn: key.arn, forceDestroy: !protect },
    { parent, protect },
  );
  if (protect) {
    new aws.backup.VaultLockConfiguration(
      `${name}-lock`,
      { backupVaultName: vault.name, minRetentionDays: backupLockDays(retentionDays, protect) },
      { parent },
    );
  }
  const backup = backupRole(name, { doing: "Backups", policy: "Backup", cluster, keyArn: key.arn }, parent);
  backupRole(`${name}-restore`, { doing: "Restores", policy: "Restores", cluster, keyArn: key.arn }, parent);
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

interface BackupRoleArgs {
  readonly doing: string;
  /** What AWS calls its policy for it. */
  readonly policy: "Backup" | "Restores";
  readonly cluster: ClusterFacts;
  readonly keyArn: pulumi.Input<string>;
}

/** A role that AWS Backup takes on, which names no source account as it does: a role is never passed to another. */
function backupRole(
  name: string,
  { doing, policy, cluster, keyArn }: BackupRoleArgs,
  parent: pulumi.Resource,
): ReturnType<typeof awsRole> {
  return awsRole(
    `${name}-role`,
    {
      description: `${doing} of ${cluster.name}`,
      trust: [{ Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" }],
      managedPolicies: {
        service: `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${policy}`,
      },
      statements: [
        {
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
          Resource: keyArn,
        },
      ],
    },
    { parent },
  );
}

function checkName(name: string): void {
  // a dash and seven digits are auto-naming's
  if (name.length + 8 > maxBackupName) {
    throw new Error(
      `backup: expected a name of at most ${maxBackupName - 8} characters with the cluster's, got "${name}"`,
    );
  }
}
