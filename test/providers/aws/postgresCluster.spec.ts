import * as assert from "node:assert/strict";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import { postgresVersions } from "../../../components/data/postgres";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsPostgres, type AwsPostgresArgs } from "../../../providers/aws/postgres";
import { find, findAll, isSecretInput, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

const clusterType = "aws:rds/cluster:Cluster";

function makePostgres(
  args: Partial<Omit<AwsPostgresArgs, "network">> = {},
  { zones = ["a", "b", "c"], providers = awsProviders() } = {},
): AwsPostgres {
  return new AwsPostgres(
    "db",
    {
      ...here,
      network: givenNetwork("stores", zones),
      version: "17",
      machine: { vcpus: 4, memoryGiB: 32 },
      diskGiB: 500,
      highAvailability: true,
      readReplicas: 2,
      backupRetentionDays: 30,
      ...args,
    },
    { providers },
  );
}

async function postgres(
  args: Parameters<typeof makePostgres>[0] = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makePostgres(args), options)).resources;
}

/** Inputs that hold the ids of other resources, which differ by nothing a reader would know. */
const ids = [
  "kmsKeyId",
  "performanceInsightsKmsKeyId",
  "masterUserSecretKmsKeyId",
  "monitoringRoleArn",
  "dbClusterParameterGroupName",
  "dbSubnetGroupName",
  "vpcSecurityGroupIds",
];

describe("AwsPostgres with read replicas", () => {
  it("is a Multi-AZ DB cluster: private, encrypted, backed up and kept from deletion", async () => {
    const resources = await postgres();
    const cluster = find(resources, clusterType, "db");
    const told = Object.entries(cluster.inputs).filter(([key]) => !ids.includes(key));
    assert.deepEqual(Object.fromEntries(told), {
      clusterIdentifier: "db",
      engine: "postgres",
      engineVersion: "17",
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      dbClusterInstanceClass: "db.r6gd.xlarge",
      port: 5432,
      databaseName: "app",
      masterUsername: "platformadmin",
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: true,
      storageType: "gp3",
      allocatedStorage: 500,
      iops: 12_000,
      storageEncrypted: true,
      caCertificateIdentifier: "rds-ca-rsa2048-g1",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      applyImmediately: false,
      preferredMaintenanceWindow: "sun:04:30-sun:05:30",
      preferredBackupWindow: "03:00-04:00",
      backupRetentionPeriod: 30,
      copyTagsToSnapshot: true,
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
      assert.match(textOf(cluster, key), /^arn:aws:kms:eu-west-1:210987654321:key\//, key);
    }
    assert.equal(cluster.protect, true);
    assert.deepEqual(findAll(resources, "aws:rds/instance:Instance"), []);
  });

  it("has no password in the program: RDS makes, keeps and rotates it", async () => {
    const resources = await postgres();
    const secrets = resources.filter(({ type }) => /^(random|aws:secretsmanager|aws:serverless)/.test(type));
    assert.deepEqual(secrets, []);
    for (const resource of resources) {
      for (const key of Object.keys(resource.inputs)) {
        assert.ok(!isSecretInput(resource, key), `${resource.urn}: ${key}`);
      }
    }
  });

  for (const version of postgresVersions) {
    it(`takes no connection without TLS and logs who did what, on ${version}`, async () => {
      const resources = await postgres({ version });
      const { inputs } = find(resources, "aws:rds/clusterParameterGroup:ClusterParameterGroup");
      assert.equal(inputs["family"], `postgres${version}`);
      const parameters = inputs["parameters"] as readonly { readonly name: string; readonly value: string }[];
      const byName = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
      assert.equal(byName["rds.force_ssl"], "1");
      assert.equal(byName["pgaudit.log"], "role,ddl");
      assert.match(byName["shared_preload_libraries"] ?? "", /pgaudit/);
      const used = find(resources, clusterType).propertyDependencies["dbClusterParameterGroupName"];
      assert.match(String(used), /ClusterParameterGroup::db-/);
    });
  }

  it("stands in three zones, and a fourth one moves nothing", async () => {
    const zones = ["a", "b", "c", "d"];
    const { resources } = await run(() => makePostgres({}, { zones }));
    const { inputs } = find(resources, "aws:rds/subnetGroup:SubnetGroup");
    assert.deepEqual(inputs["subnetIds"], ["subnet-data-a", "subnet-data-b", "subnet-data-c"]);
  });

  it("has its log groups there before it, by the cluster's name, encrypted and with an end", async () => {
    const resources = await postgres();
    const groups = findAll(resources, "aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(groups.map(({ inputs }) => inputs["name"]).sort(), [
      "/aws/rds/cluster/db/postgresql",
      "/aws/rds/cluster/db/upgrade",
    ]);
    const { dependencies } = find(resources, clusterType);
    for (const group of groups) {
      assert.equal(group.inputs["retentionInDays"], 365);
      assert.match(textOf(group, "kmsKeyId"), /^arn:aws:kms:/);
      assert.ok(dependencies.includes(group.urn));
    }
  });

  for (const [diskGiB, allocatedStorage, iops] of [
    [125, 400, 12_000],
    [400, 400, 12_000],
    [24_001, 24_001, 12_001],
    [65_536, 65_536, 32_768],
  ] as const) {
    it(`gives ${allocatedStorage} GiB and ${iops} IOPS where ${diskGiB} GiB are asked for`, async () => {
      const { inputs } = find(await postgres({ diskGiB }), clusterType);
      assert.deepEqual([inputs["allocatedStorage"], inputs["iops"]], [allocatedStorage, iops]);
      // what RDS takes of a cluster: half an operation to fifty a GiB
      assert.ok(iops >= allocatedStorage / 2 && iops <= allocatedStorage * 50);
    });
  }

  it("sends writes to the writer and reads to the readers", async () => {
    const { result } = await run(() => makePostgres());
    const { PGHOST, PGHOST_READ } = result.connection;
    assert.ok(PGHOST !== undefined && PGHOST_READ !== undefined);
    assert.equal(await valueOf(PGHOST), await valueOf(result.host));
    assert.match(await valueOf(PGHOST), /^db\.cluster-[0-9a-f]+\.eu-west-1\.rds\.amazonaws\.com$/);
    assert.match(await valueOf(PGHOST_READ), /^db\.cluster-ro-[0-9a-f]+\.eu-west-1\.rds\.amazonaws\.com$/);
  });

  it("lets an identity sign in as its own database user of the cluster, and as no other", async () => {
    const { resources } = await run(() => {
      const providers = awsProviders();
      const identity = new AwsWorkloadIdentity(
        "api",
        { ...here, cluster: makeCluster({}, providers), namespace: "seo", serviceAccount: "backend-api" },
        { providers },
      );
      const db = makePostgres({}, { providers });
      return db.grant("api-db", identity, "readWrite", { parent: identity });
    });
    const [statement = {}, ...others] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "api-db"),
    ).Statement;
    assert.deepEqual(others, []);
    assert.equal(statement["Action"], "rds-db:connect");
    assert.match(
      String(statement["Resource"]),
      /^arn:aws:rds-db:eu-west-1:210987654321:dbuser:cluster-[0-9A-F]{26}\/backend-api$/,
    );
  });

  it("keeps its identifier within a cluster's 52 characters", async () => {
    const { resources } = await run(() => {
      const providers = awsProviders();
      return new AwsPostgres(
        "a-name-of-fifty-three-characters-which-is-one-too-many",
        {
          ...here,
          network: givenNetwork("stores", ["a", "b", "c"]),
          version: "17",
          machine: { vcpus: 2, memoryGiB: 8 },
          diskGiB: 400,
          highAvailability: true,
          readReplicas: 1,
          backupRetentionDays: 7,
        },
        { providers },
      );
    });
    const cluster = find(resources, clusterType);
    assert.match(textOf(cluster, "clusterIdentifier"), /^[a-z][a-z0-9-]{0,51}$/);
    assert.equal(cluster.inputs["dbClusterInstanceClass"], "db.m6gd.large");
  });

  it("can be deleted where it is not protected", async () => {
    const resources = await postgres({ protect: false });
    const { inputs } = find(resources, clusterType);
    assert.equal(inputs["deletionProtection"], false);
    assert.equal(inputs["skipFinalSnapshot"], true);
    assert.deepEqual(
      resources.filter(({ protect }) => protect),
      [],
    );
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = (resources: readonly PlanResource[]) => resources.map(({ urn }) => urn);
    assert.deepEqual(urnsOf(await postgres({}, { preview: "unknown" })), urnsOf(await postgres()));
  });

  for (const [args, message] of [
    [
      { maxDiskGiB: 2000 },
      /^postgres\.maxDiskGiB is not supported on aws: .* disks do not grow by themselves$/,
    ],
    [
      { machine: { vcpus: 2, memoryGiB: 8, burstable: true } },
      /^postgres\.machine\.burstable is not supported on aws: .* no burstable class$/,
    ],
  ] as const) {
    it(`says that the cloud has no ${JSON.stringify(args)}, before anything is registered`, async () => {
      await assert.rejects(
        run(() => {
          assert.throws(
            () => makePostgres(args),
            (error) => error instanceof UnsupportedOnCloudError && message.test(error.message),
          );
          throw new Error("as expected");
        }),
        /as expected/,
      );
    });
  }

  for (const [args, message] of [
    [{ diskGiB: 19 }, /diskGiB: expected 20 to 65536, got 19/],
    [{ diskGiB: 70_000 }, /diskGiB: expected 20 to 65536, got 70000/],
    [
      { machine: { vcpus: 4, memoryGiB: 8 } },
      /machine: expected 4 or 8 GiB a vCPU and 2 or 4 or 8 or 16 vCPUs of a machine on aws, got 4 vCPUs with 8 GiB/,
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assert.rejects(postgres(args), message);
    });
  }
});
