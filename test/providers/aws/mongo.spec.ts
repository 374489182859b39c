import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { Mongo, MongoArgs } from "../../../components/data/mongo";
import type { AtlasAccess } from "../../../components/data/atlas";
import { awsProvider } from "../../../providers/aws";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsMongo } from "../../../providers/aws/mongo";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, isSecretInput, type Ran, run, type TestRunOptions, valueOf } from "../../support/run";
import { alertsOf, atlasAccess, atlasType, clusterOf, mongoArgs, regionsOf } from "../atlasScene";
import { policyOf, textOf } from "./inputs";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

const place = { region: "us-east-1", accountId: "210987654321", tags: {} };
const own = { cidr: "10.0.0.0/16", podCidr: "10.64.0.0/15", serviceCidr: "172.20.0.0/18" };

interface Scene {
  readonly args?: Partial<MongoArgs>;
  readonly access?: Partial<AtlasAccess>;
  /** @default false */
  readonly recovery?: boolean;
}

async function mongo(
  { args, access, recovery = false }: Scene = {},
  options?: TestRunOptions,
): Promise<Ran<Mongo>> {
  return await run(() => {
    const cloud = awsProvider("main", place, {});
    const network = givenNetwork("stores");
    const { podCidr, serviceCidr } = own;
    const other = () =>
      cloud.recovery(
        "other",
        {
          network,
          region: "us-west-2",
          cidr: "10.128.0.0/16",
          zones: ["a", "b"],
          podCidr,
          serviceCidr,
          flowLogRetentionDays: 365,
          protect: true,
        },
        {},
      );
    return cloud.mongo(
      "mongo",
      {
        ...mongoArgs,
        network,
        ...(recovery && { recovery: other() }),
        ...args,
        atlas: atlasAccess(access),
      },
      {},
    );
  }, options);
}

async function resourcesOf(scene?: Scene): Promise<readonly PlanResource[]> {
  return (await mongo(scene)).resources;
}

describe("AwsMongo", () => {
  it("is a replica set of three nodes of Atlas's tier M40, encrypted with our key, TLS 1.2 or newer", async () => {
    const resources = await resourcesOf();
    const { projectId, replicationSpecs, ...inputs } = clusterOf(resources).inputs;
    assert.ok(typeof projectId === "string" && /^[0-9a-f]{24}$/.test(projectId));
    assert.deepEqual(inputs, {
      name: "main",
      clusterType: "REPLICASET",
      mongoDbMajorVersion: "8.0",
      versionReleaseSystem: "LTS",
      useEffectiveFields: true,
      encryptionAtRestProvider: "AWS",
      advancedConfiguration: {
        minimumEnabledTlsProtocol: "TLS1_2",
        javascriptEnabled: false,
        defaultWriteConcern: "majority",
        oplogMinRetentionHours: 24,
      },
      redactClientLogData: true,
      backupEnabled: true,
      pitEnabled: true,
      terminationProtectionEnabled: true,
      retainBackupsEnabled: true,
      deleteOnCreateTimeout: false,
    });
    assert.deepEqual(regionsOf(resources), [["US_EAST_1", 7, "M40", 3]]);
    assert.ok(replicationSpecs !== undefined);
    assert.equal(clusterOf(resources).protect, true);
  });

  it("stands in both regions where one takes over, the majority in the stack's own", async () => {
    assert.deepEqual(regionsOf(await resourcesOf({ recovery: true })), [
      ["US_EAST_1", 7, "M40", 3],
      ["US_WEST_2", 6, "M40", 2],
    ]);
  });

  it("leaves a disk to the tier's own size, says another, and lets it grow", async () => {
    const disks = async (diskGiB: number) => {
      const [spec] = clusterOf(await resourcesOf({ args: { diskGiB } })).inputs[
        "replicationSpecs"
      ] as readonly {
        regionConfigs: readonly { electableSpecs: Record<string, unknown>; autoScaling: unknown }[];
      }[];
      const [region] = spec?.regionConfigs ?? [];
      assert.deepEqual(region?.autoScaling, {
        diskGbEnabled: true,
        computeEnabled: false,
        computeScaleDownEnabled: false,
      });
      return region.electableSpecs["diskSizeGb"];
    };
    assert.equal(await disks(80), undefined);
    assert.equal(await disks(200), 200);
  });

  it("is reached over PrivateLink alone, from nodes and pods, in the data subnets", async () => {
    const resources = await resourcesOf();
    assert.deepEqual(findAll(resources, atlasType("ProjectIpAccessList")), []);
    const endpoint = find(resources, "aws:ec2/vpcEndpoint:VpcEndpoint");
    assert.equal(endpoint.inputs["vpcEndpointType"], "Interface");
    assert.equal(endpoint.inputs["serviceRegion"], undefined);
    assert.match(textOf(endpoint, "serviceName"), /^com\.amazonaws\.vpce\.us-east-1\.vpce-svc-/);
    assert.deepEqual(endpoint.inputs["subnetIds"], ["subnet-data-a", "subnet-data-b"]);
    const group = find(resources, "aws:ec2/securityGroup:SecurityGroup").inputs;
    assert.equal(group["ingress"] ?? group["egress"], undefined);
    const { cidrIpv4, fromPort, toPort } = find(
      resources,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ).inputs;
    assert.deepEqual([cidrIpv4, fromPort, toPort], ["10.20.0.0/17", 1024, 65535]);
    assert.deepEqual((await mongo()).result.destinations, [
      { cidrs: ["10.20.128.0/18"], ports: [{ from: 1024, to: 65535 }] },
    ]);
  });

  it("has an endpoint to the nodes of the other region too, in the stack's own network", async () => {
    const resources = await resourcesOf({ recovery: true });
    const services = findAll(resources, atlasType("PrivateLinkEndpoint"));
    assert.deepEqual(
      services.map(({ inputs }) => [inputs["region"], inputs["supportedRemoteRegions"]]),
      [
        ["US_EAST_1", undefined],
        ["US_WEST_2", ["US_EAST_1"]],
      ],
    );
    const links = findAll(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
      ({ inputs }) => inputs["vpcEndpointType"] === "Interface",
    );
    assert.deepEqual(
      links.map(({ inputs }) => [inputs["vpcId"], inputs["serviceRegion"]]),
      [
        ["vpc-0123456789abcdef0", undefined],
        ["vpc-0123456789abcdef0", "us-west-2"],
      ],
    );
  });

  it("is made once its endpoints and its key are ready, so that Atlas names its private address", async () => {
    const resources = await resourcesOf({ recovery: true });
    const { dependencies } = clusterOf(resources);
    for (const type of ["PrivateLinkEndpointService", "EncryptionAtRest"]) {
      const needed = findAll(resources, atlasType(type));
      assert.ok(needed.length > 0);
      for (const { urn } of needed) assert.ok(dependencies.includes(urn), urn);
    }
  });

  it("encrypts with a key of ours, which Atlas uses by a role that nobody else can assume", async () => {
    const resources = await resourcesOf();
    const encryption = find(resources, atlasType("EncryptionAtRest"));
    const { customerMasterKeyId, roleId, ...config } = encryption.inputs["awsKmsConfig"] as Record<
      string,
      unknown
    >;
    assert.deepEqual(config, { enabled: true, region: "US_EAST_1" });
    assert.ok(typeof customerMasterKeyId === "string" && typeof roleId === "string");
    const role = find(resources, "aws:iam/role:Role", "mongo-atlas");
    const [trust] = policyOf(role, "assumeRolePolicy").Statement;
    assert.equal(trust?.["Action"], "sts:AssumeRole");
    assert.match(JSON.stringify(trust["Principal"]), /^\{"AWS":"arn:aws:iam::\d{12}:root"\}$/);
    assert.match(JSON.stringify(trust["Condition"]), /^\{"StringEquals":\{"sts:ExternalId":"[0-9a-f]+"\}\}$/);
    const rights = find(resources, "aws:iam/rolePolicy:RolePolicy", "mongo-atlas-policy");
    const [statement] = policyOf(rights).Statement;
    assert.deepEqual(statement?.["Action"], ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]);
    assert.match(String(statement["Resource"]), /^arn:aws:kms:us-east-1:210987654321:key\//);
    assert.ok(encryption.dependencies.includes(rights.urn));
  });

  it("keeps its key in the region that takes over, so that both are not lost at once", async () => {
    const resources = await resourcesOf({ recovery: true });
    const key = find(resources, "aws:kms/key:Key", "mongo-recovery-key");
    assert.match(key.provider ?? "", /::other::/);
    assert.equal(key.protect, true);
    const { awsKmsConfig } = find(resources, atlasType("EncryptionAtRest")).inputs;
    assert.equal((awsKmsConfig as Record<string, unknown>)["region"], "US_WEST_2");
  });

  it("takes snapshots four times a day and keeps them with the log for as long as asked, copied to the other region", async () => {
    const kept = { retentionUnit: "days", retentionValue: 30 };
    const alone = find(await resourcesOf(), atlasType("CloudBackupSchedule")).inputs;
    assert.deepEqual(alone["policyItemHourly"], { frequencyInterval: 6, ...kept });
    assert.deepEqual(alone["policyItemDaily"], { frequencyInterval: 1, ...kept });
    assert.equal(alone["restoreWindowDays"], 30);
    assert.equal(alone["copySettings"], undefined);
    const copied = find(await resourcesOf({ recovery: true }), atlasType("CloudBackupSchedule")).inputs;
    const [copy] = copied["copySettings"] as readonly Record<string, unknown>[];
    const { zoneId, ...rest } = copy ?? {};
    assert.ok(typeof zoneId === "string");
    assert.deepEqual(rest, {
      cloudProvider: "AWS",
      regionName: "US_WEST_2",
      shouldCopyOplogs: true,
      copyPolicyItems: [
        { frequencyType: "hourly", ...kept },
        { frequencyType: "daily", ...kept },
      ],
    });
  });

  it("locks the backups only where somebody says who may have them unlocked", async () => {
    assert.deepEqual(findAll(await resourcesOf(), atlasType("BackupCompliancePolicy")), []);
    const backupLock = { email: "legal@example.com", firstName: "Ada", lastName: "Lovelace" };
    const resources = await resourcesOf({ access: { backupLock }, recovery: true });
    const lock = find(resources, atlasType("BackupCompliancePolicy"));
    assert.equal(lock.protect, true);
    assert.equal(lock.inputs["authorizedEmail"], "legal@example.com");
    for (const key of ["pitEnabled", "encryptionAtRestEnabled", "copyProtectionEnabled"]) {
      assert.equal(lock.inputs[key], true, key);
    }
    assert.equal(find(resources, atlasType("CloudBackupSchedule")).inputs["skipDestroy"], true);
  });

  it("writes down who signs in and who changes users, roles and collections, and whoever is refused", async () => {
    const { enabled, auditAuthorizationSuccess, auditFilter } = find(
      await resourcesOf(),
      atlasType("Auditing"),
    ).inputs;
    assert.deepEqual([enabled, auditAuthorizationSuccess], [true, false]);
    for (const event of ["authenticate", "createUser", "dropCollection", "grantRolesToUser", "authCheck"]) {
      assert.ok(JSON.stringify(auditFilter).includes(event), event);
    }
  });

  it("closes the console's ways to the data, and tells owners nothing twice", async () => {
    const { inputs, protect } = find(await resourcesOf(), atlasType("Project"));
    assert.equal(protect, true);
    for (const key of ["isDataExplorerEnabled", "isClusterAiAssistantEnabled", "withDefaultAlertsSettings"]) {
      assert.equal(inputs[key], false, key);
    }
  });

  it("keeps the account's secret a secret, in the provider of its own", async () => {
    const resources = await resourcesOf();
    const provider = find(resources, "pulumi:providers:mongodbatlas", "mongo");
    assert.ok(isSecretInput(provider, "clientSecret"));
    for (const resource of resources.filter(({ type }) => type.startsWith("mongodbatlas:"))) {
      assert.match(resource.provider ?? "", /pulumi:providers:mongodbatlas::mongo::/);
    }
  });

  it("alerts by mail, and by PagerDuty what is critical where its key is given", async () => {
    const critical = ["primary", "disk", "connections", "replica-lag"];
    const warning = ["node", "cpu", "memory", "disk-io", "oplog", "backup", "backup-failed"];
    const alone = alertsOf(await resourcesOf(), "mongo-alert-");
    assert.deepEqual([...alone.keys()].sort(), [...critical, ...warning].sort());
    const types = (alert: Readonly<Record<string, unknown>> | undefined) =>
      (alert?.["notifications"] as readonly { typeName: string }[]).map(({ typeName }) => typeName);
    for (const alert of alone.values()) {
      assert.equal(alert["enabled"], true);
      assert.deepEqual(types(alert), ["EMAIL"]);
    }
    const resources = await resourcesOf({ access: { pagerDutyKey: pulumi.secret("key") } });
    const both = alertsOf(resources, "mongo-alert-");
    for (const what of critical) assert.deepEqual(types(both.get(what)), ["EMAIL", "PAGER_DUTY"], what);
    for (const what of warning) assert.deepEqual(types(both.get(what)), ["EMAIL"], what);
    const primary = find(resources, atlasType("AlertConfiguration"), "mongo-alert-primary");
    assert.ok(isSecretInput(primary, "notifications", 1, "serviceKey"));
  });

  it("has a heading of the runbook for each alert", async () => {
    const page = readFileSync(`${__dirname}/../../../docs/runbooks/mongo.md`, "utf8");
    for (const what of alertsOf(await resourcesOf(), "mongo-alert-").keys()) {
      assert.ok(page.includes(`\n## mongo-${what}\n`), what);
    }
  });

  it("compares each metric with its limit", async () => {
    const alerts = alertsOf(await resourcesOf(), "mongo-alert-");
    const limit = (what: string) => alerts.get(what)?.["metricThresholdConfig"];
    const raw = { mode: "AVERAGE", operator: "GREATER_THAN", units: "RAW" };
    assert.deepEqual(limit("disk"), { metricName: "DISK_PARTITION_SPACE_USED_DATA", threshold: 95, ...raw });
    assert.deepEqual(limit("connections"), { metricName: "CONNECTIONS_PERCENT", threshold: 80, ...raw });
    assert.deepEqual(limit("replica-lag"), {
      metricName: "OPLOG_SLAVE_LAG_MASTER_TIME",
      threshold: 60,
      ...raw,
      units: "SECONDS",
    });
    assert.deepEqual(limit("memory"), {
      metricName: "SYSTEM_MEMORY_AVAILABLE",
      threshold: 0.8,
      mode: "AVERAGE",
      operator: "LESS_THAN",
      units: "GIGABYTES",
    });
    assert.equal(alerts.get("primary")?.["eventType"], "NO_PRIMARY");
    assert.deepEqual(alerts.get("oplog")?.["thresholdConfig"], {
      operator: "LESS_THAN",
      threshold: 12,
      units: "HOURS",
    });
  });

  it("says how it is reached and signed in to, without a credential", async () => {
    const { result } = await mongo();
    assert.deepEqual(Object.keys(result.connection), ["MONGODB_URI", "MONGODB_DATABASE"]);
    assert.match(
      await valueOf(result.uri),
      /^mongodb\+srv:\/\/main-pl-0\.\w+\.mongodb\.net\/app\?authMechanism=MONGODB-AWS&authSource=%24external&retryWrites=true&w=majority$/,
    );
  });

  it("lets a workload's role in as a user of its own, with a role by its access, to this cluster alone", async () => {
    for (const [access, roleName] of [
      ["read", "read"],
      ["readWrite", "readWrite"],
    ] as const) {
      const { resources } = await run(() => {
        const providers = awsProviders();
        const network = givenNetwork("stores");
        const store = new AwsMongo(
          "mongo",
          { ...here, ...mongoArgs, network, atlas: atlasAccess() },
          { providers },
        );
        const cluster = makeCluster({}, providers);
        const to = new AwsWorkloadIdentity(
          "api",
          { ...here, cluster, namespace: "shop", serviceAccount: "api" },
          { providers },
        );
        assert.deepEqual(store.grant("api-mongo", to, access, { parent: to }), {});
      });
      const user = find(resources, atlasType("DatabaseUser"), "api-mongo");
      const { username, projectId, ...inputs } = user.inputs;
      assert.match(textOf(user, "username"), /^arn:aws:iam::210987654321:role\/api-\w+$/);
      assert.ok(typeof username === "string" && typeof projectId === "string");
      assert.deepEqual(inputs, {
        awsIamType: "ROLE",
        authDatabaseName: "$external",
        roles: [{ databaseName: "app", roleName }],
        scopes: [{ name: "main", type: "CLUSTER" }],
      });
      assert.match(user.provider ?? "", /mongodbatlas::mongo::/);
    }
  });

  it("is deleted without resistance where nothing is protected", async () => {
    const resources = await resourcesOf({ args: { protect: false } });
    const { inputs, protect } = clusterOf(resources);
    assert.deepEqual(
      [protect, inputs["terminationProtectionEnabled"], inputs["retainBackupsEnabled"]],
      [false, false, false],
    );
  });

  it("can be previewed before anything of Atlas is known", async () => {
    const { resources } = await mongo({ recovery: true }, { preview: "unknown" });
    assert.ok(findAll(resources, atlasType("AdvancedCluster")).length === 1);
  });

  it("refuses what no replica set can have", async () => {
    const rows: readonly (readonly [Partial<MongoArgs>, RegExp])[] = [
      [{ version: "4.4" }, /version: expected one of 8\.0, 7\.0, got 4\.4/],
      [{ nodes: 4 }, /nodes: expected one of 3, 5, got 4/],
      [{ backupRetentionDays: 0 }, /backupRetentionDays: expected a whole number from 1 to 35, got 0/],
      [{ machine: { vcpus: 2, memoryGiB: 128 } }, /machine: expected a tier of Atlas/],
    ];
    for (const [args, message] of rows) await assert.rejects(mongo({ args }), message);
  });
});
