import * as assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsRedis, type AwsRedisArgs } from "../../../providers/aws/redis";
import { find, findAll, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

const groupType = "aws:elasticache/replicationGroup:ReplicationGroup";
const userType = "aws:elasticache/user:User";

function makeRedis(args: Partial<AwsRedisArgs> = {}, providers = awsProviders()): AwsRedis {
  return new AwsRedis(
    "cache",
    {
      ...here,
      network: givenNetwork("stores"),
      nodeMemoryGiB: 6,
      shards: 3,
      replicasPerShard: 1,
      snapshotRetentionDays: 30,
      ...args,
    },
    { providers },
  );
}

async function redis(
  args: Partial<AwsRedisArgs> = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makeRedis(args), options)).resources;
}

describe("AwsRedis", () => {
  it("is a cluster over zones, encrypted at rest and on the way, snapshots kept", async () => {
    const group = find(await redis(), groupType, "cache");
    const { parameterGroupName, subnetGroupName, securityGroupIds, ...inputs } = group.inputs;
    assert.match(textOf(group, "kmsKeyId"), /^arn:aws:kms:eu-west-1:210987654321:key\//);
    assert.ok(parameterGroupName !== undefined && subnetGroupName !== undefined);
    assert.equal([securityGroupIds].flat().length, 1);
    const { logDeliveryConfigurations, ...rest } = inputs;
    assert.deepEqual(rest, {
      kmsKeyId: textOf(group, "kmsKeyId"),
      description: "Redis cache",
      engine: "valkey",
      engineVersion: "8.2",
      autoMinorVersionUpgrade: true,
      nodeType: "cache.m7g.large",
      clusterMode: "enabled",
      numNodeGroups: 3,
      replicasPerNodeGroup: 1,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: 6379,
      userGroupIds: ["cache"],
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      snapshotRetentionLimit: 30,
      snapshotWindow: "03:00-04:00",
      finalSnapshotIdentifier: "cache-final",
      maintenanceWindow: "sun:04:30-sun:05:30",
      applyImmediately: false,
    });
    assert.deepEqual(
      (logDeliveryConfigurations as readonly Readonly<Record<string, unknown>>[]).map(
        ({ logType }) => logType,
      ),
      ["slow-log", "engine-log"],
    );
    assert.equal(group.protect, true);
  });

  it("turns cluster mode on in its parameters", async () => {
    const { inputs } = find(await redis(), "aws:elasticache/parameterGroup:ParameterGroup");
    assert.equal(inputs["family"], "valkey8");
    assert.deepEqual(inputs["parameters"], [{ name: "cluster-enabled", value: "yes" }]);
  });

  it("claims no second zone without replicas, and takes no snapshot when none is asked", async () => {
    const { inputs } = find(await redis({ replicasPerShard: 0, snapshotRetentionDays: 0 }), groupType);
    assert.equal(inputs["multiAzEnabled"], false);
    assert.equal(inputs["automaticFailoverEnabled"], true);
    assert.equal(inputs["snapshotRetentionLimit"], 0);
    assert.equal(inputs["snapshotWindow"], undefined);
  });

  it("stands in the data subnets and lets in nodes and pods on its port, and nothing out", async () => {
    const resources = await redis();
    const subnetGroup = find(resources, "aws:elasticache/subnetGroup:SubnetGroup");
    assert.deepEqual(subnetGroup.inputs["subnetIds"], ["subnet-data-a", "subnet-data-b"]);
    const group = find(resources, "aws:ec2/securityGroup:SecurityGroup").inputs;
    assert.equal(group["ingress"] ?? group["egress"], undefined);
    const { cidrIpv4, fromPort, toPort } = find(
      resources,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ).inputs;
    assert.deepEqual(
      { cidrIpv4, fromPort, toPort },
      { cidrIpv4: "10.20.0.0/17", fromPort: 6379, toPort: 6379 },
    );
    assert.deepEqual(findAll(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), []);
  });

  it("keeps its logs encrypted and for a year", async () => {
    const groups = findAll(await redis(), "aws:cloudwatch/logGroup:LogGroup");
    assert.equal(groups.length, 2);
    for (const group of groups) {
      assert.equal(group.inputs["retentionInDays"], 365);
      assert.match(textOf(group, "kmsKeyId"), /^arn:aws:kms:/);
    }
  });

  it("knows no default user: everyone signs in by IAM under a name", async () => {
    const resources = await redis();
    const users = findAll(resources, userType);
    assert.deepEqual(
      users.map(({ inputs }) => [inputs["userId"], inputs["userName"], inputs["authenticationMode"]]),
      [["cache-operator", "cache-operator", { type: "iam" }]],
    );
    const group = find(resources, "aws:elasticache/userGroup:UserGroup");
    assert.deepEqual(group.inputs["userIds"], ["cache-operator"]);
    assert.deepEqual(group.ignoreChanges, ["userIds"]);
  });

  for (const [access, allowed, forbidden] of [
    ["read", "+@read", "+@all"],
    ["readWrite", "-@admin -@dangerous", "+@admin"],
  ] as const) {
    it(`lets an identity with ${access} sign in as a user of its own, with the commands of that`, async () => {
      const { result, resources } = await run(() => {
        const providers = awsProviders();
        const identity = new AwsWorkloadIdentity(
          "api",
          { ...here, cluster: makeCluster({}, providers), namespace: "seo", serviceAccount: "backend-api" },
          { providers },
        );
        return makeRedis({}, providers).grant("api-cache", identity, access, { parent: identity });
      });
      const user = find(resources, userType, "api-cache");
      assert.equal(await valueOf(result.REDIS_USERNAME), "cache-backend-api");
      assert.equal(user.inputs["userId"], "cache-backend-api");
      assert.equal(user.inputs["userName"], "cache-backend-api");
      const commands = textOf(user, "accessString");
      assert.ok(commands.includes(allowed) && !commands.includes(forbidden), commands);
      const association = find(resources, "aws:elasticache/userGroupAssociation:UserGroupAssociation");
      assert.deepEqual(association.inputs, { userGroupId: "cache", userId: "cache-backend-api" });
      const policy = find(resources, "aws:iam/rolePolicy:RolePolicy", "api-cache");
      const statement = policyOf(policy).Statement[0] ?? {};
      assert.equal(statement["Action"], "elasticache:Connect");
      const [cache, signedInAs, ...others] = [statement["Resource"]].flat().map(String);
      assert.match(cache ?? "", /^arn:aws:elasticache:eu-west-1:210987654321:replicationgroup:cache-/);
      assert.equal(signedInAs, "arn:aws:elasticache:eu-west-1:210987654321:user:cache-backend-api");
      assert.deepEqual(others, []);
    });
  }

  it("tells workloads where it is, and never a password", async () => {
    const { result } = await run(() => makeRedis());
    const facts = Object.entries(result.connection);
    const values = await Promise.all(facts.map(async ([key, value]) => [key, await valueOf(value)] as const));
    const { REDIS_HOST, REDIS_CACHE_NAME, ...rest } = Object.fromEntries(values) as Record<string, string>;
    assert.equal(REDIS_HOST, await valueOf(result.host));
    assert.match(REDIS_HOST, /^clustercfg\.cache-.+\.cache\.amazonaws\.com$/);
    assert.match(REDIS_CACHE_NAME ?? "", /^cache-/);
    assert.deepEqual(rest, { REDIS_PORT: "6379", REDIS_TLS: "true", REDIS_CLUSTER: "true" });
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = (resources: readonly PlanResource[]) => resources.map(({ urn }) => urn);
    assert.deepEqual(urnsOf(await redis({}, { preview: "unknown" })), urnsOf(await redis()));
  });

  for (const [args, message] of [
    [{ shards: 0 }, /shards: expected 1 to 250, got 0/],
    [{ replicasPerShard: 3 }, /replicasPerShard: expected 0 to 2, got 3/],
    [{ snapshotRetentionDays: 36 }, /snapshotRetentionDays: expected 0 to 35, got 36/],
    [{ nodeMemoryGiB: 500 }, /nodeMemoryGiB: expected at most 419.09, got 500/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assert.rejects(redis(args), message);
    });
  }
});
