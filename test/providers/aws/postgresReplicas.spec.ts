import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { Postgres } from "../../../components/data/postgres";
import type { PlanResource } from "../../../preview/plan";
import type { AwsPostgresArgs } from "../../../providers/aws/postgres";
import { find, findAll, isSecretInput, run, type TestRunOptions, valueOf } from "../../support/run";
import { awsProvider } from "../../../providers/aws";
import { policyOf, textOf } from "./inputs";
import { there, withRecovery } from "./recoveries";
import { givenNetwork, here, pool } from "./stacks";

const instanceType = "aws:rds/instance:Instance";

const spec = {
  version: "17",
  machine: { vcpus: 4, memoryGiB: 32 },
  diskGiB: 500,
  highAvailability: true,
  readReplicas: 2,
  backupRetentionDays: 30,
} as const;

/** A server with read replicas, a replica in another region, and a workload that uses it. */
async function postgres(
  args: Partial<Omit<AwsPostgresArgs, "network">> = {},
  options?: TestRunOptions,
): ReturnType<typeof withRecovery<Postgres>> {
  return await withRecovery(({ cloud, network, recovery }) => {
    const cluster = cloud.cluster(
      "main-cluster",
      { network, version: "1.35", nodePools: { system: pool } },
      {},
    );
    const db = cloud.postgres("db", { ...spec, network, recovery, ...args }, {});
    const identity = cloud.workloadIdentity(
      "api",
      { cluster, namespace: "seo", serviceAccount: "backend-api" },
      {},
    );
    db.grant("api-db", identity, "readWrite", { parent: identity });
    return db;
  }, options);
}

describe("AwsPostgres with replicas", () => {
  let resources: readonly PlanResource[] = [];
  let db: Postgres | undefined;
  before(async () => {
    ({ resources, result: db } = await postgres());
  });
  const node = (name: string): PlanResource => find(resources, instanceType, name);
  const regionOf = ({ provider }: PlanResource): unknown =>
    resources.find(({ urn }) => urn === provider?.replace(/::[^:]*$/, ""))?.inputs["region"];

  it("has a primary with a standby, and a read replica in each of two zones", () => {
    assert.equal(node("db").inputs["multiAz"], true);
    const readers = findAll(resources, instanceType).filter(({ name }) => name.startsWith("db-read-"));
    assert.deepEqual(
      readers.map(({ name, inputs }) => [name, inputs["availabilityZone"], inputs["replicateSourceDb"]]),
      [
        ["db-read-a", "eu-west-1a", "db"],
        ["db-read-b", "eu-west-1b", "db"],
      ],
    );
    for (const { inputs, protect } of readers) {
      assert.equal(inputs["instanceClass"], "db.r7g.xlarge");
      assert.equal(inputs["maxAllocatedStorage"], 2000);
      assert.equal(inputs["deletionProtection"], true);
      assert.equal(protect, true);
    }
  });

  it("says nothing of a replica that RDS takes from its primary", () => {
    for (const { name, inputs } of findAll(resources, instanceType)) {
      if (name === "db") continue;
      for (const key of ["engine", "engineVersion", "username", "dbName", "allocatedStorage", "passwordWo"]) {
        assert.equal(inputs[key], undefined, `${name}: ${key}`);
      }
      // RDS takes no last snapshot of a replica, and refuses to be told of one
      assert.equal(inputs["skipFinalSnapshot"], true);
      assert.equal(inputs["finalSnapshotIdentifier"], undefined);
    }
  });

  it("has every node encrypted, private, signed in to by IAM and heard by CloudWatch", () => {
    const nodes = findAll(resources, instanceType);
    assert.equal(nodes.length, 4);
    for (const { name, inputs } of nodes) {
      assert.equal(inputs["storageEncrypted"], true, name);
      assert.equal(inputs["publiclyAccessible"], false, name);
      assert.equal(inputs["iamDatabaseAuthenticationEnabled"], true, name);
      assert.deepEqual(inputs["enabledCloudwatchLogsExports"], ["postgresql", "upgrade"], name);
      assert.equal(inputs["monitoringInterval"], 60, name);
      assert.equal(inputs["performanceInsightsEnabled"], true, name);
    }
  });

  it("keeps a replica in the other region under that region's key, with backups of its own", () => {
    const replica = node("db-recovery-17");
    assert.equal(regionOf(replica), there);
    assert.match(textOf(replica, "replicateSourceDb"), /^arn:aws:rds:eu-west-1:\d{12}:db:db$/);
    for (const key of ["kmsKeyId", "performanceInsightsKmsKeyId"]) {
      assert.match(textOf(replica, key), new RegExp(`^arn:aws:kms:${there}:`), key);
    }
    assert.equal(replica.inputs["backupRetentionPeriod"], 30);
    assert.equal(replica.inputs["deletionProtection"], true);
    assert.equal(replica.protect, true);
    for (const [type, name] of [
      ["aws:rds/subnetGroup:SubnetGroup", "db-recovery"],
      ["aws:rds/parameterGroup:ParameterGroup", "db-recovery-17"],
      ["aws:ec2/securityGroup:SecurityGroup", "db-recovery"],
      ["aws:kms/key:Key", "db-recovery-key"],
    ] as const) {
      assert.equal(regionOf(find(resources, type, name)), there, type);
    }
    const parameters = find(resources, "aws:rds/parameterGroup:ParameterGroup", "db-recovery-17").inputs;
    assert.deepEqual(
      parameters["parameters"],
      find(resources, "aws:rds/parameterGroup:ParameterGroup", "db-17").inputs["parameters"],
    );
  });

  it("has each node's log groups there before it, in the node's region, by its name", () => {
    for (const instance of findAll(resources, instanceType)) {
      const { name, dependencies } = instance;
      for (const log of ["postgresql", "upgrade"]) {
        const group = find(resources, "aws:cloudwatch/logGroup:LogGroup", `${name}-${log}-logs`);
        assert.equal(group.inputs["name"], `/aws/rds/instance/${textOf(instance, "identifier")}/${log}`);
        assert.equal(regionOf(group), regionOf(node(name)));
        assert.ok(dependencies.includes(group.urn), name);
      }
    }
  });

  it("works on no two nodes at a time, and on replicas before their primary", () => {
    const windows = findAll(resources, instanceType).map((each) => textOf(each, "maintenanceWindow"));
    assert.equal(new Set(windows).size, windows.length);
    const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    const dayOf = (name: string) => days.indexOf(textOf(node(name), "maintenanceWindow").slice(0, 3));
    for (const replica of ["db-read-a", "db-read-b", "db-recovery-17"]) {
      assert.ok(dayOf(replica) < dayOf("db"), replica);
    }
  });

  it("keeps the administrator's password in a secret of ours, made anew at once and each week", () => {
    const { inputs } = node("db");
    assert.equal(inputs["manageMasterUserPassword"], undefined);
    assert.equal(inputs["password"], undefined);
    assert.ok(isSecretInput(node("db"), "passwordWo"));
    // sent once: what the function has set since stays
    assert.equal(inputs["passwordWoVersion"], 1);
    const rotation = find(resources, "aws:secretsmanager/secretRotation:SecretRotation");
    assert.deepEqual(rotation.inputs["rotationRules"], {
      scheduleExpression: "rate(7 days)",
      duration: "1h",
    });
    assert.equal(rotation.inputs["rotateImmediately"], true);
    assert.deepEqual(findAll(resources, "aws:secretsmanager/secretVersion:SecretVersion"), []);
    const rotator = find(resources, "aws:lambda/function:Function");
    assert.deepEqual(rotator.inputs["environment"], {
      variables: { DB_INSTANCE: "db", DB_USERNAME: "platformadmin", DB_PASSWORD_LENGTH: "40" },
    });
    assert.ok(Number(rotator.inputs["timeout"]) >= 300);
    const policy = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "db-administrator-rotation-role-policy"),
    );
    const server = policy.Statement.find((statement) => statement["Sid"] === "Server") ?? {};
    assert.deepEqual(server["Action"], ["rds:DescribeDBInstances", "rds:ModifyDBInstance"]);
    assert.match(String(server["Resource"]), /^arn:aws:rds:eu-west-1:210987654321:db:db$/);
  });

  it("sends writes to the primary and reads to every replica, each by the name in its certificate", async () => {
    const values = await Promise.all(
      ["PGHOST", "PGHOST_READ"].map(async (key) => valueOf(db?.connection[key] ?? assert.fail(key))),
    );
    const [writes = "", reads = ""] = values;
    assert.match(writes, /^db\.[0-9a-f]+\.eu-west-1\.rds\.amazonaws\.com$/);
    assert.equal(reads.split(",").length, 2);
    for (const host of reads.split(",")) {
      assert.match(host, /^db-read-[ab]\.[0-9a-f]+\.eu-west-1\.rds\.amazonaws\.com$/);
    }
  });

  it("hands out the authorities of both regions, so that the replica is known once it is promoted", async () => {
    const pem = await valueOf(db?.caBundle?.pem ?? assert.fail("no authorities"));
    const subjects = pem
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .flatMap((certificate) => new X509Certificate(certificate).subject.split("\n"));
    for (const region of ["eu-west-1", there]) {
      assert.ok(subjects.includes(`CN=Amazon RDS ${region} Root CA RSA2048 G1`), region);
    }
  });

  it("lets an identity sign in as its own user on every node, in each region, and as no other", () => {
    const [statement = {}, ...others] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "api-db"),
    ).Statement;
    assert.deepEqual(others, []);
    const users = statement["Resource"] as readonly string[];
    assert.equal(users.length, 4);
    for (const user of users) assert.match(user, /:dbuser:db-[0-9A-F]{26}\/backend-api$/);
    assert.equal(users.filter((user) => user.startsWith(`arn:aws:rds-db:${there}:`)).length, 1);
  });

  it("asks for another major before each update of the primary", async () => {
    const { hooks } = await postgres();
    assert.deepEqual(hooks.get(node("db").urn), ["db-upgrade"]);
  });

  it("makes a new replica in the other region for a new major, since RDS takes none there along", async () => {
    const { resources: upgraded } = await postgres({ version: "18", allowMajorUpgrade: true });
    const names = findAll(upgraded, instanceType).map(({ name }) => name);
    assert.deepEqual(names, ["db", "db-read-a", "db-read-b", "db-recovery-18"]);
    const { inputs } = find(upgraded, instanceType, "db");
    assert.deepEqual(
      [inputs["engineVersion"], inputs["allowMajorVersionUpgrade"], inputs["applyImmediately"]],
      ["18", true, true],
    );
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const { resources: unknown } = await postgres({}, { preview: "unknown" });
    assert.deepEqual(
      unknown.map(({ urn }) => urn),
      resources.map(({ urn }) => urn),
    );
  });

  it("has a password of ours where its region alone has replicas, and no replica elsewhere", async () => {
    const { resources: local } = await run(() => {
      const cloud = awsProvider("main", { ...here, tags: {} }, {});
      cloud.postgres(
        "db",
        { ...spec, readReplicas: 1, network: givenNetwork("stores", ["a", "b", "c"]) },
        {},
      );
    });
    assert.deepEqual(
      findAll(local, instanceType).map(({ name }) => name),
      ["db", "db-read-c"],
    );
    assert.ok(isSecretInput(find(local, instanceType, "db"), "passwordWo"));
  });

  it("refuses more replicas than there are zones for", async () => {
    await assert.rejects(
      run(() => {
        const cloud = awsProvider("main", { ...here, tags: {} }, {});
        cloud.postgres("db", { ...spec, network: givenNetwork("stores", ["a"]) }, {});
      }),
      /readReplicas: expected at most one a zone of eu-west-1a, got 2/,
    );
  });
});
