import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { clusterArgs, networkArgs, onGcp, redisArgs, textOf } from "./stack";

const there = "us-west1";
const clusterType = "gcp:redis/cluster:Cluster";

/** A Redis with a region for recovery, a workload that uses it, and alarms on it. */
async function redis(): Promise<readonly PlanResource[]> {
  const { resources } = await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const { podCidr, serviceCidr } = networkArgs;
    const recovery = cloud.recovery(
      "main-recovery",
      {
        network,
        region: there,
        cidr: "10.128.0.0/16",
        zones: ["a", "b"],
        podCidr,
        serviceCidr,
        flowLogRetentionDays: 365,
        protect: true,
      },
      {},
    );
    const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
    const cache = cloud.redis("cache", { ...redisArgs, network, recovery }, {});
    const identity = cloud.workloadIdentity(
      "main-api",
      { cluster, namespace: "seo", serviceAccount: "api" },
      {},
    );
    cache.grant("api-cache", identity, "readWrite", { parent: identity });
    cloud.alarms(
      "main-alarms",
      {
        onCall: { email: "ops@example.com", slackWebhookUrl: "https://hooks.slack.com/services/T/B/X" },
        network,
        cluster,
        stores: [cache],
      },
      {},
    );
  });
  return resources;
}

describe("GcpRedis with a region for recovery", () => {
  let resources: readonly PlanResource[] = [];
  before(async () => {
    resources = await redis();
  });

  it("has a cluster there that follows, alike but for its key, its hour of maintenance and its backups", () => {
    const first = find(resources, clusterType, "cache");
    const second = find(resources, clusterType, "cache-recovery");
    const { region, kmsKey, maintenancePolicy, crossClusterReplicationConfig, ...rest } = second.inputs;
    assert.equal(region, there);
    assert.match(textOf(kmsKey), new RegExp(`/locations/${there}/keyRings/`));
    assert.deepEqual(maintenancePolicy, {
      weeklyMaintenanceWindows: [
        { day: "SUNDAY", startTime: { hours: 0, minutes: 0, seconds: 0, nanos: 0 } },
      ],
    });
    assert.match(
      JSON.stringify(crossClusterReplicationConfig),
      /^\{"clusterRole":"SECONDARY","primaryCluster":\{"cluster":"projects\/example-prod\/locations\/us-east1\/clusters\/cache-[0-9a-f]{7}"\}\}$/,
    );
    const own = ["region", "kmsKey", "maintenancePolicy", "automatedBackupConfig"];
    for (const key of own) assert.ok(key in first.inputs, key);
    assert.deepEqual(
      rest,
      Object.fromEntries(Object.entries(first.inputs).filter(([key]) => !own.includes(key))),
    );
    assert.equal(second.protect, true);
  });

  it("waits for that region to let its endpoints in", () => {
    const policy = find(
      resources,
      "gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy",
      "main-recovery-redis",
    );
    assert.ok(find(resources, clusterType, "cache-recovery").dependencies.includes(policy.urn));
  });

  it("lets a workload into both, and into no other", () => {
    const { condition } = find(resources, "gcp:projects/iAMMember:IAMMember", "api-cache").inputs;
    const named = [...JSON.stringify(condition).matchAll(/resource\.name == \\"([^"\\]+)\\"/g)].map(
      ([, resource = ""]) => resource.replace(/^projects\/example-prod\/locations\//, ""),
    );
    assert.equal(named.length, 2);
    assert.match(named[0] ?? "", /^us-east1\/clusters\/cache-\w+$/);
    assert.match(named[1] ?? "", /^us-west1\/clusters\/cache-recovery-\w+$/);
  });

  it("watches what the follower lacks, and whether it follows at all", () => {
    const policies = findAll(resources, "gcp:monitoring/alertPolicy:AlertPolicy");
    for (const [what, metric] of [
      ["lag", "secondary_maximum_replication_offset_diff"],
      ["links", "secondary_replication_links"],
    ] as const) {
      const policy = policies.find(({ name }) => name === `main-alarms-critical-redis-recovery-${what}`);
      assert.match(JSON.stringify(policy?.inputs["conditions"]), new RegExp(metric));
    }
  });
});
