import * as assert from "node:assert/strict";
import { postgresVersions } from "../../../components/data/postgres";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsPostgres, type AwsPostgresArgs, databaseUser } from "../../../providers/aws/postgres";
import { find, findAll, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

const instanceType = "aws:rds/instance:Instance";

function makePostgres(args: Partial<AwsPostgresArgs> = {}, providers = awsProviders()): AwsPostgres {
  return new AwsPostgres(
    "db",
    {
      ...here,
      network: givenNetwork("stores"),
      version: "17",
      machine: { vcpus: 4, memoryGiB: 32 },
      diskGiB: 100,
      highAvailability: true,
      readReplicas: 0,
      backupRetentionDays: 30,
      ...args,
    },
    { providers },
  );
}

async function postgres(
  args: Partial<AwsPostgresArgs> = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makePostgres(args), options)).resources;
}

/** Inputs that hold the ids of other resources, which differ by nothing a reader would know. */
function withoutIds({ inputs }: PlanResource): Record<string, unknown> {
  const ids = ["kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId", "monitoringRoleArn"];
  const others = ["parameterGroupName", "dbSubnetGroupName", "vpcSecurityGroupIds"];
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => ![...ids, ...others].includes(key)));
}

describe("AwsPostgres", () => {
  it("is private, encrypted, in two zones, backed up and kept from deletion", async () => {
    const primary = find(await postgres(), instanceType, "db");
    assert.deepEqual(withoutIds(primary), {
      identifier: "db",
      engine: "postgres",
      engineVersion: "17",
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      instanceClass: "db.r7g.xlarge",
      port: 5432,
      dbName: "app",
      username: "platformadmin",
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: true,
      publiclyAccessible: false,
      multiAz: true,
      storageType: "gp3",
      allocatedStorage: 100,
      maxAllocatedStorage: 400,
      storageEncrypted: true,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      applyImmediately: false,
      maintenanceWindow: "sat:04:30-sat:05:30",
      backupWindow: "03:00-04:00",
      backupRetentionPeriod: 30,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "db-final",
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      monitoringInterval: 60,
      databaseInsightsMode: "standard",
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
    });
    for (const key of ["kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId"]) {
      assert.match(textOf(primary, key), /^arn:aws:kms:eu-west-1:210987654321:key\//, key);
    }
    assert.equal(primary.protect, true);
  });

  for (const version of postgresVersions) {
    it(`takes no connection without TLS and logs who did what, on ${version}`, async () => {
      const { inputs } = find(await postgres({ version }), "aws:rds/parameterGroup:ParameterGroup");
      assert.equal(inputs["family"], `postgres${version}`);
      const parameters = inputs["parameters"] as readonly { readonly name: string; readonly value: string }[];
      const byName = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
      assert.equal(byName["rds.force_ssl"], "1");
      assert.equal(byName["log_connections"], "1");
      assert.equal(byName["log_disconnections"], "1");
      assert.equal(byName["pgaudit.log"], "role,ddl");
      assert.match(byName["shared_preload_libraries"] ?? "", /pgaudit/);
      assert.equal(byName["max_connections"], "LEAST({DBInstanceClassMemory/9531392},5000)");
    });
  }

  it("stands in the data subnets and lets in nodes and pods on its port, and nothing out", async () => {
    const resources = await postgres();
    const subnetGroup = find(resources, "aws:rds/subnetGroup:SubnetGroup");
    assert.deepEqual(subnetGroup.inputs["subnetIds"], ["subnet-data-a", "subnet-data-b"]);
    const group = find(resources, "aws:ec2/securityGroup:SecurityGroup").inputs;
    assert.equal(group["ingress"] ?? group["egress"], undefined);
    const { inputs } = find(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    const { cidrIpv4, fromPort, toPort, ipProtocol } = inputs;
    assert.deepEqual(
      { cidrIpv4, fromPort, toPort, ipProtocol },
      { cidrIpv4: "10.20.0.0/17", fromPort: 5432, toPort: 5432, ipProtocol: "tcp" },
    );
    assert.deepEqual(findAll(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), []);
  });

  it("has its log groups there before it, encrypted and with an end", async () => {
    const resources = await postgres();
    const groups = findAll(resources, "aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(groups.map(({ inputs }) => inputs["name"]).sort(), [
      "/aws/rds/instance/db/postgresql",
      "/aws/rds/instance/db/upgrade",
    ]);
    const { dependencies } = find(resources, instanceType);
    for (const group of groups) {
      assert.equal(group.inputs["retentionInDays"], 365);
      assert.match(textOf(group, "kmsKeyId"), /^arn:aws:kms:/);
      assert.ok(dependencies.includes(group.urn));
    }
  });

  it("tells workloads where it is, and never a password", async () => {
    const { result } = await run(() => makePostgres());
    const facts = Object.entries(result.connection);
    const values = await Promise.all(facts.map(async ([key, value]) => [key, await valueOf(value)] as const));
    const { PGHOST, ...rest } = Object.fromEntries(values) as Record<string, string>;
    assert.equal(PGHOST, await valueOf(result.host));
    assert.match(PGHOST, /^db\..+\.eu-west-1\.rds\.amazonaws\.com$/);
    assert.equal(rest["PGHOST_READ"], undefined);
    assert.equal(rest["PGPORT"], "5432");
    assert.equal(rest["PGDATABASE"], "app");
  });

  it("lets an identity sign in as its own database user, and as no other", async () => {
    const { result, resources } = await run(() => {
      const providers = awsProviders();
      const identity = new AwsWorkloadIdentity(
        "api",
        { ...here, cluster: makeCluster({}, providers), namespace: "seo", serviceAccount: "backend-api" },
        { providers },
      );
      const db = makePostgres({}, providers);
      return db.grant("api-db", identity, "readWrite", { parent: identity });
    });
    assert.equal(await valueOf(result.PGUSER), "backend-api");
    const policy = find(resources, "aws:iam/rolePolicy:RolePolicy", "api-db");
    assert.match(textOf(policy, "role"), /^api-/);
    const statement = policyOf(policy).Statement[0] ?? {};
    assert.equal(statement["Action"], "rds-db:connect");
    assert.match(
      JSON.stringify(statement["Resource"]),
      /^\["arn:aws:rds-db:eu-west-1:210987654321:dbuser:db-[0-9A-F]{26}\/backend-api"\]$/,
    );
  });

  it("keeps readers and writers apart by user", () => {
    assert.equal(databaseUser({ serviceAccount: "backend-api" }, "read"), "backend-api-read");
    assert.ok(databaseUser({ serviceAccount: "s".repeat(63) }, "read").length <= 63);
  });

  it("can be deleted where it is not protected", async () => {
    const resources = await postgres({ protect: false });
    const { inputs } = find(resources, instanceType, "db");
    assert.equal(inputs["deletionProtection"], false);
    assert.equal(inputs["skipFinalSnapshot"], true);
    assert.deepEqual(
      resources.filter(({ protect }) => protect),
      [],
    );
  });

  it("has one node in one zone where it need not be highly available", async () => {
    const { inputs } = find(await postgres({ highAvailability: false }), instanceType);
    assert.equal(inputs["multiAz"], false);
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = (resources: readonly PlanResource[]) => resources.map(({ urn }) => urn);
    assert.deepEqual(urnsOf(await postgres({}, { preview: "unknown" })), urnsOf(await postgres()));
  });

  for (const [args, message] of [
    [{ version: "15" }, /version: expected one of 18, 17, 16, got "15"/],
    [{ diskGiB: 10 }, /diskGiB, maxDiskGiB: expected 20 or more/],
    [{ diskGiB: 100, maxDiskGiB: 105 }, /expected 20 or more, and a most of 1\.1 times that/],
    [{ readReplicas: 3 }, /readReplicas: expected a whole number from 0 to 2, got 3/],
    [
      { readReplicas: 1, highAvailability: false },
      /readReplicas: expected 0 where highAvailability is false, got 1/,
    ],
    [{ backupRetentionDays: 0 }, /backupRetentionDays: expected 1 to 35, got 0/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assert.rejects(postgres(args), message);
    });
  }
});
