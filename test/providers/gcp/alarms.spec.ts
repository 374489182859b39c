import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Alarms, AlarmsArgs } from "../../../components/governance/alarms";
import type { Egress } from "../../../components/network/network";
import type { PlanResource } from "../../../preview/plan";
import { gcpProvider } from "../../../providers/gcp";
import { ClusterStub } from "../../components/platform/clusterStub";
import { find, findAll, isSecretInput, type Ran, run, type TestRunOptions, valueOf } from "../../support/run";
import { clusterArgs, networkArgs, place, postgresArgs, redisArgs, textOf } from "./stack";

const routingKey = "0123456789abcdef0123456789abcdef";
const webhook = "https://hooks.slack.com/services/T000/B000/XXXXXXXX";
const onCall = {
  email: "ops@example.com",
  pagerDutyRoutingKey: pulumi.secret(routingKey),
  slackWebhookUrl: pulumi.secret(webhook),
};

const types = {
  policy: "gcp:monitoring/alertPolicy:AlertPolicy",
  channel: "gcp:monitoring/notificationChannel:NotificationChannel",
  subscription: "gcp:pubsub/subscription:Subscription",
} as const;

interface Scene {
  readonly egress?: Egress;
  readonly readReplicas?: number;
  readonly stores?: boolean;
  readonly audit?: boolean;
  readonly pages?: AlarmsArgs["pages"];
  readonly onCall?: AlarmsArgs["onCall"];
}

/** Everything that alarms can watch, and alarms on it. */
async function makeAlarms(scene: Scene = {}, options?: TestRunOptions): Promise<Ran<Alarms>> {
  const { egress = "perZone", readReplicas = 2, stores = true, audit = false } = scene;
  return await run(() => {
    const cloud = gcpProvider("main", place, {});
    const network = cloud.network("main-network", { ...networkArgs, egress }, {});
    const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
    const made = stores
      ? [
          cloud.postgres("main-postgres", { ...postgresArgs, readReplicas, network }, {}),
          cloud.redis("main-redis", { ...redisArgs, network }, {}),
        ]
      : [];
    const audited = audit ? { audit: cloud.audit("main-audit", { retentionDays: 365 }, {}) } : {};
    return cloud.alarms(
      "main-alarms",
      {
        onCall: scene.onCall ?? onCall,
        network,
        cluster,
        stores: made,
        pages: scene.pages ?? {},
        ...audited,
      },
      {},
    );
  }, options);
}

interface Threshold {
  readonly filter: string;
  readonly comparison: string;
  readonly thresholdValue: number;
  readonly duration: string;
  readonly denominatorFilter?: string;
  readonly aggregations: readonly Readonly<Record<string, unknown>>[];
}

/** A policy's one condition, by its kind. */
interface Condition {
  readonly conditionThreshold?: Threshold;
  readonly conditionAbsent?: Pick<Threshold, "filter" | "duration">;
  readonly conditionMatchedLog?: { readonly filter: string };
}

function conditionOf({ inputs, name }: PlanResource): Condition {
  const [condition, ...more] = inputs["conditions"] as unknown as readonly Condition[];
  assert.ok(condition !== undefined && more.length === 0, name);
  return condition;
}

/** Policies by the name after the component's: what they are on, and their limit. */
function summaryOf(resources: readonly PlanResource[]): Record<string, string> {
  return Object.fromEntries(
    findAll(resources, types.policy).map((policy) => {
      const {
        conditionThreshold: over,
        conditionAbsent: absent,
        conditionMatchedLog: log,
      } = conditionOf(policy);
      const metric = /metric\.type="[a-z.]+\/(.*?)"/.exec(over?.filter ?? absent?.filter ?? "")?.[1] ?? "";
      const sign = over?.comparison === "COMPARISON_GT" ? ">" : "<";
      return [
        policy.name.replace("main-alarms-", ""),
        log === undefined
          ? over === undefined
            ? `${metric} absent`
            : `${metric} ${sign} ${over.thresholdValue}`
          : "log",
      ];
    }),
  );
}

describe("GcpAlarms", () => {
  it("watches the stores, the way out, the control plane, and its own deliveries", async () => {
    const { resources } = await makeAlarms();
    assert.deepEqual(summaryOf(resources), {
      "critical-cluster-silent": "apiserver_request_total/counter absent",
      "warning-cluster-errors": "apiserver_request_total/counter > 0.05",
      "critical-nat-addresses": "nat/nat_allocation_failed > 0",
      "critical-nat-ports": "nat/dropped_sent_packets_count > 0",
      "critical-postgres-down": "database/up < 1",
      "critical-postgres-disk": "database/disk/utilization > 0.95",
      // four fifths of what Cloud SQL takes with 32 GiB
      "critical-postgres-connections": "database/postgresql/num_backends > 480",
      "warning-postgres-cpu": "database/cpu/utilization > 0.9",
      "warning-postgres-memory": "database/memory/utilization > 0.95",
      "warning-postgres-replica-lag": "database/replication/replica_lag > 60",
      "warning-postgres-backup": "log",
      "critical-redis-memory": "cluster/memory/maximum_utilization > 0.9",
      "warning-redis-cpu": "cluster/cpu/maximum_utilization > 0.9",
      "warning-redis-evictions": "cluster/stats/total_evicted_keys_count > 0",
      "warning-pagerduty-undelivered": "subscription/oldest_unacked_message_age > 900",
      "warning-slack-undelivered": "subscription/oldest_unacked_message_age > 900",
    });
  });

  it("reads the metrics of this stack's own resources", async () => {
    const { resources } = await makeAlarms();
    const filterOf = (name: string): string => {
      const condition = conditionOf(find(resources, types.policy, `main-alarms-${name}`));
      return condition.conditionThreshold?.filter ?? condition.conditionAbsent?.filter ?? "";
    };
    assert.match(filterOf("warning-postgres-cpu"), /database_id="example-prod:main-postgres-[0-9a-f]{7}"$/);
    assert.match(
      filterOf("warning-postgres-replica-lag"),
      /database_id="example-prod:main-postgres-read-[0-9a-f]{7}"$/,
    );
    assert.match(filterOf("warning-redis-cpu"), /cluster_id="main-redis-[0-9a-f]{7}"$/);
    assert.match(filterOf("critical-nat-addresses"), /gateway_name="main-network-nat-[0-9a-f]{7}"$/);
    assert.match(
      filterOf("critical-cluster-silent"),
      /resource\.labels\.cluster="main-cluster\S*" AND resource\.labels\.location="us-east1"$/,
    );
  });

  it("compares failed calls with all of them", async () => {
    const { resources } = await makeAlarms();
    const { conditionThreshold } = conditionOf(
      find(resources, types.policy, "main-alarms-warning-cluster-errors"),
    );
    assert.ok(conditionThreshold !== undefined);
    const { filter, denominatorFilter } = conditionThreshold;
    assert.equal(
      filter,
      `${denominatorFilter ?? ""} AND metric.labels.code=monitoring.regex.full_match("5..")`,
    );
  });

  it("counts connections over all databases of the server", async () => {
    const { resources } = await makeAlarms();
    const { conditionThreshold } = conditionOf(
      find(resources, types.policy, "main-alarms-critical-postgres-connections"),
    );
    assert.deepEqual(conditionThreshold?.aggregations, [
      {
        alignmentPeriod: "300s",
        perSeriesAligner: "ALIGN_MAX",
        crossSeriesReducer: "REDUCE_SUM",
        groupByFields: ["resource.labels.database_id"],
      },
    ]);
  });

  it("leaves out what is not there: stores, read replicas, a way out", async () => {
    const { resources } = await makeAlarms({ egress: "none", stores: false });
    assert.deepEqual(Object.keys(summaryOf(resources)).sort(), [
      "critical-cluster-silent",
      "warning-cluster-errors",
      "warning-pagerduty-undelivered",
      "warning-slack-undelivered",
    ]);
    const single = await makeAlarms({ readReplicas: 0 });
    assert.ok(!("warning-postgres-replica-lag" in summaryOf(single.resources)));
  });

  it("asks for pages from every region, and alarms where half of the answers are not right", async () => {
    const { resources } = await makeAlarms({
      pages: { web: { host: "example.com", path: "/start", ready: [] } },
    });
    const check = find(
      resources,
      "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
      "main-alarms-uptime-web",
    );
    const { monitoredResource, httpCheck, selectedRegions, period } = check.inputs;
    assert.deepEqual(monitoredResource, {
      type: "uptime_url",
      labels: { project_id: "example-prod", host: "example.com" },
    });
    assert.deepEqual(httpCheck, {
      path: "/start",
      port: 443,
      useSsl: true,
      validateSsl: true,
      acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }, { statusClass: "STATUS_CLASS_3XX" }],
    });
    assert.deepEqual([selectedRegions, period], [undefined, "60s"]);
    const policy = find(resources, types.policy, "main-alarms-critical-uptime-web");
    const { filter, comparison, thresholdValue, duration, aggregations } =
      conditionOf(policy).conditionThreshold ?? assert.fail("no threshold");
    assert.match(filter, /check_passed".*uptime_url".*check_id="main-alarms-uptime-web-[0-9a-f]+"$/);
    assert.deepEqual([comparison, thresholdValue, duration], ["COMPARISON_LT", 0.5, "180s"]);
    assert.equal(aggregations[0]?.["perSeriesAligner"], "ALIGN_FRACTION_TRUE");
  });

  it("ends an incident whose data has ended, unless silence is what it is about", async () => {
    const { resources } = await makeAlarms({ audit: true });
    for (const { name, inputs } of findAll(resources, types.policy)) {
      const { autoClose } = inputs["alertStrategy"] as { autoClose?: string };
      assert.equal(autoClose, name.endsWith("-silent") ? undefined : "1800s", name);
    }
  });

  it("tells a mailbox and a topic of every alarm, and the mailbox alone of what can't be delivered", async () => {
    const { result, resources } = await makeAlarms();
    const topic = await valueOf(result.topic);
    const mail = find(resources, types.channel, "main-alarms-mail");
    const programs = find(resources, types.channel, "main-alarms-topic");
    assert.deepEqual(mail.inputs["labels"], { email_address: "ops@example.com" });
    assert.deepEqual([programs.inputs["type"], programs.inputs["labels"]], ["pubsub", { topic }]);
    for (const { name, inputs, propertyDependencies } of findAll(resources, types.policy)) {
      const told = inputs["notificationChannels"] as readonly string[];
      assert.equal(told.length, name.endsWith("-undelivered") ? 1 : 2, name);
      assert.ok(propertyDependencies["notificationChannels"]?.includes(mail.urn), name);
    }
  });

  it("lets Cloud Monitoring write to the topic once its account is there", async () => {
    const { resources } = await makeAlarms();
    const grant = find(resources, "gcp:pubsub/topicIAMMember:TopicIAMMember", "main-alarms-publisher");
    assert.equal(
      grant.inputs["member"],
      "serviceAccount:service-123456789012@gcp-sa-monitoring-notification.iam.gserviceaccount.com",
    );
    assert.ok(grant.dependencies.includes(find(resources, types.channel, "main-alarms-topic").urn));
    for (const { name, dependencies } of findAll(resources, types.policy)) {
      if (!name.endsWith("-undelivered")) assert.ok(dependencies.includes(grant.urn), name);
    }
  });

  it("hears of the findings by the topic that the audit has for them", async () => {
    const { resources } = await makeAlarms({ audit: true });
    const topic = find(resources, "gcp:pubsub/topic:Topic", "main-audit-findings");
    const { propertyDependencies } = find(resources, types.subscription, "main-alarms-slack-findings");
    assert.ok(propertyDependencies["topic"]?.includes(topic.urn));
  });

  it("calls with the bare body, tries again for a week, and outlives a quiet month", async () => {
    const { resources } = await makeAlarms({ audit: true });
    const subscriptions = findAll(resources, types.subscription);
    assert.equal(subscriptions.length, 4);
    for (const { name, inputs } of subscriptions) {
      assert.deepEqual(
        inputs["pushConfig"],
        {
          pushEndpoint: name.includes("slack") ? "[secret]" : "https://events.pagerduty.com/v2/enqueue",
          noWrapper: { writeMetadata: true },
        },
        name,
      );
      assert.deepEqual(
        [inputs["expirationPolicy"], inputs["messageRetentionDuration"]],
        [{ ttl: "" }, "604800s"],
      );
    }
  });

  it("watches the project only where the stack audits it", async () => {
    const without = await makeAlarms({ stores: false });
    assert.ok(!Object.values(summaryOf(without.resources)).includes("log"));
    const { resources } = await makeAlarms({ audit: true, stores: false });
    const logs = findAll(resources, types.policy).filter(
      (policy) => conditionOf(policy).conditionMatchedLog !== undefined,
    );
    assert.deepEqual(
      logs.map(({ name }) => name.replace(/^main-alarms-(critical|warning)-project-/, "")),
      ["audit", "constraints", "keys", "owners", "record", "rights", "service-keys"],
    );
    for (const policy of logs) {
      const { filter } = conditionOf(policy).conditionMatchedLog ?? { filter: "" };
      assert.match(filter, /protoPayload\.methodName=/, policy.name);
      assert.deepEqual(
        (policy.inputs["alertStrategy"] as { notificationRateLimit?: object }).notificationRateLimit,
        {
          period: "300s",
        },
      );
    }
  });

  it("keeps PagerDuty's key and Slack's URL out of every plain input", async () => {
    const { resources } = await makeAlarms({ audit: true });
    const text = JSON.stringify(resources);
    assert.ok(!text.includes(routingKey) && !text.includes(webhook));
    for (const name of ["main-alarms-pagerduty", "main-alarms-pagerduty-findings"]) {
      const subscription = find(resources, types.subscription, name);
      assert.ok(isSecretInput(subscription, "messageTransforms", 0, "javascriptUdf", "code"), name);
    }
    assert.ok(
      isSecretInput(find(resources, types.subscription, "main-alarms-slack"), "pushConfig", "pushEndpoint"),
    );
  });

  it("makes no way to a channel that is not there", async () => {
    const { email, pagerDutyRoutingKey } = onCall;
    const { resources } = await makeAlarms({ onCall: { email, pagerDutyRoutingKey } });
    assert.deepEqual(
      findAll(resources, types.subscription).map(({ name }) => name),
      ["main-alarms-pagerduty"],
    );
  });

  it("says in each policy's text what it means", async () => {
    const { resources } = await makeAlarms({ audit: true });
    for (const { name, inputs } of findAll(resources, types.policy)) {
      const { content } = inputs["documentation"] as { content: string };
      assert.match(content, /^[A-Z][a-zA-Z]+: .*\. Runbook: docs\/runbooks\/[a-z]+\.md#[a-z-]+$/, name);
      assert.equal(textOf(inputs["severity"]), name.includes("-critical-") ? "CRITICAL" : "WARNING");
      assert.equal(inputs["displayName"], name);
    }
  });

  it("registers the same resources when no output is known yet", async () => {
    const urns = ({ resources }: Ran<Alarms>): string[] => resources.map(({ urn }) => urn);
    assert.deepEqual(
      urns(await makeAlarms({ audit: true }, { preview: "unknown" })),
      urns(await makeAlarms({ audit: true })),
    );
  });

  it("refuses an on-call with nothing but a mailbox", async () => {
    await assert.rejects(
      run(() => {
        const cloud = gcpProvider("main", place, {});
        const network = cloud.network("main-network", networkArgs, {});
        const args = {
          onCall: { email: "ops@example.com" },
          network,
          cluster: new ClusterStub("main"),
          stores: [],
        };
        return cloud.alarms("main-alarms", args, {});
      }),
      /onCall: expected pagerDutyRoutingKey, slackWebhookUrl or both, got neither/,
    );
  });
});
