import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import type { CloudProvider } from "../../../providers/provider";
import { findAll } from "../../support/run";
import { clusterArgs, mysqlArgs, networkArgs, onGcp, otherRegion, postgresArgs } from "./stack";

interface Condition {
  readonly filter: string;
  readonly comparison?: string;
  readonly thresholdValue?: number;
  readonly duration?: string;
  readonly aggregations?: readonly Readonly<Record<string, unknown>>[];
}

/** The one condition of an alert policy, whatever its kind. */
function conditionOf({ inputs }: PlanResource): Condition {
  const [kinds = {}] = inputs["conditions"] as unknown as readonly Record<string, Condition | string>[];
  const condition = Object.values(kinds).find((part): part is Condition => typeof part === "object");
  return condition ?? assert.fail("no condition");
}

/** Alert policies of a server, by severity and name. */
async function alarmsOf(
  engine: "postgres" | "mysql",
  { recovery = true, pooling = false }: { readonly recovery?: boolean; readonly pooling?: boolean } = {},
): Promise<Readonly<Record<string, Condition>>> {
  const { resources } = await onGcp((cloud: CloudProvider) => {
    const network = cloud.network("main-network", networkArgs, {});
    const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
    const place = { network, ...(recovery && { recovery: otherRegion(cloud, network) }) };
    const store =
      engine === "postgres"
        ? cloud.postgres("main-sql", { ...postgresArgs, pooling, ...place }, {})
        : cloud.mySql("main-sql", { ...mysqlArgs, ...place }, {});
    const onCall = { email: "ops@example.com", slackWebhookUrl: "https://hooks.slack.com/services/T/B/X" };
    cloud.alarms("main", { onCall, network, cluster, stores: [store] }, {});
  });
  const policies = findAll(resources, "gcp:monitoring/alertPolicy:AlertPolicy");
  return Object.fromEntries(
    policies
      .filter(({ name }) => name.includes(`-${engine}-`))
      .map((policy) => [policy.name.replace("main-", ""), conditionOf(policy)]),
  );
}

const lines = (alarms: Readonly<Record<string, Condition>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(alarms).map(([name, { filter, comparison, thresholdValue, duration = "-" }]) => {
      const metric = /metric\.type="cloudsql\.googleapis\.com\/database\/([^"]+)"/.exec(filter)?.[1] ?? "log";
      const instance = /database_id="example-prod:main-sql(-[a-z]+)?-[0-9a-f]{7}"/.exec(filter)?.[1] ?? "";
      const sign = comparison === "COMPARISON_GT" ? ">" : comparison === "COMPARISON_LT" ? "<" : "absent";
      return [name, [`${metric}${instance}`, sign, thresholdValue ?? "-", duration].join(" ")];
    }),
  );

describe("alarms on a server of Cloud SQL", () => {
  const common = (engine: string): Readonly<Record<string, string>> => ({
    [`critical-${engine}-down`]: "up < 1 300s",
    [`critical-${engine}-disk`]: "disk/utilization > 0.95 900s",
    [`warning-${engine}-cpu`]: "cpu/utilization > 0.9 900s",
    [`warning-${engine}-memory`]: "memory/utilization > 0.95 900s",
    [`warning-${engine}-backup`]: "log absent - -",
    [`critical-${engine}-recovery-lag`]: "replication/replica_lag-recovery > 300 300s",
    [`critical-${engine}-recovery-silent`]: "replication/replica_lag-recovery absent - 900s",
  });

  it("of PostgreSQL are on the primary, the readers and the replica in the other region", async () => {
    assert.deepEqual(lines(await alarmsOf("postgres")), {
      ...common("postgres"),
      "critical-postgres-connections": "postgresql/num_backends > 480 300s",
      "warning-postgres-replica-lag": "replication/replica_lag-read > 60 900s",
    });
  });

  it("of PostgreSQL with a pool are on how long its clients wait for one of the server's connections", async () => {
    const pool = (alarms: Readonly<Record<string, Condition>>) => alarms["critical-postgres-pool"];
    const { filter, comparison, thresholdValue } = pool(await alarmsOf("postgres", { pooling: true })) ?? {};
    assert.match(
      filter ?? "",
      /^metric\.type="cloudsql\.googleapis\.com\/per_database\/conn_pool\/client_connections_avg_wait_time" AND resource\.type="cloudsql_instance_database" AND resource\.labels\.resource_id="example-prod:main-sql-[0-9a-f]{7}"$/,
    );
    // a second, in microseconds
    assert.deepEqual([comparison, thresholdValue], ["COMPARISON_GT", 1_000_000]);
    assert.equal(pool(await alarmsOf("postgres")), undefined);
  });

  it("of MySQL are by the connections that the server was told to take", async () => {
    assert.deepEqual(lines(await alarmsOf("mysql")), {
      ...common("mysql"),
      // four fifths of the 2,730 of 32 GiB
      "critical-mysql-connections": "network/connections > 2184 300s",
    });
  });

  for (const engine of ["postgres", "mysql"] as const) {
    it(`of ${engine} are none on a region that there is not`, async () => {
      const names = Object.keys(await alarmsOf(engine, { recovery: false }));
      assert.ok(names.length >= 6);
      assert.deepEqual(
        names.filter((name) => name.includes("recovery")),
        [],
      );
    });

    it(`of ${engine} hear of each night whose backup was not taken, and of no attempt that is made again`, async () => {
      const { [`warning-${engine}-backup`]: backup } = await alarmsOf(engine);
      assert.ok(backup !== undefined);
      for (const part of [
        /log_id\("cloudaudit\.googleapis\.com\/system_event"\)/,
        /resource\.labels\.database_id="example-prod:main-sql-[0-9a-f]{7}"/,
        /protoPayload\.methodName="cloudsql\.instances\.automatedBackup"/,
        /protoPayload\.metadata\.windowStatus=\("STATUS_FAILED" OR "STATUS_SKIPPED"\)/,
      ]) {
        assert.match(backup.filter, part);
      }
    });
  }
});
