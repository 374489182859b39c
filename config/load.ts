import * as pulumi from "@pulumi/pulumi";
import { parseTeamSecrets, type TeamSecrets } from "./alerting";
import { ConfigError, MissingSecretError } from "./errors";
import { parseStackFile } from "./parse";
import { present } from "./present";
import { type StackConfig, resolve } from "./resolve";
import { presetFor } from "./complete";
import { secretKeys, type SecretKey, type StackFile } from "./schema";
import { mongoHostingOf } from "./stores";

/** Reads and checks the stack's configuration, and merges it with its blueprint. The only reader of `pulumi.Config`. */
export function loadConfig(): StackConfig {
  const namespace = `${pulumi.getProject()}:`;
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(namespace)) values[key.slice(namespace.length)] = value;
  }
  const file = parseStackFile(values, (key) => isSecret(namespace + key));

  const missing = (Object.keys(secretKeys) as SecretKey[]).filter(
    (key) => !(key in values) && isNeeded(key, file),
  );
  if (missing.length > 0) throw new MissingSecretError(missing);

  const given = parseTeamSecrets(values["teamReceivers"] ?? "{}");
  if (given.problems.length > 0) throw new ConfigError(given.problems);

  const config = new pulumi.Config();
  const secrets: Partial<Record<SecretKey, pulumi.Output<string>>> = {};
  for (const key of Object.keys(secretKeys) as SecretKey[]) {
    if (key in values) secrets[key] = config.requireSecret(key);
  }
  const whole =
    "teamReceivers" in values ? config.requireSecretObject<TeamSecrets<string>>("teamReceivers") : undefined;
  return resolve(file, secrets, whole === undefined ? {} : secretsOfTeams(given.secrets, whole));
}

/** Each team's secrets, from the one that holds them all. */
function secretsOfTeams(known: TeamSecrets<string>, whole: pulumi.Output<TeamSecrets<string>>): TeamSecrets {
  const of = (team: string, key: "slackWebhookUrl" | "pagerDutyRoutingKey") =>
    known[team]?.[key] === undefined ? undefined : whole.apply((all) => all[team]?.[key] ?? "");
  return Object.fromEntries(
    Object.keys(known).map((team) => [
      team,
      present({
        slackWebhookUrl: of(team, "slackWebhookUrl"),
        pagerDutyRoutingKey: of(team, "pagerDutyRoutingKey"),
      }),
    ]),
  );
}

function isNeeded(key: SecretKey, file: StackFile): boolean {
  const { environment, images, alerting, pagerDuty } = file;
  if (key === "pagerDutyToken") return pagerDuty !== undefined;
  if (key === "pagerDutyRoutingKey" && pagerDuty !== undefined) return false;
  if (key === "registryPassword") return images.username !== undefined;
  if (key === "smtpPassword") return alerting.email?.username !== undefined;
  if (key === "mongodbAtlasClientSecret") return mongoHostingOf(file, presetFor(file)) === "atlas";
  return (secretKeys[key] as readonly string[]).includes(environment);
}

/** Whether the engine handed the key over as a secret. The SDK has this function and leaves it out of its types. */
function isSecret(key: string): boolean {
  return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}
