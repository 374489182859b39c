import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import {
  pagerDutyBody,
  slackBody,
  type Source,
  transform,
  transformName,
} from "../../../providers/gcp/alarmTransforms";

const routingKey = "0123456789abcdef0123456789abcdef";

/** What Pub/Sub would call a service with for a message: headers and body, or nothing. */
function sent(
  source: Source,
  bodyOf: string,
  data: object,
):
  | { readonly headers: Readonly<Record<string, string>>; readonly body: Readonly<Record<string, unknown>> }
  | undefined {
  const message = JSON.stringify({ data: JSON.stringify(data), attributes: {} });
  const code = transform("main-alarms", source, bodyOf);
  const made = runInNewContext(`${code}; JSON.stringify(${transformName}(${message}, {}))`) as string;
  const answer = JSON.parse(made) as { data: string; attributes: Record<string, string> } | null;
  if (answer === null) return undefined;
  return { headers: answer.attributes, body: JSON.parse(answer.data) as Record<string, unknown> };
}

const incident = (policy: string, state: "open" | "closed") => ({
  version: "1.2",
  incident: {
    incident_id: "0.abc",
    policy_name: `main-alarms-${policy}`,
    state,
    summary: 'CPU of "x" is 0.95',
    url: "https://console.cloud.google.com/monitoring/alerting/incidents/0.abc",
  },
});

const finding = (findingClass: string) => ({
  notificationConfigName: "projects/1/locations/global/notificationConfigs/main",
  finding: {
    name: "organizations/1/sources/2/locations/global/findings/3",
    category: "Malware: Bad IP",
    state: "ACTIVE",
    findingClass,
    resourceName: "//container.googleapis.com/projects/example/clusters/main",
    externalUri: "https://console.cloud.google.com/security/findings",
  },
});

const toPagerDuty = pagerDutyBody("main-alarms", routingKey);

describe("what Pub/Sub calls PagerDuty and Slack with", () => {
  it("opens and closes an incident of PagerDuty's Events API v2 for what is critical", () => {
    const opened = sent("monitoring", toPagerDuty, incident("critical-postgres-disk", "open"));
    assert.deepEqual(opened, {
      headers: { "Content-Type": "application/json" },
      body: {
        routing_key: routingKey,
        event_action: "trigger",
        dedup_key: "0.abc",
        payload: {
          summary: 'main-alarms-critical-postgres-disk: CPU of "x" is 0.95',
          source: "main-alarms",
          severity: "critical",
        },
        links: [
          {
            href: "https://console.cloud.google.com/monitoring/alerting/incidents/0.abc",
            text: "Google Cloud",
          },
        ],
      },
    });
    const closed = sent("monitoring", toPagerDuty, incident("critical-postgres-disk", "closed"));
    assert.deepEqual([closed?.body["event_action"], closed?.body["dedup_key"]], ["resolve", "0.abc"]);
    assert.equal(sent("monitoring", toPagerDuty, incident("warning-postgres-cpu", "open")), undefined);
  });

  it("writes both severities into the channel", () => {
    const textFor = (policy: string, state: "open" | "closed") =>
      sent("monitoring", slackBody, incident(policy, state))?.body["text"];
    assert.match(
      String(textFor("critical-postgres-disk", "open")),
      /^CRITICAL: main-alarms-critical-postgres-disk: CPU/,
    );
    assert.match(String(textFor("warning-postgres-cpu", "open")), /^WARNING: /);
    assert.match(
      String(textFor("warning-postgres-cpu", "closed")),
      /^OVER: .* https:\/\/console\.cloud\.google\.com/,
    );
  });

  it("pages for a finding that is an attack, and writes the others", () => {
    const paged = sent("findings", toPagerDuty, finding("THREAT"));
    assert.deepEqual(
      [paged?.body["event_action"], paged?.body["dedup_key"]],
      ["trigger", "organizations/1/sources/2/locations/global/findings/3"],
    );
    assert.equal(sent("findings", toPagerDuty, finding("MISCONFIGURATION")), undefined);
    assert.match(
      String(sent("findings", slackBody, finding("MISCONFIGURATION"))?.body["text"]),
      /^WARNING: Security Command Center: Malware: Bad IP of \/\/container/,
    );
  });
});
