import assert from "node:assert/strict";
import type { MySql, MySqlArgs } from "../../../components/data/mysql";
import type { PlanResource } from "../../../preview/plan";
import { mysqlUser } from "../../../providers/gcp/mysql";
import { find, findAll, type Ran, valueOf } from "../../support/run";
import { api, granted, mysqlArgs, networkArgs, onGcp, otherRegion, textOf } from "./stack";

const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";

async function makeMySql(
  args: Partial<MySqlArgs> = {},
  { recovery = false }: { readonly recovery?: boolean } = {},
): Promise<Ran<MySql>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const place = recovery ? { recovery: otherRegion(cloud, network) } : {};
    return cloud.mySql("main", { ...mysqlArgs, network, ...place, ...args }, {});
  });
}

const settingsOf = ({ inputs }: PlanResource): Readonly<Record<string, unknown>> =>
  inputs["settings"] as Record<string, unknown>;

const flagsOf = (instance: PlanResource): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (settingsOf(instance)["databaseFlags"] as { name: string; value: string }[]).map(({ name, value }) => [
      name,
      value,
    ]),
  );

const primaryFlags = {
  cloudsql_iam_authentication: "on",
  cloudsql_mysql_audit: "ON",
  local_infile: "off",
  log_output: "FILE",
  long_query_time: "2",
  max_connections: "2730",
  skip_show_database: "on",
  slow_query_log: "on",
};

describe("GcpMySql", () => {
  it("is private, encrypted, restorable and logged without being asked", async () => {
    const { resources } = await makeMySql();
    const primary = find(resources, instanceType);
    const { settings, encryptionKeyName, ...inputs } = primary.inputs;
    const { databaseFlags, ipConfiguration, ...rest } = settings as Record<string, unknown>;
    assert.match(textOf(encryptionKeyName), /\/locations\/us-east1\/.*\/cryptoKeys\/main-key-/);
    assert.deepEqual(inputs, {
      databaseVersion: "MYSQL_8_4",
      deletionProtection: true,
      region: "us-east1",
    });
    assert.deepEqual(rest, {
      availabilityType: "REGIONAL",
      backupConfiguration: {
        backupRetentionSettings: { retainedBackups: 30, retentionUnit: "COUNT" },
        binaryLogEnabled: true,
        enabled: true,
        location: "us-east1",
        startTime: "01:00",
        transactionLogRetentionDays: 30,
      },
      deletionProtectionEnabled: true,
      diskAutoresize: true,
      diskAutoresizeLimit: 800,
      diskSize: 200,
      diskType: "PD_SSD",
      edition: "ENTERPRISE_PLUS",
      finalBackupConfig: { enabled: true, retentionDays: 30 },
      insightsConfig: { queryInsightsEnabled: true, recordApplicationTags: true, recordClientAddress: false },
      maintenanceWindow: { day: 7, hour: 6, updateTrack: "stable" },
      passwordValidationPolicy: {
        complexity: "COMPLEXITY_DEFAULT",
        disallowUsernameSubstring: true,
        enablePasswordPolicy: true,
        minLength: 16,
        reuseInterval: 5,
      },
      retainBackupsOnDelete: true,
      tier: "db-perf-optimized-N-4",
    });
    const { privateNetwork, allocatedIpRange, ...ip } = ipConfiguration as Record<string, unknown>;
    assert.match(textOf(privateNetwork), /^projects\/example-prod\/global\/networks\/main-network-/);
    assert.match(textOf(allocatedIpRange), /^main-network-private-services-/);
    assert.deepEqual(ip, {
      ipv4Enabled: false,
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      sslMode: "ENCRYPTED_ONLY",
      authorizedNetworks: [{ name: "pods", value: "100.64.0.0/15" }],
    });
    assert.equal((databaseFlags as readonly object[]).length, Object.keys(primaryFlags).length);
    assert.deepEqual(flagsOf(primary), primaryFlags);
    assert.equal(primary.protect, true);
    assert.deepEqual(primary.ignoreChanges, ["settings.diskSize"]);
  });

  it("waits for the network's peering and for the key to be usable", async () => {
    const { resources } = await makeMySql();
    const { dependencies } = find(resources, instanceType);
    for (const [type, name] of [
      ["gcp:servicenetworking/connection:Connection", "main-network-private-services"],
      ["gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "main-key-sql"],
    ] as const) {
      assert.ok(dependencies.includes(find(resources, type, name).urn), name);
    }
  });

  it("keeps no database that Pulumi would drop by itself", async () => {
    const { resources } = await makeMySql();
    const database = find(resources, "gcp:sql/database:Database");
    assert.equal(database.inputs["name"], "app");
    assert.equal(database.protect, true);
    assert.equal(database.deletedWith, find(resources, instanceType).urn);
  });

  it("says how it is reached and verified, and no credential", async () => {
    const { result } = await makeMySql();
    const { MYSQL_HOST, ...rest } = result.connection;
    assert.ok(MYSQL_HOST !== undefined);
    assert.equal(await valueOf(MYSQL_HOST), await valueOf(result.host));
    const entries = Object.entries(rest).map(async ([key, value]) => [key, await valueOf(value)] as const);
    assert.deepEqual(Object.fromEntries(await Promise.all(entries)), {
      MYSQL_PORT: "3306",
      MYSQL_DATABASE: "app",
      MYSQL_SSL_MODE: "VERIFY_CA",
    });
    assert.deepEqual(result.destinations[0]?.ports, [3306]);
    assert.equal(result.caBundle?.variable, "MYSQL_SSL_CA");
    assert.match(await valueOf(result.caBundle.pem), /^-----BEGIN CERTIFICATE-----/);
  });

  it("takes as many connections as its memory has room for", async () => {
    const { resources } = await makeMySql({ machine: { vcpus: 2, memoryGiB: 8 }, backupRetentionDays: 7 });
    const primary = find(resources, instanceType);
    assert.equal(settingsOf(primary)["tier"], "db-custom-2-8192");
    assert.equal(flagsOf(primary)["max_connections"], "682");
  });

  it("can be taken down where it is not protected", async () => {
    const { resources } = await makeMySql({ protect: false, highAvailability: false }, { recovery: true });
    for (const instance of findAll(resources, instanceType)) {
      assert.equal(instance.protect, false);
      assert.equal(instance.inputs["deletionProtection"], false);
      assert.equal(settingsOf(instance)["deletionProtectionEnabled"], false);
      assert.equal(settingsOf(instance)["availabilityType"], "ZONAL");
    }
  });

  it("refuses a series that is none with long-term support", async () => {
    await assert.rejects(makeMySql({ version: "9.0" }), /version: expected one of 8\.4, got "9\.0"/);
  });

  for (const days of [0, 36, 1.5]) {
    it(`refuses to keep backups for ${days} days`, async () => {
      await assert.rejects(
        makeMySql({ backupRetentionDays: days }),
        new RegExp(`backupRetentionDays: expected a whole number from 1 to 35, got ${days}`),
      );
    });
  }

  it("has a replica in the region that takes over, that writes a log and runs no events", async () => {
    const { result, resources } = await makeMySql({}, { recovery: true });
    const replica = find(resources, instanceType, "main-recovery");
    const { masterInstanceName, encryptionKeyName, databaseVersion, region } = replica.inputs;
    assert.deepEqual(
      [databaseVersion, replica.inputs["instanceType"], region],
      ["MYSQL_8_4", "READ_REPLICA_INSTANCE", "us-west1"],
    );
    assert.match(textOf(masterInstanceName), /^main-[0-9a-f]{7}$/);
    assert.match(textOf(encryptionKeyName), /\/locations\/us-west1\/.*\/cryptoKeys\/main-recovery-key-/);
    const { backupConfiguration, availabilityType, diskAutoresizeLimit, tier } = settingsOf(replica);
    assert.deepEqual(
      { backupConfiguration, availabilityType, diskAutoresizeLimit, tier },
      {
        backupConfiguration: { binaryLogEnabled: true },
        availabilityType: "ZONAL",
        diskAutoresizeLimit: 800,
        tier: "db-perf-optimized-N-4",
      },
    );
    assert.deepEqual(flagsOf(replica), { ...primaryFlags, event_scheduler: "off" });
    assert.equal(replica.protect, true);
    const pem = await valueOf(result.caBundle?.pem ?? assert.fail("no authority"));
    assert.equal(pem.match(/^-----BEGIN CERTIFICATE-----$/gm)?.length, 2);
  });

  it("goes one series at a time", async () => {
    const { resources, hooks } = await makeMySql({}, { recovery: true });
    const { urn } = find(resources, instanceType, "main");
    assert.deepEqual(Object.fromEntries(hooks), { [urn]: ["main-version"] });
  });

  for (const access of ["read", "readWrite"] as const) {
    it(`lets a workload in by IAM, on this server alone, with no role of an administrator, for ${access}`, async () => {
      const resources = await granted("mysql", access, { recovery: true });
      const { instance, ...user } = find(resources, "gcp:sql/user:User").inputs;
      assert.match(textOf(instance), /^main-[0-9a-f]{7}$/);
      assert.deepEqual(user, {
        type: "CLOUD_IAM_SERVICE_ACCOUNT",
        name: "main-api@example-prod.iam.gserviceaccount.com",
      });
      const grants = findAll(resources, "gcp:projects/iAMMember:IAMMember");
      assert.deepEqual(
        grants.map(({ inputs }) => [inputs["member"], inputs["role"]]),
        [
          [api, "roles/cloudsql.client"],
          [api, "roles/cloudsql.instanceUser"],
        ],
      );
      for (const { inputs } of grants) {
        const { expression } = inputs["condition"] as { expression: string };
        const named = [...expression.matchAll(/resource\.name == "([^"]+)"/g)].map(([, name]) => name);
        assert.deepEqual(
          named.map((name) => name?.replace(/-[0-9a-f]{7}$/, "")),
          ["projects/example-prod/instances/main", "projects/example-prod/instances/main-recovery"],
        );
      }
    });
  }

  it("knows an account by what stands before the @", () => {
    assert.equal(mysqlUser("a@p.iam.gserviceaccount.com"), "a");
    assert.equal(mysqlUser("a"), "a");
  });
});
