import type * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { BackupLock } from "../../components/data/backups";
import type { BucketArgs } from "../../components/data/bucket";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";
import { secureBucket } from "./secureBucket";

/** Arguments of a {@link GcpBucketReplica}; the region is that of the copies. */
export interface GcpBucketReplicaArgs
  extends Pick<BucketArgs, "archiveAfterDays" | "noncurrentRetentionDays">, GcpPlacement {
  readonly lock: BackupLock;
  readonly protect: boolean;
}

/**
 * A bucket in another region for the copies of one here, under a key of that region.
 *
 * Nobody empties it, not even the project's owner: each version is kept for as many days as deleted versions are, beginning
 * with its copy, and in compliance mode neither the days nor the bucket can be taken away. What is deleted here is deleted there
 * as well, and stays there as a version until its days are over. Without `protect` there is no lock, which would outlive the
 * stack.
 */
export class GcpBucketReplica extends pulumi.ComponentResource {
  readonly bucket: gcp.storage.Bucket;

  constructor(name: string, args: GcpBucketReplicaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:BucketReplica", name, {}, opts);
    const { archiveAfterDays, noncurrentRetentionDays, lock, region, project, protect } = args;
    const child = { parent: this };

    const key = new GcpKey(
      `${name}-key`,
      { region, project, protect, users: { storage: project.agents.storage } },
      child,
    );
    this.bucket = secureBucket(
      name,
      {
        place: { location: region },
        key,
        archiveAfterDays,
        noncurrentRetentionDays,
        ...(protect && { lock: { days: noncurrentRetentionDays, mode: lock } }),
        labels: { purpose: "copy" },
        forceDestroy: !protect,
        protect,
      },
      child,
    );
    this.registerOutputs({ bucketName: this.bucket.name });
  }
}
