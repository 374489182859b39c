import * as assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import { find, findAll } from "../../support/run";
import { onCall } from "./alarmScene";
import { policyOf, textOf } from "./inputs";
import { there, withRecovery } from "./recoveries";
import { here, pool } from "./stacks";

const groupType = "aws:elasticache/replicationGroup:ReplicationGroup";
const spec = { nodeMemoryGiB: 6, shards: 2, replicasPerShard: 1, snapshotRetentionDays: 30 };

/** A Redis with a region for recovery, a workload that uses it, and alarms on it. */
async function redis(): Promise<readonly PlanResource[]> {
  const { resources } = await withRecovery(({ cloud, network, recovery }) => {
    const cluster = cloud.cluster(
      "main-cluster",
      { network, version: "1.35", nodePools: { system: pool } },
      {},
    );
    const cache = cloud.redis("cache", { ...spec, network, recovery }, {});
    const identity = cloud.workloadIdentity(
      "api",
      { cluster, namespace: "seo", serviceAccount: "backend-api" },
      {},
    );
    cache.grant("api-cache", identity, "readWrite", { parent: identity });
    cloud.alarms("main-alarms", { onCall, network, cluster, stores: [cache] }, {});
  });
  return resources;
}

describe("AwsRedis with a region for recovery", () => {
  let resources: readonly PlanResource[] = [];
  before(async () => {
    resources = await redis();
  });
  const placeOf = ({ provider }: PlanResource): unknown =>
    resources.find(({ urn }) => urn === provider?.replace(/::[^:]*$/, ""))?.inputs["region"];

  it("is the primary of a global datastore of the same engine, nodes and shards", () => {
    const datastore = find(resources, "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup");
    const primaryReplicationGroupId = textOf(datastore, "primaryReplicationGroupId");
    assert.match(primaryReplicationGroupId, /^cache-[0-9a-f]{7}$/);
    assert.deepEqual(datastore.inputs, {
      primaryReplicationGroupId,
      globalReplicationGroupIdSuffix: "cache",
      globalReplicationGroupDescription: "Redis cache",
      engine: "valkey",
      engineVersion: "8.2",
      cacheNodeType: "cache.m7g.large",
      numNodeGroups: 2,
      automaticFailoverEnabled: true,
    });
    assert.equal(datastore.protect, true);
  });

  it("leaves to the datastore what ElastiCache refuses on one of its clusters", () => {
    assert.deepEqual(find(resources, groupType, "cache").ignoreChanges, [
      "engineVersion",
      "nodeType",
      "numNodeGroups",
      "autoMinorVersionUpgrade",
    ]);
  });

  it("has a cluster there that follows, over zones, with snapshots of its own at another time", () => {
    const group = find(resources, groupType, "cache-recovery");
    const { subnetGroupName, securityGroupIds, logDeliveryConfigurations, ...rest } = group.inputs;
    assert.ok(subnetGroupName !== undefined && securityGroupIds !== undefined);
    assert.equal([logDeliveryConfigurations].flat().length, 2);
    const kmsKeyId = textOf(group, "kmsKeyId");
    assert.match(kmsKeyId, new RegExp(`^arn:aws:kms:${there}:`));
    const globalReplicationGroupId = textOf(group, "globalReplicationGroupId");
    assert.match(globalReplicationGroupId, /-cache$/);
    assert.deepEqual(rest, {
      globalReplicationGroupId,
      kmsKeyId,
      description: "Redis cache-recovery",
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      replicasPerNodeGroup: 1,
      port: 6379,
      userGroupIds: ["cache-recovery"],
      snapshotRetentionLimit: 30,
      snapshotWindow: "01:00-02:00",
      finalSnapshotIdentifier: "cache-recovery-final",
      maintenanceWindow: "sun:02:30-sun:03:30",
      applyImmediately: false,
    });
    assert.equal(group.protect, true);
    assert.equal(placeOf(group), there);
  });

  it("makes everything of that cluster by the provider of that region", () => {
    const parts = resources.filter(
      ({ name, type, custom }) => custom && type.startsWith("aws:") && name.startsWith("cache-recovery"),
    );
    assert.ok(parts.length >= 9, String(parts.length));
    for (const part of parts) assert.equal(placeOf(part), there, part.urn);
  });

  it("lets a workload into both under one name, and gives it no more", () => {
    const users = findAll(resources, "aws:elasticache/user:User").filter(({ name }) =>
      name.startsWith("api-cache"),
    );
    assert.deepEqual(
      users.map((user) => [user.inputs["userId"], placeOf(user)]),
      [
        ["cache-backend-api", here.region],
        ["cache-backend-api", there],
      ],
    );
    const [statement, ...others] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "api-cache-recovery"),
      "policy",
    ).Statement;
    assert.deepEqual(others, []);
    assert.equal(statement?.["Action"], "elasticache:Connect");
    for (const arn of [statement["Resource"]].flat()) assert.match(String(arn), new RegExp(`:${there}:`));
  });

  it("watches each shard's lag where its metric is, and sends the alarm on to the on-call", () => {
    const alarms = findAll(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").filter(({ name }) =>
      name.endsWith("-recovery-lag"),
    );
    assert.deepEqual(
      alarms.map(({ name }) => name),
      [
        "main-alarms-recovery-critical-redis-0001-recovery-lag",
        "main-alarms-recovery-critical-redis-0002-recovery-lag",
      ],
    );
    for (const alarm of alarms) {
      const { inputs } = alarm;
      assert.equal(placeOf(alarm), there);
      assert.match(JSON.stringify(inputs["alarmActions"]), new RegExp(`arn:aws:sns:${there}:`));
      assert.match(JSON.stringify(inputs["metricQueries"]), /GlobalDatastoreReplicationLag/);
      assert.deepEqual([inputs["threshold"], inputs["evaluationPeriods"]], [60, 1]);
    }
    const rule = find(resources, "aws:cloudwatch/eventRule:EventRule", "main-alarms-recovery");
    assert.equal(placeOf(rule), there);
    assert.match(textOf(rule, "eventPattern"), /"prefix":"main-alarms-recovery-"/);
    const target = find(resources, "aws:cloudwatch/eventTarget:EventTarget", "main-alarms-recovery");
    assert.equal(target.inputs["arn"], `arn:aws:events:${here.region}:${here.accountId}:event-bus/default`);
    assert.ok(target.inputs["deadLetterConfig"]);
    const paged = find(resources, "aws:cloudwatch/eventRule:EventRule", "main-alarms-critical-alarm");
    assert.equal(placeOf(paged), here.region);
    assert.match(textOf(paged, "eventPattern"), /"prefix":"main-alarms-recovery-critical-"/);
  });

  for (const [title, args, expected] of [
    ["burstable nodes, which no global datastore takes", { nodeMemoryGiB: 3 }, UnsupportedOnCloudError],
    [
      "shards without a replica to fail over to",
      { replicasPerShard: 0 },
      /replicasPerShard: expected 1 or 2/,
    ],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const made = withRecovery(({ cloud, ...place }) =>
        cloud.redis("cache", { ...spec, ...place, ...args }, {}),
      );
      await assert.rejects(made, expected);
    });
  }
});
