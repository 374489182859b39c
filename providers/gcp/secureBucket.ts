import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { BucketArgs } from "../../components/data/bucket";
import type { BackupLock } from "../../components/data/backups";
import type { GcpKey } from "./key";

/** Arguments of {@link secureBucket}. */
export interface SecureBucketArgs extends Pick<BucketArgs, "archiveAfterDays" | "noncurrentRetentionDays"> {
  /** Where it stands, which can't be changed. */
  readonly place: Pick<gcp.storage.BucketArgs, "location" | "customPlacementConfig" | "rpo">;
  /** Key that its objects are encrypted with. */
  readonly key: GcpKey;
  /**
   * Nobody deletes a version before so many days have passed. In compliance mode the bucket is locked, for ever: its days can
   * be made more and not fewer, and it can't go before its last version.
   *
   * @default - versions can be deleted
   */
  readonly lock?: { readonly days: number; readonly mode: BackupLock };
  /**
   * Labels beside the stack's.
   *
   * @default {}
   */
  readonly labels?: Readonly<Record<string, string>>;
  /** Empty it first when it is deleted. */
  readonly forceDestroy: boolean;
  /** Refuse deletion in Pulumi. */
  readonly protect: boolean;
}

const daySeconds = 86_400;

/** How long even a deleted version can be brought back, days. Cloud Storage takes 7 to 90, or none. */
const softDeleteDays = 7;

/** An upload in parts that nobody ended in so many days is forgotten; its parts are paid for until then. */
const abortUploadDays = 7;

/**
 * A bucket that is versioned, encrypted, closed to the public, and governed by IAM alone. A lock and versions go together: what
 * is replaced or deleted is kept as a version, which the lock holds
 * (https://cloud.google.com/storage/docs/bucket-lock#considerations).
 */
export function secureBucket(
  name: string,
  args: SecureBucketArgs,
  opts: { readonly parent: pulumi.Resource },
): gcp.storage.Bucket {
  const { place, key, archiveAfterDays, noncurrentRetentionDays, lock, labels, forceDestroy, protect } = args;
  return new gcp.storage.Bucket(
    name,
    {
      ...place,
      storageClass: "STANDARD",
      ...(labels !== undefined && { labels }),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy,
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: softDeleteDays * daySeconds },
      encryption: { defaultKmsKeyName: key.keyId },
      ...(lock !== undefined && {
        retentionPolicy: {
          retentionPeriod: String(lock.days * daySeconds),
          isLocked: lock.mode === "compliance",
        },
      }),
      lifecycleRules: [
        ...archiveAfter(archiveAfterDays),
        deleteAfter({ daysSinceNoncurrentTime: noncurrentRetentionDays, withState: "ARCHIVED" }),
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: abortUploadDays } },
      ],
    },
    { ...opts, protect, dependsOn: [...key.grants] },
  );
}

type LifecycleRule = gcp.types.input.storage.BucketLifecycleRule;

/**
 * Coldline, the counterpart of AWS's Glacier Instant Retrieval: paid for 90 days at least. Archive would be paid for 365
 * and costs more to read (https://cloud.google.com/storage/docs/storage-classes).
 */
function archiveAfter(days: number): LifecycleRule[] {
  return days === 0
    ? []
    : [
        {
          action: { type: "SetStorageClass", storageClass: "COLDLINE" },
          condition: { age: days, withState: "LIVE" },
        },
      ];
}

function deleteAfter(condition: LifecycleRule["condition"]): LifecycleRule {
  return { action: { type: "Delete" }, condition };
}
