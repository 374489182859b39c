import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, isSecretInput, valueOf } from "../../support/run";
import { makeAlarms, onCall, routingKey, types, webhook } from "./alarmScene";
import { matches } from "./eventPattern";
import { policyOf, textOf } from "./inputs";
import { here } from "./stacks";

/** The rules that would take the event. */
function takers(resources: readonly PlanResource[], event: object): string[] {
  return findAll(resources, types.rule)
    .filter((rule) => matches(JSON.parse(textOf(rule, "eventPattern")), event))
    .map(({ name }) => name.replace("main-alarms-", ""));
}

describe("the channels of AwsAlarms", () => {
  it("sends each alarm by the rule of its severity, when it begins and when it is over", async () => {
    const { resources } = await makeAlarms({ audit: true });
    for (const { name } of findAll(resources, types.alarm)) {
      const severity = name.includes("-critical-") ? "critical" : "warning";
      const event = (value: string, previous: string) => ({
        source: "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        detail: { alarmName: `${name}-0123456`, state: { value }, previousState: { value: previous } },
      });
      assert.deepEqual(takers(resources, event("ALARM", "OK")), [`${severity}-alarm`], name);
      assert.deepEqual(takers(resources, event("OK", "ALARM")), [`${severity}-ok`], name);
      // a new alarm is in order at first, which is no news
      assert.deepEqual(takers(resources, event("OK", "INSUFFICIENT_DATA")), [], name);
    }
  });

  it("pages for what is critical alone, and writes both into the channel", async () => {
    const { resources } = await makeAlarms({ audit: true });
    const targets = findAll(resources, types.target).map(({ name }) => name.replace("main-alarms-", ""));
    const paged = targets.filter((name) => name.endsWith("-pagerduty"));
    const written = targets.filter((name) => name.endsWith("-slack"));
    assert.ok(paged.length >= 4 && paged.every((name) => name.startsWith("critical-")), paged.join(" "));
    assert.deepEqual(
      paged.map((name) => name.replace("-pagerduty", "-slack")),
      written.filter((name) => name.startsWith("critical-")),
    );
    assert.ok(written.some((name) => name.startsWith("warning-")));
  });

  for (const [title, event, expected] of [
    [
      "tells of a finding of GuardDuty of high severity",
      { source: "aws.guardduty", "detail-type": "GuardDuty Finding", detail: { severity: 8 } },
      ["critical-guardduty"],
    ],
    [
      "keeps quiet about a finding of GuardDuty of medium severity",
      { source: "aws.guardduty", "detail-type": "GuardDuty Finding", detail: { severity: 6.9 } },
      [],
    ],
    [
      "tells of a new critical finding of Security Hub",
      hubFinding({ ProductName: "Security Hub", label: "CRITICAL" }),
      ["warning-security-hub"],
    ],
    [
      "keeps quiet about a finding that GuardDuty told already",
      hubFinding({ ProductName: "GuardDuty", label: "CRITICAL" }),
      [],
    ],
    [
      "keeps quiet about a finding of Security Hub of high severity",
      hubFinding({ ProductName: "Inspector", label: "HIGH" }),
      [],
    ],
    [
      "tells of a trouble of AWS's own",
      { source: "aws.health", "detail-type": "AWS Health Event", detail: { eventTypeCategory: "issue" } },
      ["warning-health"],
    ],
    [
      "keeps quiet about maintenance of AWS's own",
      {
        source: "aws.health",
        "detail-type": "AWS Health Event",
        detail: { eventTypeCategory: "scheduledChange" },
      },
      [],
    ],
    [
      "tells of a failure of the server",
      serverEvent("failure", "main-postgres"),
      ["critical-postgres-events"],
    ],
    [
      "tells of a failover of a replica",
      serverEvent("failover", "main-postgres-read-b"),
      ["warning-postgres-events"],
    ],
    ["keeps quiet about a failure of another server", serverEvent("failure", "other-postgres"), []],
    ["keeps quiet about a backup", serverEvent("backup", "main-postgres"), []],
  ] as const) {
    it(title, async () => {
      const { resources } = await makeAlarms({ audit: true });
      assert.deepEqual(takers(resources, event), expected);
    });
  }

  it("sends bodies that are JSON whatever the event says, with every part of it named", async () => {
    const { resources } = await makeAlarms({ audit: true });
    const targets = findAll(resources, types.target);
    assert.ok(targets.length > 15);
    for (const { name, inputs } of targets) {
      const { inputPaths, inputTemplate } = inputs["inputTransformer"] as unknown as {
        inputPaths: Readonly<Record<string, string>>;
        inputTemplate: string;
      };
      const used = new Set([...inputTemplate.matchAll(/<(\w+)>/g)].map(([, key]) => key ?? ""));
      for (const key of used) assert.ok(key in inputPaths, `${name}: <${key}>`);
      const body: unknown = JSON.parse(inputTemplate.replace(/<\w+>/g, 'a \\"quoted\\" text'));
      if (!name.endsWith("-pagerduty")) continue;
      const { event_action, dedup_key, payload } = body as {
        event_action: string;
        dedup_key: string;
        payload?: { severity: string; summary: string; source: string };
      };
      assert.ok(dedup_key.length > 0, name);
      assert.equal(event_action, name.includes("-ok-") ? "resolve" : "trigger", name);
      if (event_action === "trigger")
        assert.deepEqual([payload?.severity, payload?.source], ["critical", "main-alarms-pagerduty"]);
    }
  });

  it("keeps PagerDuty's key and Slack's URL out of every plain input", async () => {
    const { resources } = await makeAlarms({ audit: true });
    const text = JSON.stringify(resources);
    assert.ok(!text.includes(routingKey) && !text.includes(webhook));
    const connection = find(resources, types.connection, "main-alarms-pagerduty");
    assert.ok(isSecretInput(connection, "authParameters", "apiKey", "value"));
    assert.ok(isSecretInput(connection, "authParameters", "invocationHttpParameters", "bodies", 0, "value"));
    assert.ok(isSecretInput(find(resources, types.destination, "main-alarms-slack"), "invocationEndpoint"));
    assert.equal(
      find(resources, types.destination, "main-alarms-pagerduty").inputs["invocationEndpoint"],
      "https://events.pagerduty.com/v2/enqueue",
    );
  });

  it("makes no way to a channel that is not there", async () => {
    const { email, slackWebhookUrl } = onCall;
    const { resources } = await makeAlarms({ onCall: { email, slackWebhookUrl } });
    assert.deepEqual(
      findAll(resources, types.destination).map(({ name }) => name),
      ["main-alarms-slack"],
    );
    assert.ok(!findAll(resources, types.target).some(({ name }) => name.endsWith("-pagerduty")));
  });

  it("lets alarms and events alone write to the topic and use its key, over TLS", async () => {
    const { result, resources } = await makeAlarms();
    const topic = await valueOf(result.topic);
    const [alarms, events, tls, ...more] = policyOf(
      find(resources, "aws:sns/topicPolicy:TopicPolicy"),
    ).Statement;
    assert.deepEqual(alarms?.["Condition"], { StringEquals: { "aws:SourceAccount": here.accountId } });
    // EventBridge fills no condition of a topic's policy: one would keep every event from it
    assert.deepEqual(
      [events?.["Principal"], events?.["Resource"], events?.["Condition"]],
      [{ Service: "events.amazonaws.com" }, topic, undefined],
    );
    assert.deepEqual(
      [tls?.["Effect"], tls?.["Condition"], more],
      ["Deny", { Bool: { "aws:SecureTransport": "false" } }, []],
    );
    const statements = policyOf(find(resources, "aws:kms/key:Key", "main-alarms-key")).Statement.slice(1);
    assert.deepEqual(
      statements.map(({ Principal, Condition }) => [Principal, Condition]),
      [
        [{ Service: "cloudwatch.amazonaws.com" }, { StringEquals: { "aws:SourceAccount": here.accountId } }],
        [
          { Service: "events.amazonaws.com" },
          {
            ArnLike: {
              "kms:EncryptionContext:aws:sns:topicArn": `arn:aws:sns:${here.region}:${here.accountId}:*`,
            },
          },
        ],
      ],
    );
  });

  it("keeps what could not be delivered, encrypted, where only this account's rules leave it", async () => {
    const { resources } = await makeAlarms();
    const queue = find(resources, "aws:sqs/queue:Queue", "main-alarms-undelivered");
    assert.deepEqual(queue.inputs, { sqsManagedSseEnabled: true, messageRetentionSeconds: 1_209_600 });
    const [events] = policyOf(find(resources, "aws:sqs/queuePolicy:QueuePolicy")).Statement;
    assert.deepEqual(events?.["Condition"], {
      ArnLike: { "aws:SourceArn": `arn:aws:events:${here.region}:${here.accountId}:rule/*` },
    });
    for (const { name, propertyDependencies } of findAll(resources, types.target)) {
      assert.ok(propertyDependencies["deadLetterConfig"]?.includes(queue.urn), name);
    }
  });

  it("may call these two addresses, and nothing else", async () => {
    const { resources } = await makeAlarms();
    const [statement, ...more] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "main-alarms-delivery-policy"),
    ).Statement;
    assert.deepEqual([statement?.["Action"], more], ["events:InvokeApiDestination", []]);
    const targets = statement?.["Resource"] as readonly string[];
    assert.deepEqual(
      targets.map((arn) => /api-destination\/(main-alarms-\w+)-/.exec(arn)?.[1]),
      ["main-alarms-pagerduty", "main-alarms-slack"],
    );
  });

  it("has names that EventBridge takes under the longest base name", async () => {
    const { resources } = await makeAlarms({ name: "a".repeat(24), audit: true });
    const limited = [types.rule, types.connection, types.destination].flatMap((type) =>
      findAll(resources, type),
    );
    assert.ok(limited.length >= 10);
    // Pulumi adds a dash and seven digits
    for (const { name } of limited) assert.ok(name.length + 8 <= 64, name);
  });
});

function hubFinding({
  ProductName,
  label,
}: {
  readonly ProductName: string;
  readonly label: string;
}): object {
  return {
    source: "aws.securityhub",
    "detail-type": "Security Hub Findings - Imported",
    detail: {
      findings: [
        { ProductName, RecordState: "ACTIVE", Severity: { Label: label }, Workflow: { Status: "NEW" } },
      ],
    },
  };
}

function serverEvent(category: string, server: string): object {
  return {
    source: "aws.rds",
    "detail-type": "RDS DB Instance Event",
    detail: { EventCategories: [category], SourceIdentifier: server },
  };
}
