import { mustBeOneOf, mustBeSet } from "../check";
import { fromStaging, inProd, onlyWarns } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";

const configs = ["aws:s3/bucketReplicationConfig:BucketReplicationConfig"] as const;

const on = ["Enabled"];

export const replicated = stackRule({
  id: "aws-s3-replication",
  title: "Objects that count are copied to another region",
  severity: "low",
  description: "A bucket is of one region: what is in it alone can't be read while that is down.",
  remedy: "Add an aws.s3.BucketReplicationConfig whose rule has the status Enabled.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: onlyWarns,
  types: ["aws:s3/bucket:Bucket"],
  applies: ({ props }) => props.tags?.["criticality"] === "high",
  check: (bucket, stack) =>
    !pointingAt(stack, "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "bucket", bucket).some(
      ({ props }) => (props.rules ?? []).some(({ status }) => status === "Enabled"),
    ) && "it is tagged criticality=high, and no BucketReplicationConfig copies it",
});

export const replicaKey = resourceRule({
  id: "aws-s3-replication-cmek",
  title: "Copies of objects are under our key",
  severity: "high",
  description:
    "S3 leaves out what is under a key of KMS unless it is told to copy it, and to under which key it should be there.",
  remedy:
    "Set sourceSelectionCriteria.sseKmsEncryptedObjects.status to Enabled, and destination.encryptionConfiguration.replicaKmsKeyId to a key of the other region.",
  controls: { soc2: ["CC6.1", "A1.2"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: configs,
  check: ({ props }) =>
    (props.rules ?? []).map(({ sourceSelectionCriteria, destination }, index) => [
      mustBeOneOf(
        sourceSelectionCriteria?.sseKmsEncryptedObjects?.status,
        on,
        `rules[${index}].sourceSelectionCriteria.sseKmsEncryptedObjects.status`,
      ),
      mustBeSet(
        destination?.encryptionConfiguration,
        "replicaKmsKeyId",
        `rules[${index}].destination.encryptionConfiguration.replicaKmsKeyId`,
      ),
    ]),
});

export const replicaOnTime = resourceRule({
  id: "aws-s3-replication-time-control",
  title: "Copies of objects are made in time, and late ones told",
  severity: "medium",
  description:
    "Without time control a copy is made when it is made: how much is lost with the region nobody can say.",
  remedy: "Set destination.replicationTime.status and destination.metrics.status to Enabled.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: configs,
  check: ({ props }) =>
    (props.rules ?? []).map(({ destination }, index) => [
      mustBeOneOf(
        destination?.replicationTime?.status,
        on,
        `rules[${index}].destination.replicationTime.status`,
      ),
      mustBeOneOf(destination?.metrics?.status, on, `rules[${index}].destination.metrics.status`),
    ]),
});
