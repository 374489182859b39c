import assert from "node:assert/strict";
import type { PlanResource } from "../../preview/plan";
import { textOf } from "../providers/gcp/stack";
import { production } from "./production";

const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";

/** What prod has of a server, as docs of the five systems ask. */
interface Row {
  readonly version: string;
  readonly tier: string;
  /** Nodes that answer reads, in the primary's region. */
  readonly readers: number;
  readonly diskGiB: number;
  /** Whether connections are shared. */
  readonly pooled?: boolean;
  /** Services that are let in. */
  readonly services: readonly string[];
}

const servers: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  "seo-platform": {
    postgres: {
      version: "POSTGRES_17",
      tier: "db-perf-optimized-N-4",
      readers: 2,
      diskGiB: 500,
      services: ["backend-api", "crawler-workers"],
    },
  },
  explico: {
    postgres: {
      version: "POSTGRES_17",
      tier: "db-perf-optimized-N-4",
      readers: 2,
      diskGiB: 500,
      pooled: true,
      services: ["backend"],
    },
  },
  suuupra: {
    // db.r5.2xlarge: 8 vCPUs, 64 GiB
    postgres: {
      version: "POSTGRES_17",
      tier: "db-perf-optimized-N-8",
      readers: 2,
      diskGiB: 1000,
      services: ["identity", "content", "commerce"],
    },
    mysql: {
      version: "MYSQL_8_4",
      tier: "db-perf-optimized-N-4",
      readers: 0,
      diskGiB: 500,
      services: ["payments", "ledger"],
    },
  },
  publishing: {
    postgres: {
      version: "POSTGRES_17",
      tier: "db-perf-optimized-N-2",
      readers: 0,
      diskGiB: 200,
      services: ["api", "media-worker", "publisher"],
    },
  },
};

const settingsOf = ({ inputs }: PlanResource): Readonly<Record<string, unknown>> =>
  inputs["settings"] as Record<string, unknown>;

for (const [blueprint, rows] of Object.entries(servers)) {
  describe(`${blueprint} in production on Cloud SQL`, () => {
    let resources: readonly PlanResource[] = [];
    before(async () => {
      resources = await production(blueprint, "gcp");
    });
    const instance = (store: string, role = ""): PlanResource =>
      resources.find(({ type, name }) => type === instanceType && name.endsWith(`-${store}${role}`)) ??
      assert.fail(`no instance ${store}${role}`);

    it("has the servers it asks for, and no others", () => {
      const primaries = resources.filter(
        ({ type, inputs }) => type === instanceType && inputs["masterInstanceName"] === undefined,
      );
      assert.equal(primaries.length, Object.keys(rows).length);
    });

    for (const [store, row] of Object.entries(rows)) {
      it(`has ${store} in its class, with a standby, 30 days of backups and as many of its log`, () => {
        const { inputs } = instance(store);
        const { tier, availabilityType, diskSize, diskAutoresizeLimit, backupConfiguration } = settingsOf(
          instance(store),
        );
        assert.deepEqual(
          { version: inputs["databaseVersion"], tier, availabilityType, diskSize, diskAutoresizeLimit },
          {
            version: row.version,
            tier: row.tier,
            availabilityType: "REGIONAL",
            diskSize: row.diskGiB,
            diskAutoresizeLimit: 4 * row.diskGiB,
          },
        );
        const { enabled, transactionLogRetentionDays, backupRetentionSettings } =
          backupConfiguration as Readonly<Record<string, unknown>>;
        assert.deepEqual(
          [enabled, transactionLogRetentionDays, backupRetentionSettings],
          [true, 30, { retentionUnit: "COUNT", retainedBackups: 30 }],
        );
      });

      it(`answers reads of ${store} from ${row.readers} nodes beside the primary`, () => {
        if (row.readers === 0) {
          assert.throws(() => instance(store, "-read"), /no instance/);
        } else {
          assert.equal(instance(store, "-read").inputs["nodeCount"], row.readers);
        }
      });

      it(`has a copy of ${store} in the region that takes over, under a key there, of the same class`, () => {
        const replica = instance(store, "-recovery");
        assert.deepEqual(
          [replica.inputs["region"], instance(store).inputs["region"]],
          ["us-west1", "us-east1"],
        );
        assert.match(textOf(replica.inputs["encryptionKeyName"]), /\/locations\/us-west1\//);
        assert.equal(settingsOf(replica)["tier"], row.tier);
        assert.equal(replica.protect, true);
      });

      if (row.pooled === true) {
        it(`shares connections of ${store} among its clients`, () => {
          assert.deepEqual(settingsOf(instance(store))["connectionPoolConfigs"], [
            { connectionPoolingEnabled: true },
          ]);
        });
      }

      it(`lets into ${store} those who ask for it alone`, () => {
        const users = resources.filter(
          ({ type, name }) => type === "gcp:sql/user:User" && name.endsWith(`-identity-${store}`),
        );
        assert.deepEqual(
          users.map(({ name }) => /-system-(.*)-identity-/.exec(name)?.[1]).sort(),
          [...row.services].sort(),
        );
      });
    }

    it("is maintained server by server, after the nightly backups", () => {
      const hours = Object.keys(rows).map((store) => {
        const { day, hour } = settingsOf(instance(store))["maintenanceWindow"] as Record<string, number>;
        assert.equal(day, 7);
        assert.ok(hour !== undefined && hour >= 5, `${hour}`);
        return hour;
      });
      assert.equal(new Set(hours).size, hours.length);
    });
  });
}
