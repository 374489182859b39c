import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud";
import type { BackupLock } from "./backups";
import { lost, type Recovery, type RecoveryPlace, type RecoveryPlanner } from "./recovery";
import type { SpecOf, Store } from "./store";

/** Who keeps the objects: the cloud, or a server in the cluster, in stacks that protect nothing. */
export const bucketHostings = ["cloud", "cluster"] as const;
export type BucketHosting = (typeof bucketHostings)[number];

/** Arguments of a {@link Bucket}, the same on every cloud. */
export interface BucketArgs {
  /** Objects move to an archive class after so many days; 0 never. */
  readonly archiveAfterDays: number;
  /** Versions that were replaced or deleted are kept so many days, 1 or more. */
  readonly noncurrentRetentionDays: number;
  /**
   * Folder of objects, such as `assets`, that an edge before the stack may read with its own identity: what stands in it
   * is the public's to see. The bucket itself stays closed.
   *
   * @default - the edge reads nothing
   */
  readonly servedFolder?: string;
  /**
   * How long the logs of who reached for its objects are kept, days. On Google Cloud those are audit logs, which the audit
   * of the project keeps as long as its own retention says, for every bucket alike.
   *
   * @default 365
   */
  readonly accessLogRetentionDays?: number;
  /**
   * Where its objects are kept a second time, for when the region is lost.
   *
   * @default - nowhere
   */
  readonly recovery?: RecoveryPlace;
  /**
   * Who may empty the copy in that region before its versions' days are over: nobody (`compliance`), or whoever may take the
   * lock away (`governance`). Without `protect` there is no lock, which would outlive the stack.
   *
   * @default "compliance"
   */
  readonly lock?: BackupLock;
  /**
   * What its alarms are named after, a word that no other bucket of the stack has: `velero` has `velero-replication`, and its
   * runbook in `docs/runbooks/velero.md`.
   *
   * @default "bucket"
   */
  readonly watchedAs?: string;
  /**
   * Refuse deletion while it holds anything, and in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * A bucket for objects: versioned, encrypted with our key, closed to the public, reached over TLS only.
 *
 * `connection` holds `BUCKET_NAME` and `BUCKET_URL` (`s3://…`, `gs://…`).
 */
export interface Bucket extends Store {
  readonly bucketName: pulumi.Output<string>;
}

/** What a stack says of its bucket. */
export interface BucketSpec extends SpecOf<BucketArgs> {
  /** @default "cloud" */
  readonly hosting?: BucketHosting | undefined;
}

/** What both clouds promise of a copy in the other region, minutes. */
const copiedMinutes = 15;

/** How a system gets at its objects again. */
const recoveries: Readonly<Record<Cloud, Recovery>> = {
  aws: {
    by: "copy of each version in the other region, which nobody can empty",
    rpoMinutes: copiedMinutes,
    // decided in 15, and the workloads told the other bucket's name in 15
    rtoMinutes: 30,
    source:
      "S3 Replication Time Control copies within 15 minutes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html); 15 minutes to decide, 15 to point workloads to it",
  },
  gcp: {
    by: "bucket of both regions, beside a copy of each version in the other, which nobody can empty",
    rpoMinutes: copiedMinutes,
    rtoMinutes: 0,
    source:
      "turbo replication copies within 15 minutes, and the bucket answers from either region (https://cloud.google.com/storage/docs/availability-durability#turbo-replication)",
  },
};

/** What is lost of a bucket, and for how long, when its region is. */
export const bucketRecovery: RecoveryPlanner<SpecOf<BucketArgs>> = (_, { cloud, recoveryRegion }) =>
  recoveryRegion ? recoveries[cloud] : lost;
