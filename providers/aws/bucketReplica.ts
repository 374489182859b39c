import * as pulumi from "@pulumi/pulumi";
import type { BucketArgs } from "../../components/data/bucket";
import { logAccess } from "./accessLogs";
import { AwsKey } from "./key";
import type { AwsRecoveryPlace } from "./recovery";
import { secureBucket } from "./secureBucket";
import type { SecureBucket } from "./secureBucket";

/** Arguments of an {@link AwsBucketReplica}. */
export interface AwsBucketReplicaArgs extends Pick<
  BucketArgs,
  "archiveAfterDays" | "noncurrentRetentionDays" | "lock"
> {
  readonly place: AwsRecoveryPlace;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  readonly accessLogRetentionDays: number;
  readonly protect: boolean;
}

/**
 * A bucket in another region for the copies of one here, made by that region's provider, under a key of that region.
 *
 * Nobody empties it, in compliance mode not even the account's root user: each version is locked for as many days as deleted
 * versions are kept, beginning with its copy. What is deleted here is deleted there as well, by a marker; the version under it
 * stays until its lock is over. Without `protect` there is no lock, which would outlive the stack.
 */
export class AwsBucketReplica extends pulumi.ComponentResource {
  readonly made: SecureBucket;
  readonly keyArn: pulumi.Output<string>;
  readonly region: string;

  constructor(name: string, args: AwsBucketReplicaArgs, opts?: pulumi.ComponentResourceOptions) {
    const { place, accountId, archiveAfterDays, noncurrentRetentionDays } = args;
    const { lock = "compliance", accessLogRetentionDays, protect } = args;
    super(
      "groundwork:aws:BucketReplica",
      name,
      {},
      pulumi.mergeOptions(opts ?? {}, { providers: [place.provider] }),
    );
    const { region } = place;
    const child = { parent: this };

    const key = new AwsKey(
      `${name}-key`,
      { purpose: `objects in the bucket ${name}`, services: [], account: accountId, region, protect },
      child,
    );
    this.made = secureBucket(
      name,
      {
        keyArn: key.arn,
        retention: { archiveAfterDays, noncurrentRetentionDays },
        ...(protect && { lockDays: noncurrentRetentionDays, lockMode: lock }),
        protect,
      },
      child,
    );
    logAccess(
      name,
      { bucket: this.made.bucket, accountId, retentionDays: accessLogRetentionDays, protect },
      child,
    );
    this.keyArn = key.arn;
    this.region = region;
    this.registerOutputs({ bucketName: this.made.bucket.bucket });
  }
}
