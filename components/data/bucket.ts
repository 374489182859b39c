import type * as pulumi from "@pulumi/pulumi";
import type { RecoveryPlace } from "./recovery";
import type { Store } from "./store";

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
