import * as assert from "node:assert/strict";
import { mysqlVersions } from "../../../components/data/mysql";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsMySql, type AwsMySqlArgs, mysqlUser } from "../../../providers/aws/mysql";
import { find, findAll, isSecretInput, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { there, withRecovery } from "./recoveries";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

const instanceType = "aws:rds/instance:Instance";

const spec = {
  version: "8.4",
  machine: { vcpus: 4, memoryGiB: 32 },
  diskGiB: 200,
  highAvailability: true,
  backupRetentionDays: 30,
} as const;

function makeMySql(args: Partial<AwsMySqlArgs> = {}, providers = awsProviders()): AwsMySql {
  return new AwsMySql("db", { ...here, network: givenNetwork("stores"), ...spec, ...args }, { providers });
}

async function mysql(
  args: Partial<AwsMySqlArgs> = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makeMySql(args), options)).resources;
}

/** Inputs that hold the ids of other resources, which differ by nothing a reader would know. */
const ids = [
  ...["kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId", "monitoringRoleArn"],
  ...["parameterGroupName", "optionGroupName", "dbSubnetGroupName", "vpcSecurityGroupIds"],
];

describe("AwsMySql", () => {
  it("is private, encrypted, in two zones, backed up and kept from deletion", async () => {
    const primary = find(await mysql(), instanceType, "db");
    const told = Object.entries(primary.inputs).filter(([key]) => !ids.includes(key));
    assert.deepEqual(Object.fromEntries(told), {
      identifier: "db",
      engine: "mysql",
      engineVersion: "8.4",
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      instanceClass: "db.r7g.xlarge",
      port: 3306,
      dbName: "app",
      username: "platformadmin",
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: true,
      publiclyAccessible: false,
      multiAz: true,
      storageType: "gp3",
      allocatedStorage: 200,
      maxAllocatedStorage: 800,
      storageEncrypted: true,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      applyImmediately: false,
      maintenanceWindow: "sat:06:00-sat:07:00",
      backupWindow: "01:30-02:30",
      backupRetentionPeriod: 30,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "db-final",
      enabledCloudwatchLogsExports: ["audit", "error", "slowquery"],
      monitoringInterval: 60,
      databaseInsightsMode: "standard",
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
    });
    for (const key of ids.slice(0, 3)) {
      assert.match(textOf(primary, key), /^arn:aws:kms:eu-west-1:210987654321:key\//, key);
    }
    assert.equal(primary.protect, true);
  });

  for (const version of mysqlVersions) {
    it(`takes no connection without TLS and logs what was slow, on ${version}`, async () => {
      const { inputs } = find(await mysql({ version }), "aws:rds/parameterGroup:ParameterGroup");
      assert.equal(inputs["family"], `mysql${version}`);
      const parameters = inputs["parameters"] as readonly { readonly name: string; readonly value: string }[];
      assert.deepEqual(Object.fromEntries(parameters.map(({ name, value }) => [name, value])), {
        require_secure_transport: "1",
        local_infile: "0",
        log_output: "FILE",
        slow_query_log: "1",
        long_query_time: "1",
        innodb_print_all_deadlocks: "1",
        max_connections: "{DBInstanceClassMemory/12582880}",
      });
    });

    it(`records who came and who changed structure or rights, on ${version}`, async () => {
      const resources = await mysql({ version });
      const group = find(resources, "aws:rds/optionGroup:OptionGroup");
      const { engineName, majorEngineVersion, options } = group.inputs;
      assert.deepEqual([engineName, majorEngineVersion], ["mysql", version]);
      assert.deepEqual(options, [
        {
          optionName: "MARIADB_AUDIT_PLUGIN",
          optionSettings: [{ name: "SERVER_AUDIT_EVENTS", value: "CONNECT,QUERY_DDL,QUERY_DCL" }],
        },
      ]);
      const { propertyDependencies } = find(resources, instanceType);
      assert.deepEqual(propertyDependencies["optionGroupName"], [group.urn]);
    });
  }

  it("has its log groups there before it, encrypted and with an end", async () => {
    const resources = await mysql();
    const groups = findAll(resources, "aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(groups.map(({ inputs }) => inputs["name"]).sort(), [
      "/aws/rds/instance/db/audit",
      "/aws/rds/instance/db/error",
      "/aws/rds/instance/db/slowquery",
    ]);
    const { dependencies } = find(resources, instanceType);
    for (const group of groups) {
      assert.equal(group.inputs["retentionInDays"], 365);
      assert.match(textOf(group, "kmsKeyId"), /^arn:aws:kms:/);
      assert.ok(dependencies.includes(group.urn));
    }
  });

  it("lets in nodes and pods on its port, and nothing out", async () => {
    const resources = await mysql();
    const { inputs } = find(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    assert.deepEqual([inputs["fromPort"], inputs["toPort"], inputs["ipProtocol"]], [3306, 3306, "tcp"]);
    assert.deepEqual(findAll(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), []);
  });

  it("tells workloads where it is and how to verify it, and never a password", async () => {
    const { result } = await run(() => makeMySql());
    const values = await Promise.all(
      Object.entries(result.connection).map(async ([key, value]) => [key, await valueOf(value)] as const),
    );
    const { MYSQL_HOST, ...rest } = Object.fromEntries(values);
    assert.match(MYSQL_HOST ?? "", /^db\.[0-9a-f]+\.eu-west-1\.rds\.amazonaws\.com$/);
    assert.deepEqual(rest, { MYSQL_PORT: "3306", MYSQL_DATABASE: "app", MYSQL_SSL_MODE: "VERIFY_IDENTITY" });
    assert.equal(result.caBundle.variable, "MYSQL_SSL_CA");
    assert.match(await valueOf(result.caBundle.pem), /^-----BEGIN CERTIFICATE-----/);
  });

  it("lets an identity sign in as its own database user, and as no other", async () => {
    const { result, resources } = await run(() => {
      const providers = awsProviders();
      const identity = new AwsWorkloadIdentity(
        "ledger",
        { ...here, cluster: makeCluster({}, providers), namespace: "suuupra", serviceAccount: "ledger" },
        { providers },
      );
      return makeMySql({}, providers).grant("ledger-db", identity, "readWrite", { parent: identity });
    });
    assert.equal(await valueOf(result.MYSQL_USER), "ledger");
    const [statement = {}, ...others] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "ledger-db"),
    ).Statement;
    assert.deepEqual(others, []);
    assert.equal(statement["Action"], "rds-db:connect");
    const [user = "", ...more] = statement["Resource"] as readonly string[];
    assert.match(user, /^arn:aws:rds-db:eu-west-1:210987654321:dbuser:db-[0-9A-F]{26}\/ledger$/);
    assert.deepEqual(more, []);
  });

  it("keeps readers and writers apart by user, within MySQL's 32 characters", () => {
    assert.equal(mysqlUser({ serviceAccount: "ledger" }, "read"), "ledger-read");
    const long = (["read", "readWrite"] as const).map((access) =>
      mysqlUser({ serviceAccount: "s".repeat(63) }, access),
    );
    for (const user of long) assert.ok(user.length <= 32);
    assert.equal(new Set(long).size, 2);
  });

  it("keeps a replica in the other region under that region's key, with its audit log", async () => {
    const { resources } = await withRecovery(({ cloud, network, recovery }) => {
      cloud.mySql("db", { network, recovery, ...spec }, {});
    });
    const replica = find(resources, instanceType, "db-recovery-8-4");
    assert.equal(replica.inputs["identifier"], "db-recovery-8-4");
    assert.match(textOf(replica, "replicateSourceDb"), /^arn:aws:rds:eu-west-1:\d{12}:db:db$/);
    assert.match(textOf(replica, "kmsKeyId"), new RegExp(`^arn:aws:kms:${there}:`));
    assert.equal(replica.inputs["backupRetentionPeriod"], 30);
    const options = find(resources, "aws:rds/optionGroup:OptionGroup", "db-recovery-8-4");
    assert.deepEqual(replica.propertyDependencies["optionGroupName"], [options.urn]);
    // RDS makes no replica of a server whose password it keeps
    const primary = find(resources, instanceType, "db");
    assert.ok(isSecretInput(primary, "passwordWo"));
    assert.equal(primary.inputs["manageMasterUserPassword"], undefined);
  });

  it("asks for another series before each update", async () => {
    const { resources, hooks } = await run(() => makeMySql());
    assert.deepEqual(hooks.get(find(resources, instanceType).urn), ["db-upgrade"]);
  });

  it("can be deleted where it is not protected", async () => {
    const resources = await mysql({ protect: false });
    const { inputs } = find(resources, instanceType);
    assert.deepEqual([inputs["deletionProtection"], inputs["skipFinalSnapshot"]], [false, true]);
    assert.deepEqual(
      resources.filter(({ protect }) => protect),
      [],
    );
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = (resources: readonly PlanResource[]) => resources.map(({ urn }) => urn);
    assert.deepEqual(urnsOf(await mysql({}, { preview: "unknown" })), urnsOf(await mysql()));
  });

  for (const [args, message] of [
    [{ version: "8.0" }, /version: expected one of 8\.4, got "8\.0"/],
    [{ diskGiB: 19 }, /diskGiB, maxDiskGiB: expected 20 or more/],
    [{ backupRetentionDays: 36 }, /backupRetentionDays: expected 1 to 35, got 36/],
    [{ machine: { vcpus: 4, memoryGiB: 8 } }, /machine: expected .* got 4 vCPUs with 8 GiB/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assert.rejects(mysql(args), message);
    });
  }
});
