import type { Cloud } from "../cloud";
import { lost, type Recovery, type RecoveryFacts } from "./recovery";

/** How far the replica in the other region may be behind before somebody is told, seconds. */
export const recoveryLagSeconds = 300;

/** How long it has to be that far behind before somebody is told, minutes. */
export const recoveryLagMinutes = 5;

/** What a failover of a database to its replica is made of, minutes. */
const failover = {
  /** An alarm is answered, and somebody decides. */
  decide: 15,
  /**
   * The replica becomes a server of its own. RDS: "the process can take several minutes or longer to complete, depending on
   * the size of the read replica"; Cloud SQL restarts the instance.
   */
  promote: 15,
  /** The workloads are told its address. */
  repoint: 15,
} as const;

/** Where each cloud says what its replica does. */
const sources: Readonly<Record<Cloud, string>> = {
  aws: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html",
  gcp: "https://cloud.google.com/sql/docs/postgres/replication/cross-region-replicas",
};

/**
 * What comes back of a relational server when its region is lost: all that its replica in the other region had received.
 * That is asynchronous, and so what bounds it is the alarm at which somebody sees to it.
 */
export function sqlRecovery(_spec: unknown, { cloud, recoveryRegion }: RecoveryFacts): Recovery {
  if (!recoveryRegion) return lost;
  const { decide, promote, repoint } = failover;
  return {
    by: "read replica in the other region, promoted",
    rpoMinutes: recoveryLagSeconds / 60 + recoveryLagMinutes,
    rtoMinutes: decide + promote + repoint,
    source:
      `${recoveryLagSeconds / 60} minutes of lag, for which an alarm waits ${recoveryLagMinutes}; ` +
      `${decide} minutes to decide, ${promote} to promote (${sources[cloud]}), ${repoint} to point workloads to it`,
  };
}
