import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import type { Alarms } from "../../../components/governance/alarms";
import type { PlanResource } from "../../../preview/plan";
import { AwsAlarms } from "../../../providers/aws/alarms";
import { ClusterStub } from "../../components/platform/clusterStub";
import { find, findAll, type Ran, run, valueOf } from "../../support/run";
import { makeAlarms, onCall, types } from "./alarmScene";
import { awsProviders, givenNetwork, here } from "./stacks";

/** A metric of an alarm's queries. */
interface Query {
  readonly id: string;
  readonly returnData: boolean;
  readonly expression?: string;
  readonly metric?: {
    readonly namespace: string;
    readonly metricName: string;
    readonly stat: string;
    readonly period: number;
    readonly dimensions?: Readonly<Record<string, string>>;
  };
}

const queriesOf = ({ inputs }: PlanResource): readonly Query[] =>
  inputs["metricQueries"] as unknown as readonly Query[];

/** Alarms by the name after the component's: what they are on, and their limit. */
function summaryOf(resources: readonly PlanResource[]): Record<string, string> {
  return Object.fromEntries(
    findAll(resources, types.alarm).map((alarm) => {
      const metrics = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
      const names = [...new Set(metrics.map(({ metricName }) => metricName))].join(" ");
      const sign = alarm.inputs["comparisonOperator"] === "GreaterThanThreshold" ? ">" : "<";
      return [
        alarm.name.replace("main-alarms-", ""),
        `${names} x${metrics.length} ${sign} ${JSON.stringify(alarm.inputs["threshold"])}`,
      ];
    }),
  );
}

describe("AwsAlarms", () => {
  it("watches the stores, the ways out, the control plane, and its own deliveries", async () => {
    const { resources } = await makeAlarms();
    assert.deepEqual(summaryOf(resources), {
      "critical-cluster-silent": "apiserver_request_total x1 < 1",
      "critical-cluster-storage": "apiserver_storage_size_bytes x1 > 6871947674",
      "warning-cluster-errors": "apiserver_request_total_5XX apiserver_request_total x2 > 5",
      "critical-nat-a-ports": "ErrorPortAllocation x1 > 0",
      "critical-nat-b-ports": "ErrorPortAllocation x1 > 0",
      "critical-nat-c-ports": "ErrorPortAllocation x1 > 0",
      "warning-nat-a-drops": "PacketsDropCount PacketsInFromSource PacketsInFromDestination x3 > 0.01",
      "warning-nat-b-drops": "PacketsDropCount PacketsInFromSource PacketsInFromDestination x3 > 0.01",
      "warning-nat-c-drops": "PacketsDropCount PacketsInFromSource PacketsInFromDestination x3 > 0.01",
      // 500 GiB, of which RDS grows the disk at a tenth: half of that
      "critical-postgres-disk": "FreeStorageSpace x1 < 26843545600",
      // four fifths of 32 GiB / 9531392
      "critical-postgres-connections": "DatabaseConnections x1 > 2883",
      "warning-postgres-cpu": "CPUUtilization x1 > 90",
      "warning-postgres-memory": "FreeableMemory x1 < 1717986918",
      "critical-redis-0001-memory": "DatabaseMemoryUsagePercentage x2 > 90",
      "critical-redis-0002-memory": "DatabaseMemoryUsagePercentage x2 > 90",
      "warning-redis-0001-cpu": "EngineCPUUtilization x2 > 90",
      "warning-redis-0002-cpu": "EngineCPUUtilization x2 > 90",
      "warning-redis-0001-evictions": "Evictions x2 > 0",
      "warning-redis-0002-evictions": "Evictions x2 > 0",
      "warning-undelivered": "ApproximateNumberOfMessagesVisible x1 > 0",
    });
  });

  it("takes the worst of a server's nodes, and the lag of its readers", async () => {
    const { resources } = await makeAlarms({ readReplicas: 2 });
    const { "critical-postgres-disk": disk, "warning-postgres-replica-lag": lag } = summaryOf(resources);
    assert.equal(disk, "FreeStorageSpace x3 < 26843545600");
    assert.equal(lag, "ReplicaLag x2 > 60");
    const [worst, ...nodes] = queriesOf(find(resources, types.alarm, "main-alarms-critical-postgres-disk"));
    assert.deepEqual([worst?.expression, worst?.returnData], ["MIN(METRICS())", true]);
    assert.deepEqual(
      nodes.map(({ metric }) => metric?.dimensions),
      ["main-postgres", "main-postgres-read-c", "main-postgres-read-b"].map((node) => ({
        DBInstanceIdentifier: node,
      })),
    );
  });

  it("names each shard's nodes as ElastiCache does", async () => {
    const { resources } = await makeAlarms();
    const cache = find(resources, "aws:elasticache/replicationGroup:ReplicationGroup");
    const queries = queriesOf(find(resources, types.alarm, "main-alarms-critical-redis-0002-memory"));
    const nodes = queries.flatMap(({ metric }) => metric?.dimensions?.["CacheClusterId"] ?? []);
    assert.deepEqual(
      nodes.map((node) => node.replace(/^main-redis-[0-9a-f]{7}/, "")),
      ["-0002-001", "-0002-002"],
    );
    assert.equal(cache.inputs["numNodeGroups"], 2);
  });

  it("asks CloudWatch for one value, made of at most ten metrics that are all there", async () => {
    const { resources } = await makeAlarms({ readReplicas: 2, audit: true });
    for (const alarm of findAll(resources, types.alarm)) {
      const queries = queriesOf(alarm);
      assert.equal(queries.filter(({ returnData }) => returnData).length, 1, alarm.name);
      assert.ok(queries.filter(({ metric }) => metric !== undefined).length <= 10, alarm.name);
      const ids = new Set(queries.map(({ id }) => id));
      for (const { expression = "" } of queries) {
        for (const used of expression.match(/\b[a-z]\w*/g) ?? [])
          assert.ok(ids.has(used), `${alarm.name}: ${used}`);
      }
    }
  });

  it("takes silence of the API server for an alarm, and of nothing else", async () => {
    const { resources } = await makeAlarms();
    const breaching = findAll(resources, types.alarm)
      .filter(({ inputs }) => inputs["treatMissingData"] === "breaching")
      .map(({ name }) => name);
    assert.deepEqual(breaching, ["main-alarms-critical-cluster-silent"]);
  });

  for (const [egress, zones] of [
    ["none", []],
    ["shared", ["a"]],
    ["perZone", ["a", "b", "c"]],
  ] as const) {
    it(`watches the NAT gateways that there are with egress ${egress}`, async () => {
      const { resources } = await makeAlarms({ egress, stores: false });
      const watched = Object.keys(summaryOf(resources)).filter((name) => name.endsWith("-ports"));
      assert.deepEqual(
        watched,
        zones.map((zone) => `critical-nat-${zone}-ports`),
      );
    });
  }

  it("tells the mailbox of each alarm's beginning and end", async () => {
    const { result, resources } = await makeAlarms();
    const topic = await valueOf(result.topic);
    const alarms = findAll(resources, types.alarm);
    assert.ok(alarms.length >= 20);
    for (const { inputs, name } of alarms) {
      assert.deepEqual([inputs["alarmActions"], inputs["okActions"]], [[topic], [topic]], name);
    }
    const { inputs } = find(resources, "aws:sns/topicSubscription:TopicSubscription");
    assert.deepEqual(inputs, { topic, protocol: "email", endpoint: "ops@example.com" });
  });

  it("watches the account only where the stack audits it", async () => {
    const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
    const without = await makeAlarms();
    assert.deepEqual(findAll(without.resources, filter), []);
    const { resources } = await makeAlarms({ audit: true });
    const filters = findAll(resources, filter);
    assert.deepEqual(
      filters.map(({ name }) => name.replace("main-alarms-account-", "")),
      ["keys", "rights", "root", "sign-in", "trail", "watch"],
    );
    const log = find(resources, "aws:cloudwatch/logGroup:LogGroup", "main-audit-trail-logs");
    for (const { name, inputs, propertyDependencies } of filters) {
      assert.ok(propertyDependencies["logGroupName"]?.includes(log.urn), name);
      const counted = inputs["metricTransformation"] as unknown as { name: string; namespace: string };
      const what = name.replace("main-alarms-", "");
      const severity = ["account-rights", "account-sign-in"].includes(what) ? "warning" : "critical";
      const alarm = find(resources, types.alarm, `main-alarms-${severity}-${what}`);
      const [query] = queriesOf(alarm);
      assert.deepEqual(
        [query?.metric?.namespace, query?.metric?.metricName, alarm.inputs["evaluationPeriods"]],
        [counted.namespace, counted.name, 1],
      );
    }
  });

  for (const region of ["eu-west-1", "us-east-1"] as const) {
    it(`asks for pages from outside, and alarms in us-east-1, where the stack is in ${region}`, async () => {
      const pages = { web: { host: "example.com", path: "/", ready: [] } };
      const { resources } = await makeAlarms({ region, pages });
      const check = find(resources, "aws:route53/healthCheck:HealthCheck", "main-alarms-uptime-web");
      const { type, fqdn, port, resourcePath, enableSni } = check.inputs;
      assert.deepEqual([type, fqdn, port, resourcePath, enableSni], ["HTTPS", "example.com", 443, "/", true]);

      const own = region === "us-east-1";
      const alarms = own ? "main-alarms" : "main-alarms-edge";
      const alarm = find(resources, types.alarm, `${alarms}-critical-uptime-web`);
      const [query] = queriesOf(alarm);
      assert.ok(alarm.propertyDependencies["metricQueries"]?.includes(check.urn));
      assert.deepEqual(
        [query?.metric?.namespace, query?.metric?.metricName, alarm.inputs["threshold"]],
        ["AWS/Route53", "HealthCheckStatus", 1],
      );
      assert.match(alarm.provider ?? "", own ? /::main::/ : /::main-us-east-1::/);
      const told = find(resources, "aws:sns/topic:Topic", own ? "main-alarms" : "main-alarms-edge");
      assert.ok(alarm.propertyDependencies["alarmActions"]?.includes(told.urn));
      // what calls PagerDuty knows the alarm by the beginning of its name
      const { eventPattern } = find(resources, types.rule, "main-alarms-critical-alarm").inputs;
      assert.ok(typeof eventPattern === "string");
      assert.match(eventPattern, new RegExp(`{"prefix":"${alarms}-critical-"}`));
    });
  }

  it("asks for no page from outside where there is none, and alarms in no other region then", async () => {
    const { resources } = await makeAlarms({ region: "eu-west-1", pages: {} });
    assert.deepEqual(findAll(resources, "aws:route53/healthCheck:HealthCheck"), []);
    assert.ok(!resources.some(({ name }) => name.startsWith("main-alarms-edge")));
  });

  it("registers the same resources when no output is known yet", async () => {
    const urns = ({ resources }: Ran<Alarms>): string[] => resources.map(({ urn }) => urn);
    assert.deepEqual(
      urns(await makeAlarms({ audit: true, readReplicas: 2 }, { preview: "unknown" })),
      urns(await makeAlarms({ audit: true, readReplicas: 2 })),
    );
  });

  for (const [what, told, message] of [
    [
      "an on-call with nothing but a mailbox",
      { email: "ops@example.com" },
      /onCall: expected pagerDutyRoutingKey, slackWebhookUrl or both, got neither/,
    ],
    ["a network of another cloud", onCall, /AwsNetwork: expected one of aws, got one of another cloud/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        run(
          () =>
            new AwsAlarms(
              "main",
              {
                ...here,
                atEdge: new aws.Provider("edge", { region: "us-east-1" }),
                onCall: told,
                network: givenNetwork(),
                cluster: new ClusterStub("main"),
                stores: [],
              },
              { providers: awsProviders() },
            ),
        ),
        message,
      );
    });
  }
});
