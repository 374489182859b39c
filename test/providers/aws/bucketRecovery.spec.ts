import * as assert from "node:assert/strict";
import type { BucketArgs } from "../../../components/data/bucket";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { onCall } from "./alarmScene";
import { policyOf } from "./inputs";
import { there, withRecovery } from "./recoveries";
import { here, pool } from "./stacks";

const bucketType = "aws:s3/bucket:Bucket";

/** A bucket with a region for recovery, a workload that uses it, and alarms on it. */
async function bucket(args: Partial<BucketArgs> = {}): Promise<readonly PlanResource[]> {
  const { resources } = await withRecovery(({ cloud, network, recovery }) => {
    const cluster = cloud.cluster(
      "main-cluster",
      { network, version: "1.35", nodePools: { system: pool } },
      {},
    );
    const made = cloud.bucket(
      "files",
      { archiveAfterDays: 90, noncurrentRetentionDays: 30, recovery, ...args },
      {},
    );
    const identity = cloud.workloadIdentity("api", { cluster, namespace: "seo", serviceAccount: "api" }, {});
    made.grant("api-files", identity, "read", { parent: identity });
    cloud.alarms("main-alarms", { onCall, network, cluster, stores: [made] }, {});
  });
  return resources;
}

describe("AwsBucket with a region for recovery", () => {
  let resources: readonly PlanResource[] = [];
  before(async () => {
    resources = await bucket();
  });
  const placeOf = ({ provider }: PlanResource): unknown =>
    resources.find(({ urn }) => urn === provider?.replace(/::[^:]*$/, ""))?.inputs["region"];

  it("copies every version within a quarter of an hour, deletions too, under that region's key", () => {
    const config = find(resources, "aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    const [rule, ...others] = config.inputs["rules"] as readonly Readonly<Record<string, unknown>>[];
    assert.deepEqual(others, []);
    const { destination, ...rest } = rule ?? {};
    const enabled = { status: "Enabled" };
    assert.deepEqual(rest, {
      ...enabled,
      id: "everything",
      priority: 0,
      filter: { prefix: "" },
      deleteMarkerReplication: enabled,
      sourceSelectionCriteria: { sseKmsEncryptedObjects: enabled },
    });
    const { bucket: to, encryptionConfiguration, ...time } = destination as Readonly<Record<string, unknown>>;
    assert.match(String(JSON.stringify(to)), /^"arn:aws:s3:::files-recovery-[0-9a-f]{7}"$/);
    assert.match(JSON.stringify(encryptionConfiguration), new RegExp(`"arn:aws:kms:${there}:`));
    assert.deepEqual(time, {
      replicationTime: { ...enabled, time: { minutes: 15 } },
      metrics: { ...enabled, eventThreshold: { minutes: 15 } },
    });
  });

  it("waits until both buckets keep versions, and versions there are locked", () => {
    const { dependencies } = find(resources, "aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    for (const awaited of [
      find(resources, "aws:s3/bucketVersioning:BucketVersioning", "files-versioning"),
      find(resources, "aws:s3/bucketVersioning:BucketVersioning", "files-recovery-versioning"),
      find(resources, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"),
    ]) {
      assert.ok(dependencies.includes(awaited.urn), awaited.name);
    }
  });

  it("keeps copies where nobody can delete them before the time, in that region", () => {
    const copy = find(resources, bucketType, "files-recovery");
    assert.equal(copy.inputs["objectLockEnabled"], true);
    assert.equal(copy.inputs["forceDestroy"], false);
    assert.equal(copy.protect, true);
    const lock = find(resources, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
    assert.equal(lock.name, "files-recovery-lock");
    assert.deepEqual(lock.inputs["rule"], { defaultRetention: { mode: "COMPLIANCE", days: 30 } });
    const parts = resources.filter(
      ({ name, type, custom }) => custom && type.startsWith("aws:") && name.startsWith("files-recovery"),
    );
    assert.ok(parts.length >= 15, String(parts.length));
    for (const part of parts) assert.equal(placeOf(part), there, part.urn);
  });

  it("lets those pass the lock who may, where the stack says so", async () => {
    const lock = find(
      await bucket({ lock: "governance" }),
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    );
    assert.deepEqual(lock.inputs["rule"], { defaultRetention: { mode: "GOVERNANCE", days: 30 } });
  });

  it("has no lock in a stack that may go at any time", async () => {
    const loose = await bucket({ protect: false });
    assert.deepEqual(
      findAll(loose, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"),
      [],
    );
    assert.equal(find(loose, bucketType, "files-recovery").inputs["objectLockEnabled"], undefined);
  });

  it("lets S3 copy from the one to the other, by their keys, and no more", () => {
    const { Statement } = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "files-replication-role-policy"),
      "policy",
    );
    assert.deepEqual(
      Statement.map(({ Action, Resource }) => [
        Action,
        String(JSON.stringify(Resource))
          .replace(/-[0-9a-f]{7}/, "")
          .replace(/key\/.*/, "key"),
      ]),
      [
        [["s3:GetReplicationConfiguration", "s3:ListBucket"], '"arn:aws:s3:::files"'],
        [
          ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
          '"arn:aws:s3:::files/*"',
        ],
        [["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"], '"arn:aws:s3:::files-recovery/*"'],
        ["kms:Decrypt", `"arn:aws:kms:${here.region}:${here.accountId}:key`],
        [["kms:Encrypt", "kms:GenerateDataKey"], `"arn:aws:kms:${there}:${here.accountId}:key`],
      ],
    );
  });

  it("hears of a copy that failed or is late by a queue that the bucket alone writes into", () => {
    const queue = find(resources, "aws:sqs/queue:Queue", "files-replication-late");
    assert.equal(queue.inputs["sqsManagedSseEnabled"], true);
    const [allowed] = policyOf(
      find(resources, "aws:sqs/queuePolicy:QueuePolicy", "files-replication-late-policy"),
      "policy",
    ).Statement;
    assert.match(JSON.stringify(allowed?.["Condition"]), /"aws:SourceArn":"arn:aws:s3:::files-[0-9a-f]{7}"/);
    const { queues } = find(resources, "aws:s3/bucketNotification:BucketNotification").inputs;
    assert.match(
      JSON.stringify(queues),
      /\["s3:Replication:OperationFailedReplication","s3:Replication:OperationMissedThreshold"\]/,
    );
    const alarm = find(
      resources,
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "main-alarms-critical-bucket-replication",
    );
    assert.match(JSON.stringify(alarm.inputs["metricQueries"]), /files-replication-late/);
  });

  it("gives a workload there what it has here", () => {
    const { Statement } = policyOf(find(resources, "aws:iam/rolePolicy:RolePolicy", "api-files"), "policy");
    const [one = [], two = []] = [Statement.slice(0, 3), Statement.slice(3)].map((part) =>
      part.map(({ Action }) => Action),
    );
    assert.equal(two.length, 3);
    assert.deepEqual(one, two);
  });
});
