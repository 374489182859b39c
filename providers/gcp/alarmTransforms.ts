/** Whose messages a topic has. */
export type Source = "monitoring" | "findings";

/** Name of the function that Pub/Sub calls. */
export const transformName = "deliver";

/**
 * What Cloud Monitoring writes to a topic (schema 1.2), and Security Command Center to its own, as one. A policy's name has
 * its severity; a finding of an attack (class THREAT) is critical, one of a setting can wait for the morning.
 * https://cloud.google.com/monitoring/support/notification-options
 */
const incidentOf: Readonly<Record<Source, (name: string) => string>> = {
  monitoring: (name) => `function incidentOf({ incident }) {
  return {
    id: incident.incident_id,
    over: incident.state === "closed",
    critical: incident.policy_name.startsWith(${JSON.stringify(`${name}-critical-`)}),
    text: incident.policy_name + ": " + incident.summary,
    url: incident.url,
  };
}`,
  findings: () => `function incidentOf({ finding }) {
  return {
    id: finding.name,
    over: finding.state === "INACTIVE",
    critical: finding.findingClass === "THREAT",
    text: "Security Command Center: " + finding.category + " of " + finding.resourceName,
    url: finding.externalUri,
  };
}`,
};

/** What Pub/Sub calls for each message: https://cloud.google.com/pubsub/docs/smts/udfs-overview */
const deliver = `function deliver(message, metadata) {
  const body = bodyOf(incidentOf(JSON.parse(message.data)));
  if (body === null) return null;
  return { data: JSON.stringify(body), attributes: { "Content-Type": "application/json" } };
}`;

/**
 * JavaScript that makes a call's body of a message, in the two steps `incidentOf` and `bodyOf`; none where the service is
 * not to hear of it.
 */
export function transform(name: string, source: Source, bodyOf: string): string {
  return [incidentOf[source](name), bodyOf, deliver, ""].join("\n");
}

/** An event of PagerDuty's Events API v2, for what is critical alone. */
export function pagerDutyBody(name: string, routingKey: string): string {
  return `function bodyOf({ id, over, critical, text, url }) {
  if (!critical) return null;
  return {
    routing_key: ${JSON.stringify(routingKey)},
    event_action: over ? "resolve" : "trigger",
    dedup_key: id,
    payload: { summary: text.slice(0, 1024), source: ${JSON.stringify(name)}, severity: "critical" },
    links: url ? [{ href: url, text: "Google Cloud" }] : [],
  };
}`;
}

/** A message of Slack's incoming webhooks. */
export const slackBody = `function bodyOf({ over, critical, text, url }) {
  const state = over ? "OVER" : critical ? "CRITICAL" : "WARNING";
  return { text: state + ": " + text + (url ? " " + url : "") };
}`;
