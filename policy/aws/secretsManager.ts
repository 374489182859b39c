import { mustBeAtLeast, mustBeSet } from "../check";
import { always, inProd, strictInProd } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";

const secrets = ["aws:secretsmanager/secret:Secret"] as const;

export const customerKey = resourceRule({
  id: "aws-secret-cmk",
  title: "Secrets are under our key",
  severity: "medium",
  description: "Reading a secret then takes two permissions, and each use of the key is logged.",
  remedy: "Set kmsKeyId to a key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: secrets,
  check: ({ props }) => mustBeSet(props, "kmsKeyId"),
});

export const policyNamed = resourceRule({
  id: "aws-secret-no-public-policy",
  title: "Secrets are for nobody in particular's eyes",
  severity: "critical",
  description: 'An Allow for Principal "*" without a condition hands the secret to every AWS account.',
  remedy: "Name the principals, or leave policy out and grant by role.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretPolicy:SecretPolicy"],
  check: ({ props }) =>
    statementsOf(props.policy, "policy").some(isForEveryone) &&
    'policy has an Allow for Principal "*" without a condition',
});

export const recovery = resourceRule({
  id: "aws-secret-recovery-window",
  title: "Secrets can be saved from deletion",
  severity: "medium",
  description: "A secret that is gone stops all that signs in with it: the wait is the time to notice.",
  remedy: "Set recoveryWindowInDays to the days asked, or leave it out, which is 30.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: {
    minDays: {
      schema: {
        type: "integer",
        minimum: 0,
        maximum: 30,
        description: "Fewest days until a secret is gone.",
      },
      values: { dev: 0, staging: 7, prod: 7 },
    },
  },
  types: secrets,
  check: ({ props }, { minDays }) =>
    mustBeAtLeast(props.recoveryWindowInDays ?? 30, minDays, "recoveryWindowInDays"),
});

export const rotation = stackRule({
  id: "aws-secret-rotation",
  title: "Secrets are made anew by themselves",
  severity: "medium",
  description:
    "What leaked unseen is worth something only until the next rotation. The tag rotation=rekey says that people change it, with what it opens.",
  remedy:
    "Add an aws.secretsmanager.SecretRotation with rotationRules.automaticallyAfterDays or scheduleExpression.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["8.6.3"] },
  levels: inProd,
  settings: {
    maxDays: {
      schema: { type: "integer", minimum: 1, description: "Most days between two rotations." },
      values: { dev: 365, staging: 90, prod: 90 },
    },
  },
  types: secrets,
  check: (secret, stack, { maxDays }) => {
    if (secret.props.tags?.["rotation"] === "rekey") return undefined;
    const [rotated] = pointingAt(
      stack,
      "aws:secretsmanager/secretRotation:SecretRotation",
      "secretId",
      secret,
    );
    if (!rotated) return "no SecretRotation is about this secret";
    const { automaticallyAfterDays, scheduleExpression } = rotated.props.rotationRules ?? {};
    const days = automaticallyAfterDays ?? daysBetween(scheduleExpression ?? "");
    if (days === undefined)
      return "its rotationRules have neither automaticallyAfterDays nor scheduleExpression";
    return days > maxDays && `its rotationRules say every ${days} days, expected at most ${maxDays}`;
  },
});

/** Days between two runs of a `rate()`; a `cron()`, which AWS takes for no more than 999 days, counts as often enough. */
function daysBetween(schedule: string): number | undefined {
  const [, number, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule.trim()) ?? [];
  if (number !== undefined) return Number(number) / (unit === "hour" ? 24 : 1);
  return /^cron\(.+\)$/.test(schedule.trim()) ? 0 : undefined;
}
