import assert from "node:assert/strict";
import type { Postgres, PostgresArgs } from "../../../components/data/postgres";
import type { NetworkArgs } from "../../../components/network/network";
import { databaseUser } from "../../../providers/gcp/postgres";
import type { PlanResource } from "../../../preview/plan";
import { type Ran, find, findAll, valueOf } from "../../support/run";
import { api, granted, networkArgs, onGcp, otherRegion, postgresArgs, textOf } from "./stack";

const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";

async function makePostgres(
  args: Partial<PostgresArgs> = {},
  { recovery = false, ...own }: Partial<NetworkArgs> & { readonly recovery?: boolean } = {},
): Promise<Ran<Postgres>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", { ...networkArgs, ...own }, {});
    const place = recovery ? { recovery: otherRegion(cloud, network) } : {};
    return cloud.postgres("main", { ...postgresArgs, network, ...place, ...args }, {});
  });
}

const settingsOf = ({ inputs }: PlanResource): Readonly<Record<string, unknown>> =>
  inputs["settings"] as Record<string, unknown>;

describe("GcpPostgres", () => {
  it("is private, encrypted, restorable and logged without being asked", async () => {
    const { resources } = await makePostgres();
    const primary = find(resources, instanceType, "main");
    const { settings, encryptionKeyName, ...inputs } = primary.inputs;
    const { databaseFlags, ipConfiguration, ...rest } = settings as Record<string, unknown>;
    assert.match(textOf(encryptionKeyName), /\/cryptoKeys\/main-key-/);
    assert.deepEqual(inputs, {
      databaseVersion: "POSTGRES_17",
      deletionProtection: true,
      includeReplicasForMajorVersionUpgrade: true,
      region: "us-east1",
    });
    assert.deepEqual(rest, {
      availabilityType: "REGIONAL",
      backupConfiguration: {
        backupRetentionSettings: { retainedBackups: 30, retentionUnit: "COUNT" },
        enabled: true,
        location: "us-east1",
        pointInTimeRecoveryEnabled: true,
        startTime: "01:00",
        transactionLogRetentionDays: 30,
      },
      deletionProtectionEnabled: true,
      diskAutoresize: true,
      diskAutoresizeLimit: 2000,
      diskSize: 500,
      diskType: "PD_SSD",
      edition: "ENTERPRISE_PLUS",
      finalBackupConfig: { enabled: true, retentionDays: 30 },
      insightsConfig: { queryInsightsEnabled: true, recordApplicationTags: true, recordClientAddress: false },
      maintenanceWindow: { day: 7, hour: 5, updateTrack: "stable" },
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
    const flags = new Map(
      (databaseFlags as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    for (const [flag, value] of [
      ["cloudsql.iam_authentication", "on"],
      ["cloudsql.enable_pgaudit", "on"],
      ["log_connections", "on"],
      ["log_disconnections", "on"],
      ["log_statement", "ddl"],
      ["log_min_duration_statement", "-1"],
    ] as const) {
      assert.equal(flags.get(flag), value, flag);
    }
    assert.equal(primary.protect, true);
    assert.deepEqual(primary.ignoreChanges, ["settings.diskSize"]);
  });

  it("names no network where pods have addresses that Cloud SQL lets in by itself", async () => {
    const { resources } = await makePostgres({}, { podCidr: "10.64.0.0/14" });
    const { ipConfiguration } = find(resources, instanceType, "main").inputs["settings"] as Record<
      string,
      unknown
    >;
    assert.match(JSON.stringify(ipConfiguration), /"authorizedNetworks":\[\]/);
  });

  it("waits for the network's peering and for the key to be usable", async () => {
    const { resources } = await makePostgres();
    const { dependencies } = find(resources, instanceType, "main");
    for (const [type, name] of [
      ["gcp:servicenetworking/connection:Connection", "main-network-private-services"],
      ["gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "main-key-sql"],
    ] as const) {
      assert.ok(dependencies.includes(find(resources, type, name).urn), name);
    }
  });

  it("answers reads from a pool of as many nodes as there are replicas, behind one address", async () => {
    const { result, resources } = await makePostgres();
    const pool = find(resources, instanceType, "main-read");
    const { settings, masterInstanceName, ...inputs } = pool.inputs;
    assert.match(textOf(masterInstanceName), /^main-[0-9a-f]{7}$/);
    assert.deepEqual(inputs, {
      databaseVersion: "POSTGRES_17",
      deletionProtection: true,
      instanceType: "READ_POOL_INSTANCE",
      nodeCount: 2,
      region: "us-east1",
    });
    const { ipConfiguration, edition, tier } = settings as Record<string, unknown>;
    assert.match(JSON.stringify(ipConfiguration), /"ipv4Enabled":false/);
    assert.deepEqual([edition, tier], ["ENTERPRISE_PLUS", "db-perf-optimized-N-4"]);
    assert.deepEqual(pool.ignoreChanges, ["databaseVersion"]);
    const { PGHOST_READ, PGPORT_READ } = result.connection;
    assert.ok(PGHOST_READ !== undefined && PGPORT_READ !== undefined);
    assert.equal(await valueOf(PGPORT_READ), "5432");
  });

  it("shares a few of the primary's connections among many of the workloads', at a port of their own", async () => {
    const { result, resources } = await makePostgres({ pooling: true, backupRetentionDays: 7 });
    const { connectionPoolConfigs, edition } = settingsOf(find(resources, instanceType, "main"));
    assert.deepEqual(connectionPoolConfigs, [{ connectionPoolingEnabled: true }]);
    assert.equal(edition, "ENTERPRISE_PLUS");
    assert.ok(!("connectionPoolConfigs" in settingsOf(find(resources, instanceType, "main-read"))));
    const { PGPORT, PGPORT_READ } = result.connection;
    assert.ok(PGPORT !== undefined && PGPORT_READ !== undefined);
    assert.deepEqual([await valueOf(PGPORT), await valueOf(PGPORT_READ)], ["6432", "5432"]);
    assert.deepEqual([result.port, result.destinations[0]?.ports], [6432, [5432, 6432]]);
  });

  it("shares none where that is not asked for", async () => {
    const { result, resources } = await makePostgres();
    assert.ok(!("connectionPoolConfigs" in settingsOf(find(resources, instanceType, "main"))));
    assert.deepEqual([result.port, result.destinations[0]?.ports], [5432, [5432]]);
  });

  it("goes one major at a time", async () => {
    const { resources, hooks } = await makePostgres({}, { recovery: true });
    const { urn } = find(resources, instanceType, "main");
    assert.deepEqual(Object.fromEntries(hooks), { [urn]: ["main-version"] });
  });

  describe("with a region that takes over", () => {
    it("has a replica there, under a key of that region, which has what it needs but a standby and backups", async () => {
      const { resources } = await makePostgres({}, { recovery: true });
      const replica = find(resources, instanceType, "main-recovery");
      const { settings, masterInstanceName, encryptionKeyName, ...inputs } = replica.inputs;
      assert.deepEqual(inputs, {
        databaseVersion: "POSTGRES_17",
        deletionProtection: true,
        instanceType: "READ_REPLICA_INSTANCE",
        region: "us-west1",
      });
      assert.match(textOf(masterInstanceName), /^main-[0-9a-f]{7}$/);
      assert.match(textOf(encryptionKeyName), /\/locations\/us-west1\/.*\/cryptoKeys\/main-recovery-key-/);
      const { ipConfiguration, databaseFlags, insightsConfig, ...own } = settings as Record<string, unknown>;
      assert.deepEqual(own, {
        availabilityType: "ZONAL",
        deletionProtectionEnabled: true,
        diskAutoresize: true,
        diskAutoresizeLimit: 2000,
        diskType: "PD_SSD",
        edition: "ENTERPRISE_PLUS",
        tier: "db-perf-optimized-N-4",
      });
      const primary = settingsOf(find(resources, instanceType, "main"));
      assert.deepEqual(
        [ipConfiguration, databaseFlags, insightsConfig],
        [primary["ipConfiguration"], primary["databaseFlags"], primary["insightsConfig"]],
      );
      assert.equal(replica.protect, true);
      assert.deepEqual(replica.ignoreChanges, ["databaseVersion"]);
    });

    it("waits for that key and for the network there", async () => {
      const { resources } = await makePostgres({}, { recovery: true });
      const { dependencies } = find(resources, instanceType, "main-recovery");
      for (const [type, name] of [
        ["gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "main-recovery-key-sql"],
        ["gcp:servicenetworking/connection:Connection", "main-network-private-services"],
      ] as const) {
        assert.ok(dependencies.includes(find(resources, type, name).urn), name);
      }
      assert.deepEqual(find(resources, "gcp:kms/keyRing:KeyRing", "main-recovery-key").inputs, {
        location: "us-west1",
      });
    });

    it("hands out the replica's authority as well, for when workloads are pointed to it", async () => {
      const { result } = await makePostgres({}, { recovery: true });
      const pem = await valueOf(result.caBundle?.pem ?? assert.fail("no authority"));
      assert.equal(pem.match(/^-----BEGIN CERTIFICATE-----$/gm)?.length, 3);
    });

    it("brings replicas to a new major with the primary, where it has any", async () => {
      const upgraded = async (readReplicas: number, recovery: boolean): Promise<unknown> => {
        const { resources } = await makePostgres({ readReplicas }, { recovery });
        return find(resources, instanceType, "main").inputs["includeReplicasForMajorVersionUpgrade"];
      };
      assert.equal(await upgraded(0, true), true);
      assert.equal(await upgraded(0, false), undefined);
    });

    it("refuses a network without a block for a second region", async () => {
      await makePostgres({}, { recovery: true, cidr: "10.0.0.0/21" });
      await makePostgres({}, { cidr: "10.0.0.0/22" });
      await assert.rejects(
        makePostgres({}, { recovery: true, cidr: "10.0.0.0/22" }),
        /network\.cidr: expected a \/21 or larger where dr\.region\.gcp is set, .*, got a \/22/,
      );
    });
  });

  it("says how it is reached, and no credential", async () => {
    const { result } = await makePostgres({ readReplicas: 0 });
    const { PGHOST, ...rest } = result.connection;
    assert.ok(PGHOST !== undefined);
    assert.equal(await valueOf(PGHOST), await valueOf(result.host));
    const entries = Object.entries(rest).map(async ([key, value]) => [key, await valueOf(value)] as const);
    assert.deepEqual(Object.fromEntries(await Promise.all(entries)), {
      PGPORT: "5432",
      PGDATABASE: "app",
      PGSSLMODE: "verify-ca",
    });
  });

  it("can be taken down where it is not protected", async () => {
    const { resources } = await makePostgres(
      {
        protect: false,
        highAvailability: false,
        readReplicas: 0,
      },
      { recovery: true },
    );
    for (const instance of findAll(resources, instanceType)) {
      assert.equal(instance.protect, false);
      assert.equal(instance.inputs["deletionProtection"], false);
      assert.match(JSON.stringify(instance.inputs["settings"]), /"deletionProtectionEnabled":false/);
    }
    assert.match(JSON.stringify(find(resources, instanceType, "main").inputs), /"availabilityType":"ZONAL"/);
  });

  for (const [args, message] of [
    [{ version: "15" }, /version: expected one of 18, 17, 16, got "15"/],
    [{ readReplicas: 3 }, /readReplicas: expected a whole number from 0 to 2, got 3/],
    [
      { readReplicas: 2, highAvailability: false },
      /readReplicas: expected 0 where highAvailability is false, got 2/,
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assert.rejects(makePostgres(args), message);
    });
  }

  for (const days of [0, 36, 1.5]) {
    it(`refuses to keep backups for ${days} days`, async () => {
      await assert.rejects(
        makePostgres({ backupRetentionDays: days }),
        new RegExp(`backupRetentionDays: expected a whole number from 1 to 35, got ${days}`),
      );
    });
  }

  it("hands out the authority of each instance, with which it is verified", async () => {
    const { result } = await makePostgres();
    assert.equal(result.caBundle?.variable, "PGSSLROOTCERT");
    const pem = await valueOf(result.caBundle.pem);
    assert.equal(pem.match(/^-----BEGIN CERTIFICATE-----$/gm)?.length, 2);
    assert.match(pem, /-----END CERTIFICATE-----\n$/);
  });

  for (const access of ["read", "readWrite"] as const) {
    it(`lets a workload in by IAM, on this server alone, with no role of an administrator, for ${access}`, async () => {
      const resources = await granted("postgres", access);
      const { instance, ...user } = find(resources, "gcp:sql/user:User").inputs;
      assert.match(textOf(instance), /^main-[0-9a-f]{7}$/);
      assert.deepEqual(user, {
        type: "CLOUD_IAM_SERVICE_ACCOUNT",
        name: "main-api@example-prod.iam",
        deletionPolicy: "ABANDON",
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
          ["projects/example-prod/instances/main", "projects/example-prod/instances/main-read"],
        );
      }
    });
  }

  it("lets a workload in on the replica that may take over, too", async () => {
    const resources = await granted("postgres", "readWrite", { recovery: true });
    for (const { inputs } of findAll(resources, "gcp:projects/iAMMember:IAMMember")) {
      const { expression } = inputs["condition"] as { expression: string };
      assert.match(
        expression,
        /resource\.name == "projects\/example-prod\/instances\/main-recovery-[0-9a-f]{7}"/,
      );
    }
  });

  it("knows an account by its e-mail without the ending", () => {
    assert.equal(databaseUser("serviceAccount:a@p.iam.gserviceaccount.com"), "a@p.iam");
  });
});
