import assert from "node:assert/strict";
import type { Redis, RedisArgs } from "../../../components/data/redis";
import { type Ran, find, valueOf } from "../../support/run";
import { api, granted, networkArgs, onGcp, redisArgs, textOf } from "./stack";

async function makeRedis(args: Partial<RedisArgs> = {}): Promise<Ran<Redis>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    return cloud.redis("main", { ...redisArgs, network, ...args }, {});
  });
}

describe("GcpRedis", () => {
  it("is private, encrypted both ways and backed up without being asked", async () => {
    const { resources } = await makeRedis();
    const { kmsKey, pscConfigs, ...inputs } = find(resources, "gcp:redis/cluster:Cluster", "main").inputs;
    assert.match(textOf(kmsKey), /\/cryptoKeys\/main-key-/);
    assert.match(
      JSON.stringify(pscConfigs),
      /^\[\{"network":"projects\/example-prod\/global\/networks\/main-network-\w+"\}\]$/,
    );
    assert.deepEqual(inputs, {
      region: "us-east1",
      nodeType: "REDIS_STANDARD_SMALL",
      shardCount: 3,
      replicaCount: 1,
      zoneDistributionConfig: { mode: "MULTI_ZONE" },
      authorizationMode: "AUTH_MODE_IAM_AUTH",
      transitEncryptionMode: "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION",
      deletionProtectionEnabled: true,
      persistenceConfig: { mode: "RDB", rdbConfig: { rdbSnapshotPeriod: "SIX_HOURS" } },
      automatedBackupConfig: { retention: "2592000s", fixedFrequencySchedule: { startTime: { hours: 1 } } },
      maintenancePolicy: {
        weeklyMaintenanceWindows: [
          { day: "SUNDAY", startTime: { hours: 2, minutes: 0, seconds: 0, nanos: 0 } },
        ],
      },
    });
  });

  it("waits for the network to let its endpoints in", async () => {
    const { resources } = await makeRedis();
    const policy = find(resources, "gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy");
    assert.ok(find(resources, "gcp:redis/cluster:Cluster").dependencies.includes(policy.urn));
  });

  it("takes no backup where none is to be kept", async () => {
    const { inputs } = find(
      (await makeRedis({ snapshotRetentionDays: 0 })).resources,
      "gcp:redis/cluster:Cluster",
    );
    assert.deepEqual(inputs["persistenceConfig"], { mode: "DISABLED" });
    assert.ok(!("automatedBackupConfig" in inputs));
  });

  it("says how it is reached, on the discovery port and on the nodes' own", async () => {
    const { result } = await makeRedis();
    const entries = Object.entries(result.connection).map(
      async ([key, value]) => [key, await valueOf(value)] as const,
    );
    assert.deepEqual(Object.fromEntries(await Promise.all(entries)), {
      REDIS_HOST: await valueOf(result.host),
      REDIS_PORT: "6379",
      REDIS_TLS: "true",
      REDIS_CLUSTER: "true",
    });
    assert.deepEqual(result.ports, [6379, { from: 11000, to: 13047 }]);
  });

  it("hands out the authority of the cluster, which no image knows", async () => {
    const { result } = await makeRedis();
    assert.equal(result.caBundle?.variable, "REDIS_CA_FILE");
    assert.match(
      await valueOf(result.caBundle.pem),
      /^-----BEGIN CERTIFICATE-----\n[^]+\n-----END CERTIFICATE-----\n$/,
    );
  });

  it("lets a workload in by IAM, into this cluster alone", async () => {
    const [grant, ...others] = await granted("redis", "readWrite");
    assert.deepEqual(others, []);
    assert.equal(grant?.inputs["role"], "roles/redis.dbConnectionUser");
    assert.equal(grant.inputs["member"], api);
    assert.match(
      JSON.stringify(grant.inputs["condition"]),
      /resource\.name == \\"projects\/example-prod\/locations\/us-east1\/clusters\/main-\w+\\"/,
    );
  });

  it("says that it can't let a workload only read", async () => {
    await assert.rejects(granted("redis", "read"), /redis\.access\.read is not supported on gcp/);
  });

  for (const [args, message] of [
    [{ shards: 0 }, /shards: expected a whole number from 1 to 250, got 0/],
    [{ replicasPerShard: 3 }, /replicasPerShard: expected a whole number from 0 to 2, got 3/],
    [{ snapshotRetentionDays: 36 }, /snapshotRetentionDays: expected a whole number from 0 to 35, got 36/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assert.rejects(makeRedis(args), message);
    });
  }
});
