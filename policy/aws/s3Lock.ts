import { isSet, mustBeAtLeast, mustBeOneOf } from "../check";
import { inProd } from "../levels";
import { lockedDays } from "../retention";
import { stackRule } from "../rule";
import { pointingAt, pointsAt } from "../stack";

export const objectLock = stackRule({
  id: "aws-s3-object-lock",
  title: "Nobody deletes a backup, a record or a copy of objects before its time",
  severity: "medium",
  description:
    "Whoever breaks in for ransom deletes the copies first; an object lock refuses it, to administrators as well.",
  remedy:
    "Set objectLockEnabled, and add an aws.s3.BucketObjectLockConfiguration with a defaultRetention of the days asked.",
  controls: { soc2: ["A1.2", "PI1.5"], gdpr: ["32(1)(c)"], pciDss: ["10.3.2"] },
  levels: inProd,
  settings: {
    minDays: lockedDays,
    purposes: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Values of the tag purpose of buckets that need a lock.",
      },
      values: {
        dev: ["audit", "backup", "copy"],
        staging: ["audit", "backup", "copy"],
        prod: ["audit", "backup", "copy"],
      },
    },
  },
  types: ["aws:s3/bucket:Bucket"],
  check: (bucket, stack, { minDays, purposes }) => {
    const takesCopies = stack
      .ofType("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
      .some((copies) => pointsAt(copies, "rules", bucket));
    if (!takesCopies && !purposes.includes(bucket.props.tags?.["purpose"] ?? "")) return;
    const [lock] = pointingAt(
      stack,
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      "bucket",
      bucket,
    );
    const retention = lock?.props.rule?.defaultRetention;
    if (!retention) return "no BucketObjectLockConfiguration with a defaultRetention is about this bucket";
    return [
      mustBeOneOf(retention.mode, ["COMPLIANCE", "GOVERNANCE"], "defaultRetention.mode"),
      isSet(retention, "years")
        ? mustBeAtLeast(retention.years, 1, "defaultRetention.years")
        : mustBeAtLeast(retention.days, minDays, "defaultRetention.days"),
    ];
  },
});
