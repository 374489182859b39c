import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { platformTeam } from "../components/platform/alerting";
import type { ConfigProblem } from "./errors";
import { count, text } from "./fields";

/** A team's name, as the label `team` of alerts has it, and names of files. */
export const team = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);

/** What a map by teams is, in words. */
export const byTeam = "a map of teams, each a name of up to 40 lower-case letters, digits and dashes";

const slackChannel = text(/^#[\p{Ll}\p{N}_-]{1,80}$/u, "a channel of Slack with its #, such as #alerts")
  .optional()
  .describe("channel of Slack; a webhook of a Slack app writes to its own, whatever stands here");

/** Who is written to, or woken. */
export const addresses = z
  .array(z.email({ error: "an e-mail address" }), { error: "a list of e-mail addresses" })
  .min(1, "at least one e-mail address")
  .refine((list) => new Set(list).size === list.length, "each address once");

/** Schema of `groundwork:alerting`. */
export const alerting = z.strictObject({
  slackChannel,
  runbooksUrl: text(/^https:\/\/[^\s"{}]+[^\s"{}/]$/, "an https URL without a slash at its end")
    .optional()
    .describe(
      "what stands before docs/runbooks/ where people read this repository, such as https://github.com/example/groundwork/blob/main; messages name the file alone where it is not given",
    ),
  email: z
    .strictObject({
      host: text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "a host's name such as smtp.example.com").describe(
        "server that takes mail",
      ),
      port: count(1, 65_535)
        .default(587)
        .describe("its port: TLS from the start on 465, STARTTLS, which is demanded, on any other"),
      from: z.email({ error: "an e-mail address" }).describe("address that mails come from"),
      to: addresses
        .optional()
        .describe("who is written to of what is for information; contactEmail where nothing is said"),
      username: text(/^\S{1,255}$/, "a user's name without spaces")
        .optional()
        .describe("who signs in there, with the secret smtpPassword"),
    })
    .optional(),
  teams: z
    .record(
      team,
      z.strictObject({
        slackChannel,
        email: addresses.optional().describe("who is written to of what is for information"),
      }),
      { error: byTeam },
    )
    .default({})
    .describe(
      "teams whose alerts (label team; the blueprint's name for what its services do) go ways of their own; webhooks and keys of theirs are in the secret teamReceivers",
    ),
});

/** What a stack file says of alerts. */
export type AlertingFile = z.infer<typeof alerting>;

/** Ways of teams whose addresses are secret, by team. */
export type TeamSecrets<T = pulumi.Output<string>> = Readonly<
  Record<string, { readonly slackWebhookUrl?: T | undefined; readonly pagerDutyRoutingKey?: T | undefined }>
>;

const value = text(/^\S+$/, "a text without spaces").optional();
const teamSecrets = z.record(
  team,
  z.strictObject({ slackWebhookUrl: value, pagerDutyRoutingKey: value }, { error: "a team's own keys" }),
  { error: byTeam },
);

/** Reads the secret `teamReceivers`; problems name teams and keys, and show no value. */
export function parseTeamSecrets(given: string): {
  readonly secrets: TeamSecrets<string>;
  readonly problems: readonly ConfigProblem[];
} {
  const parsed = teamSecrets.safeParse(decoded(given));
  if (parsed.success) return { secrets: parsed.data, problems: [] };
  return {
    secrets: {},
    problems: parsed.error.issues.map(({ code, path, message }) => ({
      key: ["teamReceivers", ...path].join("."),
      expected: code === "unrecognized_keys" ? "no key but slackWebhookUrl and pagerDutyRoutingKey" : message,
    })),
  };
}

function decoded(given: string): unknown {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return given;
  }
}

/** What of the keys about alerts does not fit together. */
export function checkAlerting(
  { email, teams }: AlertingFile,
  secrets: TeamSecrets<unknown>,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [name, its] of Object.entries(teams)) {
    const key = `alerting.teams.${name}`;
    if (name === platformTeam) {
      problems.push({
        key,
        expected: `no key: what the team ${platformTeam} has stands in groundwork:alerting itself`,
        got: JSON.stringify(its),
      });
    }
    if (its.email !== undefined && email === undefined) {
      problems.push({
        key: `${key}.email`,
        expected: "no key where groundwork:alerting.email is not given: there is no server that takes mail",
        got: JSON.stringify(its.email),
      });
    }
    if (its.slackChannel !== undefined && secrets[name]?.slackWebhookUrl === undefined) {
      problems.push({
        key: `${key}.slackChannel`,
        expected: `no key where the secret teamReceivers has no ${name}.slackWebhookUrl, by which it is written to`,
        got: JSON.stringify(its.slackChannel),
      });
    }
  }
  if (platformTeam in secrets) {
    problems.push({
      key: `teamReceivers.${platformTeam}`,
      expected: "no key: slackWebhookUrl and pagerDutyRoutingKey are secrets of their own",
    });
  }
  return problems;
}
