import type * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network/network";
import type { RecoveryPlace } from "./recovery";
import type { Store } from "./store";

/**
 * How backups are kept from being deleted: `governance` holds against whoever may delete backups, and not against whoever
 * may take the lock away, which is a right of its own; `compliance` holds against everyone, the cloud's support with them.
 */
export const backupLocks = ["governance", "compliance"] as const;
export type BackupLock = (typeof backupLocks)[number];

/** How often a restore is rehearsed: on Mondays, on the first of a month, or by nobody. */
export const drillSchedules = ["weekly", "monthly", "never"] as const;
export type DrillSchedule = (typeof drillSchedules)[number];

/**
 * How long after a drill that went well the next has to have, days: the longest time between two, and a day or two to end
 * in.
 */
export const drillWithinDays: Readonly<Record<Exclude<DrillSchedule, "never">, number>> = {
  weekly: 8,
  monthly: 33,
};

/**
 * Hour at which the vault's backups begin, UTC: clear of the hours in which servers are backed up (01:00 to 05:00) and
 * worked on (04:30 to 07:00), in which AWS Backup takes none.
 */
export const vaultHourUtc = 10;

/** Hour at which a drill begins, UTC: by day, when somebody reads what came of it, and the newest backup is hours old. */
export const drillHourUtc = 14;

/** The vault's newest backup is older than this only where one was missed, hours: a day, and six to take and copy it. */
export const vaultWithinHours = 30;

/** Longest that a backup is kept, days: as long as RDS keeps its own, which a stack's stores go by. */
export const maxVaultRetentionDays = 35;

/** Days in which a lock in compliance mode can still be taken back; AWS takes three or more. */
export const lockGraceDays = 7;

/** Arguments of a {@link Backups}, the same on every cloud. */
export interface BackupsArgs {
  readonly network: Network;
  /** Those that are backed up, by the blueprint's names: relational servers. The others keep their backups themselves. */
  readonly stores: Readonly<Record<string, Store>>;
  /**
   * Where the backups are kept, or a copy of them, and where a restore is rehearsed.
   *
   * @default - the stack's own region alone
   */
  readonly recovery?: RecoveryPlace;
  /** How long a backup is kept, days, 1 to `maxVaultRetentionDays`. */
  readonly retentionDays: number;
  readonly lock: BackupLock;
  readonly drill: DrillSchedule;
  /**
   * How long logs of what runs for it are kept, days.
   *
   * @default 365 - a year, as SOC 2 and the CIS benchmarks read it
   */
  readonly logRetentionDays?: number;
  /**
   * Lock the backups, and refuse deletion of what holds them in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * Backups of the stack's databases that nobody can delete before their time, administrators of the account neither: beside
 * those that each server keeps itself, which go with it. And the drill: the newest is restored into a scratch server on a
 * schedule, looked at, and removed.
 */
export interface Backups extends pulumi.ComponentResource {
  /** Where they lie: ARN of the vault on AWS, URL of the bucket on GCP. */
  readonly vault: pulumi.Output<string>;
}

/** @throws RangeError for a retention that is none, or longer than stores' own */
export function checkVaultRetention(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > maxVaultRetentionDays) {
    throw new RangeError(
      `backups.retentionDays: expected a whole number from 1 to ${maxVaultRetentionDays}, got ${days}`,
    );
  }
}
