import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsPostgres } from "../../../providers/aws/postgres";
import { find, findAll, run, type TestRunOptions, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

const account = "210987654321";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

/** A server whose connections are pooled, and a workload that uses it. */
async function pooled(options?: TestRunOptions): ReturnType<typeof run<AwsPostgres>> {
  return await run(() => {
    const providers = awsProviders();
    const db = new AwsPostgres(
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
        pooling: true,
      },
      { providers },
    );
    const identity = new AwsWorkloadIdentity(
      "api",
      { ...here, cluster: makeCluster({}, providers), namespace: "explico", serviceAccount: "backend" },
      { providers },
    );
    db.grant("api-db", identity, "readWrite", { parent: identity });
    return db;
  }, options);
}

describe("AwsPostgres with a pool of connections", () => {
  let resources: readonly PlanResource[] = [];
  let db: AwsPostgres | undefined;
  before(async () => {
    ({ resources, result: db } = await pooled());
  });
  const proxy = (): PlanResource => find(resources, "aws:rds/proxy:Proxy");

  it("has a proxy that takes TLS and IAM alone, and signs in to the server by IAM as well", () => {
    const { inputs } = proxy();
    assert.equal(inputs["requireTls"], true);
    assert.equal(inputs["defaultAuthScheme"], "IAM_AUTH");
    assert.equal(inputs["auths"], undefined);
    assert.equal(inputs["debugLogging"], false);
    assert.equal(inputs["engineFamily"], "POSTGRESQL");
    assert.deepEqual(inputs["vpcSubnetIds"], ["subnet-data-a", "subnet-data-b"]);
    const [statement = {}, ...others] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "db-pool-role-policy"),
    ).Statement;
    assert.deepEqual(others, []);
    assert.equal(statement["Action"], "rds-db:connect");
    assert.match(
      String(statement["Resource"]),
      new RegExp(`^arn:aws:rds-db:eu-west-1:${account}:dbuser:db-[0-9A-F]{26}/\\*$`),
    );
  });

  it("stands before the primary, with most of its connections and none for ever", () => {
    const target = find(resources, "aws:rds/proxyTarget:ProxyTarget").inputs;
    assert.deepEqual(target, {
      dbProxyName: "db-pool",
      targetGroupName: "default",
      dbInstanceIdentifier: "db",
    });
    assert.deepEqual(find(resources, "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup").inputs, {
      dbProxyName: "db-pool",
      connectionPoolConfig: { maxConnectionsPercent: 90, connectionBorrowTimeout: 30 },
    });
  });

  it("has its log group there before it, encrypted and with an end", () => {
    const logs = find(resources, "aws:cloudwatch/logGroup:LogGroup", "db-pool-logs");
    assert.equal(logs.inputs["name"], "/aws/rds/proxy/db-pool");
    assert.equal(logs.inputs["retentionInDays"], 365);
    assert.match(textOf(logs, "kmsKeyId"), /^arn:aws:kms:/);
    assert.ok(proxy().dependencies.includes(logs.urn));
  });

  it("is reached by nodes and pods, and reaches the server and nothing else", () => {
    const egress = find(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    const own = find(resources, "aws:ec2/securityGroup:SecurityGroup", "db-pool").urn;
    const ofServer = find(resources, "aws:ec2/securityGroup:SecurityGroup", "db").urn;
    assert.deepEqual(egress.propertyDependencies["securityGroupId"], [own]);
    assert.deepEqual(egress.propertyDependencies["referencedSecurityGroupId"], [ofServer]);
    const rules = findAll(resources, ingressType);
    const { propertyDependencies: from } = find(rules, ingressType, "db-pool-from-proxy");
    assert.deepEqual(from["securityGroupId"], [ofServer]);
    assert.deepEqual(from["referencedSecurityGroupId"], [own]);
    const ofDatabase = rules.filter(({ name }) => name.startsWith("db-"));
    assert.ok(ofDatabase.length >= 3);
    for (const { inputs } of [egress, ...ofDatabase]) {
      assert.deepEqual([inputs["fromPort"], inputs["toPort"]], [5432, 5432]);
    }
  });

  it("is where workloads go, and they verify it by the authorities of AWS", async () => {
    assert.ok(db !== undefined);
    const { PGHOST, PGSSLMODE } = db.connection;
    assert.ok(PGHOST !== undefined && PGSSLMODE !== undefined);
    assert.match(await valueOf(PGHOST), /^db-pool\.proxy-[0-9a-f]+\.eu-west-1\.rds\.amazonaws\.com$/);
    assert.equal(await valueOf(PGSSLMODE), "verify-full");
    const pem = await valueOf(db.caBundle.pem);
    const subjects = pem
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .flatMap((certificate) => new X509Certificate(certificate).subject.split("\n"));
    assert.ok(subjects.includes("CN=Amazon RDS eu-west-1 Root CA RSA2048 G1"));
    assert.ok(subjects.includes("CN=Amazon Root CA 1"));
  });

  it("lets a workload in as its own user, at the proxy and on the server", () => {
    const [statement = {}] = policyOf(find(resources, "aws:iam/rolePolicy:RolePolicy", "api-db")).Statement;
    const [atProxy = "", onServer = "", ...others] = statement["Resource"] as readonly string[];
    assert.match(atProxy, /:dbuser:prx-[0-9a-f]+\/backend$/);
    assert.match(onServer, /:dbuser:db-[0-9A-F]{26}\/backend$/);
    assert.deepEqual(others, []);
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const { resources: unknown } = await pooled({ preview: "unknown" });
    assert.deepEqual(
      unknown.map(({ urn }) => urn),
      resources.map(({ urn }) => urn),
    );
  });
});
