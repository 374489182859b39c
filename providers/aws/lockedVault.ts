import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { backupLockDays } from "../../components/cluster/clusterBackup";
import { type BackupLock, lockGraceDays } from "../../components/data/backups";
import { AwsKey } from "./key";
import { type AwsRole, awsRole } from "./role";

/** Longest name of a plan and of a selection, and of a vault, characters (AWS Backup API reference). */
export const maxBackupName = 50;

/** Arguments of {@link lockedVault}. */
export interface LockedVaultArgs {
  /** What is in it, in a few words: the key's description in the console. */
  readonly purpose: string;
  /** How long a backup is kept, days. */
  readonly retentionDays: number;
  /** @default "governance" */
  readonly lock?: BackupLock;
  readonly protect: boolean;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** A vault and the key that what is in it is encrypted with. */
export interface LockedVault {
  readonly vault: aws.backup.Vault;
  readonly key: AwsKey;
}

/**
 * A vault under a key of its own. It is locked: nobody deletes a backup before its days are over. In governance mode the
 * lock can be taken away first, by whoever has that right, which is one of its own; in compliance mode by nobody, after
 * days of grace.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
 */
export function lockedVault(
  name: string,
  { purpose, retentionDays, lock = "governance", protect, region, accountId }: LockedVaultArgs,
  opts: { readonly parent: pulumi.Resource; readonly provider?: pulumi.ProviderResource },
): LockedVault {
  checkName(name);
  const key = new AwsKey(`${name}-key`, { purpose, services: [], account: accountId, region, protect }, opts);
  const vault = new aws.backup.Vault(
    name,
    { kmsKeyArn: key.arn, forceDestroy: !protect },
    { ...opts, protect },
  );
  if (protect) {
    new aws.backup.VaultLockConfiguration(
      `${name}-lock`,
      {
        backupVaultName: vault.name,
        minRetentionDays: backupLockDays(retentionDays, protect),
        ...(lock === "compliance" && { changeableForDays: lockGraceDays }),
      },
      opts,
    );
  }
  return { vault, key };
}

/** Arguments of {@link backupRole}. */
export interface BackupRoleArgs {
  /** The role's description in the console. */
  readonly description: string;
  /** What AWS calls its policy for it. */
  readonly policy: "Backup" | "Restores";
  /** Keys of the vaults. */
  readonly keys: readonly AwsKey[];
}

/** A role that AWS Backup takes on, which names no source account as it does: a role is never passed to another. */
export function backupRole(
  name: string,
  { description, policy, keys }: BackupRoleArgs,
  opts: { readonly parent: pulumi.Resource },
): AwsRole {
  const [only, ...others] = keys.map(({ arn }) => arn);
  return awsRole(
    name,
    {
      description,
      trust: [{ Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" }],
      managedPolicies: {
        service: `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${policy}`,
      },
      statements:
        only === undefined
          ? []
          : [
              {
                Effect: "Allow",
                Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
                Resource: others.length === 0 ? only : [only, ...others],
              },
            ],
    },
    opts,
  );
}

function checkName(name: string): void {
  // a dash and seven digits are auto-naming's
  if (name.length + 8 > maxBackupName) {
    throw new Error(`backup: expected a name of at most ${maxBackupName - 8} characters, got "${name}"`);
  }
}
