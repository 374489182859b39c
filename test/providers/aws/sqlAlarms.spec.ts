import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { onCall, types } from "./alarmScene";
import { there, withRecovery } from "./recoveries";
import { pool } from "./stacks";

interface Query {
  readonly expression?: string;
  readonly metric?: {
    readonly namespace: string;
    readonly metricName: string;
    readonly dimensions?: Readonly<Record<string, string>>;
  };
}

const server = { machine: { vcpus: 2, memoryGiB: 8, burstable: true }, diskGiB: 100 } as const;
const kept = { highAvailability: true, backupRetentionDays: 30 } as const;

/** A pooled PostgreSQL with readers and a MySQL, burstable both and with replicas in the other region, and alarms on them. */
async function watched(): Promise<readonly PlanResource[]> {
  const { resources } = await withRecovery(({ cloud, network, recovery }) => {
    const place = { network, recovery, ...server, ...kept };
    const cluster = cloud.cluster(
      "main-cluster",
      { network, version: "1.35", nodePools: { system: pool } },
      {},
    );
    const stores = [
      cloud.postgres("main-postgres", { ...place, version: "17", readReplicas: 1, pooling: true }, {}),
      cloud.mySql("main-mysql", { ...place, version: "8.4" }, {}),
    ];
    cloud.alarms("main-alarms", { onCall, network, cluster, stores }, {});
  });
  return resources;
}

describe("alarms on RDS", () => {
  let resources: readonly PlanResource[] = [];
  before(async () => {
    resources = await watched();
  });
  const alarmOf = (name: string): PlanResource => find(resources, types.alarm, name);
  const queriesOf = (alarm: PlanResource): readonly Query[] =>
    alarm.inputs["metricQueries"] as unknown as readonly Query[];
  const regionOf = ({ provider }: PlanResource): unknown =>
    resources.find(({ urn }) => urn === provider?.replace(/::[^:]*$/, ""))?.inputs["region"];

  for (const [name, metric, nodes, sign, threshold] of [
    // a twentieth of 100 GiB, which RDS would have made larger at a tenth
    ["critical-postgres-disk", "FreeStorageSpace", 2, "LessThanThreshold", 5_368_709_120],
    ["critical-mysql-disk", "FreeStorageSpace", 1, "LessThanThreshold", 5_368_709_120],
    // four fifths of 8 GiB / 9531392, and of 8 GiB / 12582880
    ["critical-postgres-connections", "DatabaseConnections", 2, "GreaterThanThreshold", 720],
    ["critical-mysql-connections", "DatabaseConnections", 1, "GreaterThanThreshold", 545],
    ["warning-postgres-cpu", "CPUUtilization", 2, "GreaterThanThreshold", 90],
    ["warning-mysql-cpu", "CPUUtilization", 1, "GreaterThanThreshold", 90],
    ["warning-postgres-memory", "FreeableMemory", 2, "LessThanThreshold", 429_496_730],
    ["warning-mysql-memory", "FreeableMemory", 1, "LessThanThreshold", 429_496_730],
    ["warning-postgres-credits", "CPUCreditBalance", 2, "LessThanThreshold", 20],
    ["warning-mysql-credits", "CPUCreditBalance", 1, "LessThanThreshold", 20],
    ["warning-postgres-replica-lag", "ReplicaLag", 1, "GreaterThanThreshold", 60],
    ["warning-postgres-retained-log", "OldestReplicationSlotLag", 1, "GreaterThanThreshold", 10_737_418_240],
    ["critical-postgres-pool", "DatabaseConnectionsBorrowLatency", 1, "GreaterThanThreshold", 1_000_000],
  ] as const) {
    it(`tells of ${name} by ${metric} of ${nodes} nodes`, () => {
      const alarm = alarmOf(`main-alarms-${name}`);
      const metrics = queriesOf(alarm).flatMap((query) => query.metric ?? []);
      assert.deepEqual([...new Set(metrics.map(({ metricName }) => metricName))], [metric]);
      assert.deepEqual([...new Set(metrics.map(({ namespace }) => namespace))], ["AWS/RDS"]);
      assert.equal(metrics.length, nodes);
      assert.deepEqual([alarm.inputs["comparisonOperator"], alarm.inputs["threshold"]], [sign, threshold]);
      assert.equal(alarm.inputs["treatMissingData"], "notBreaching");
    });
  }

  it("knows a proxy by its name, and a node by its own", () => {
    const dimensionsOf = (name: string): unknown =>
      queriesOf(alarmOf(`main-alarms-${name}`)).flatMap(({ metric }) =>
        metric?.dimensions === undefined ? [] : [metric.dimensions],
      );
    assert.deepEqual(dimensionsOf("critical-postgres-pool"), [{ ProxyName: "main-postgres-pool" }]);
    assert.deepEqual(dimensionsOf("warning-postgres-replica-lag"), [
      { DBInstanceIdentifier: "main-postgres-read-b" },
    ]);
  });

  for (const [engine, node] of [
    ["postgres", "main-postgres-recovery-17"],
    ["mysql", "main-mysql-recovery-8-4"],
  ] as const) {
    it(`tells of ${engine}'s replica in the other region where its metrics are, and of its silence`, () => {
      const [alarm, ...others] = findAll(resources, types.alarm).filter(({ name }) =>
        name.endsWith(`-${engine}-recovery-lag`),
      );
      assert.ok(alarm !== undefined && others.length === 0);
      assert.equal(regionOf(alarm), there);
      const [compared, lag] = queriesOf(alarm);
      // MySQL says -1 of a replica that has stopped
      assert.equal(compared?.expression, "IF(lag < 0, 86400, lag)");
      assert.deepEqual(lag?.metric?.dimensions, { DBInstanceIdentifier: node });
      const { threshold, evaluationPeriods, treatMissingData, alarmActions } = alarm.inputs;
      assert.deepEqual([threshold, evaluationPeriods, treatMissingData], [300, 1, "breaching"]);
      assert.match(JSON.stringify(alarmActions), new RegExp(`arn:aws:sns:${there}:`));
    });
  }

  it("has no alarm of what MySQL has not: readers, slots, a pool", () => {
    const named = findAll(resources, types.alarm).map(({ name }) => name);
    for (const what of ["replica-lag", "retained-log", "pool"]) {
      assert.ok(!named.some((name) => name.endsWith(`-mysql-${what}`)), what);
    }
  });

  it("tells what RDS says of either server, by its name", () => {
    for (const [engine, title] of [
      ["postgres", "PostgreSQL"],
      ["mysql", "MySQL"],
    ] as const) {
      const rule = find(resources, types.rule, `main-alarms-critical-${engine}-events`);
      assert.match(JSON.stringify(rule.inputs["eventPattern"]), new RegExp(`main-${engine}`));
      const mail = find(resources, types.target, `main-alarms-critical-${engine}-events-mail`);
      assert.match(JSON.stringify(mail.inputs["inputTransformer"]), new RegExp(title));
    }
  });
});
