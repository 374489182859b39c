import type { PolicyConfigSchema, Severity } from "@pulumi/policy";

/** A resource that a rule lets be for a while. What it is matched by is a text in which `*` stands for any characters. */
export interface Exemption {
  /** At least one of these three is there, and all that are must match. */
  readonly urn?: string;
  /** Type token, such as `aws:s3/bucket:Bucket`. */
  readonly type?: string;
  /** Logical name. */
  readonly name?: string;
  /** Why the breach is taken. */
  readonly reason: string;
  /** Who answers for it. @default nobody is named */
  readonly owner?: string;
  /** Last day on which it holds, `YYYY-MM-DD`, by UTC. */
  readonly expires: string;
}

/** What an exemption is matched against. */
export interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** The furthest that an exemption's last day may lie ahead, in days: whoever took the breach looks at it twice a year. */
export const longestExemptionDays = 180;

const patterns = ["urn", "type", "name"] as const;
const texts: readonly string[] = [...patterns, "reason", "owner", "expires"];
const pattern = (of: string) => ({
  type: "string" as const,
  minLength: 1,
  description: `${of}; * stands for any characters.`,
});

/** How exemptions stand in the config of a rule. */
export const exemptionsSchema: PolicyConfigSchema["properties"][string] = {
  type: "array",
  description: "Resources that the rule lets be for a while, each with a reason and its last day.",
  items: {
    type: "object",
    properties: {
      urn: pattern("The resource's URN"),
      type: pattern("Its type token"),
      name: pattern("Its logical name"),
      reason: { type: "string", minLength: 1, description: "Why the breach is taken." },
      owner: { type: "string", minLength: 1, description: "Who answers for it." },
      expires: {
        type: "string",
        pattern: "^\\d{4}-\\d{2}-\\d{2}$",
        description: `Last day on which it holds, at most ${longestExemptionDays} days ahead.`,
      },
    },
    required: ["reason", "expires"],
    additionalProperties: false,
  },
};

/** False for a rule whose breach nobody may take: the critical ones. */
export function takesExemptions({ severity }: { readonly severity: Severity }): boolean {
  return severity !== "critical";
}

/** The day, by UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What is wrong with an exemption as it stands in a config; undefined where it holds on that day. */
export function problemOf(value: unknown, day: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `expected an object with a reason and expires, got ${JSON.stringify(value)}`;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const [key, text] of fields) {
    if (!texts.includes(key)) return `${key} is no key of an exemption: expected ${texts.join(", ")}`;
    if (typeof text !== "string" || text.trim() === "") {
      return `${key} is ${JSON.stringify(text)}, expected a text`;
    }
  }
  const given = patterns.filter((key) => fields.has(key));
  if (given.length === 0) return "expected a urn, a type or a name to match";
  if (given.every((key) => /^\**$/.test(String(fields.get(key))))) {
    return "matches everything: set the rule's enforcementLevel instead";
  }
  if (!fields.has("reason")) return "reason is not set";
  return problemOfDay(fields.get("expires"), day);
}

function problemOfDay(expires: unknown, day: string): string | undefined {
  if (expires === undefined) return "expires is not set";
  if (!isDay(expires)) return `expires is ${JSON.stringify(expires)}, expected a day as YYYY-MM-DD`;
  if (expires < day) return `expired on ${expires}`;
  const last = new Date(Date.parse(day) + longestExemptionDays * 24 * 60 * 60 * 1000);
  return expires > last.toISOString().slice(0, 10)
    ? `expires on ${expires}, more than ${longestExemptionDays} days after ${day}`
    : undefined;
}

function isDay(text: unknown): text is string {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(text);
  // 31 April reads as 1 May
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** True where each of the patterns that the exemption gives matches the resource. */
export function matches(exemption: Exemption, subject: Subject): boolean {
  return patterns.every((key) => {
    const wanted = exemption[key];
    return wanted === undefined || expressionOf(wanted).test(subject[key]);
  });
}

/** The whole text, every character as it stands but `*`. */
function expressionOf(wanted: string): RegExp {
  const parts = wanted.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
