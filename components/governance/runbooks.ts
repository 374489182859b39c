/** Where an alarm's page is called otherwise than by the first word of its name. */
const pages: Readonly<Record<string, string>> = {
  nat: "network",
  undelivered: "alarms",
  pagerduty: "alarms",
  slack: "alarms",
  guardduty: "account",
  hashicorp: "hashicorp-vault",
  health: "account",
  security: "account",
};

/**
 * What to do about an alarm: a page of docs/runbooks, and its heading there. A page is named after what is watched, a heading
 * after the alarm, without the number of a shard, the letter of a zone or the name of a queue or of a service: `redis-0001-memory` has
 * `docs/runbooks/redis.md#redis-memory`.
 */
export function runbookOf(what: string): string {
  const heading = what
    .replace(/-(\d{4}|[a-z])(?=-)/, "")
    .replace(/^queue-.+-/, "queue-")
    .replace(/^(logs-(?:errors|fatal))-.+/, "$1")
    .replace(/^uptime-.+/, "uptime")
    .replace(/^(container-(?:errors|latency|tasks))-.+/, "$1");
  const [first = heading] = heading.split("-");
  return `docs/runbooks/${pages[first] ?? first}.md#${heading}`;
}

/** An alarm's description, with where to read on. */
export function withRunbook(description: string, what: string): string {
  return `${description} Runbook: ${runbookOf(what)}`;
}
