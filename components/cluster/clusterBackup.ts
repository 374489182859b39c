/** How the cluster is backed up when nobody says otherwise, the same on every cloud. */
export const clusterBackupDefaults = {
  /** How long a backup is kept, days. */
  retentionDays: 30,
} as const;

/** Hour at which the daily backup starts, UTC: clear of the hours in which the cluster is upgraded. */
export const backupHourUtc = 22;

/** Longest that a backup is kept, days: GKE keeps at most 360 of a plan's. */
export const maxBackupRetentionDays = 360;

/** For how long nobody deletes a backup, days, or as long as it is kept where that is less. */
const lockDays = 7;

/** For how long a backup can't be deleted, days; where the stack is not protected it can be at once. */
export function backupLockDays(retentionDays: number, protect: boolean): number {
  return protect ? Math.min(lockDays, retentionDays) : 0;
}

/** Refuses a retention that one of the clouds would refuse. */
export function checkBackupRetention(days: number): void {
  if (!Number.isInteger(days) || days < 0 || days > maxBackupRetentionDays) {
    throw new RangeError(
      `cluster.backupRetentionDays: expected a whole number from 0 to ${maxBackupRetentionDays}, got ${days}`,
    );
  }
}
