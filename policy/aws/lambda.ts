import { holdsCredential, isSecretName, isSet, mustBeOneOf, mustBeSet, objectAt } from "../check";
import { secretMask } from "../malformed";
import { always, fromStaging, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const functions = ["aws:lambda/function:Function"] as const;

export const deadLetters = resourceRule({
  id: "aws-lambda-dead-letter",
  title: "Lambda keeps what it could not do",
  severity: "low",
  description: "An asynchronous call that failed three times is dropped, and nobody learns of it.",
  remedy: "Set deadLetterConfig.targetArn to a queue or a topic.",
  controls: { soc2: ["A1.2", "CC7.3"] },
  levels: strictInProd,
  types: functions,
  check: ({ props }) => mustBeSet(props.deadLetterConfig, "targetArn", "deadLetterConfig.targetArn"),
});

export const environmentSecrets = resourceRule({
  id: "aws-lambda-no-secrets-in-environment",
  title: "Lambda's environment holds no secret",
  severity: "critical",
  description: "Whoever may look at a function reads its environment, and so does the state.",
  remedy: "Hand over a secret's name in environment.variables and read it at run time.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["8.6.2"] },
  levels: always,
  types: functions,
  check: ({ props }) =>
    Object.entries(objectAt(props.environment?.variables, "environment.variables") ?? {})
      .filter(([name, value]) => isSecretName(name) || holdsCredential(value) || value === secretMask)
      .map(([name]) => `environment.variables.${name} holds a secret`),
});

export const logGroup = resourceRule({
  id: "aws-lambda-log-group",
  title: "Lambda logs to a group of ours",
  severity: "low",
  description: "The group that Lambda makes for itself has neither a term nor our key.",
  remedy: "Set loggingConfig.logGroup to an aws.cloudwatch.LogGroup.",
  controls: { soc2: ["CC7.2"], gdpr: ["5(1)(e)"] },
  levels: fromStaging,
  types: functions,
  check: ({ props }) => mustBeSet(props.loggingConfig, "logGroup", "loggingConfig.logGroup"),
});

export const permissionNarrow = resourceRule({
  id: "aws-lambda-permission-source",
  title: "Lambda says for whom a service may call it",
  severity: "high",
  description:
    "A permission for a service without a source lets every account's resources of that service call the function.",
  remedy: "Set sourceArn or sourceAccount, or principalOrgId where principal is *.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:lambda/permission:Permission"],
  check: ({ props }) => {
    const { principal = "" } = props;
    if (principal === "*")
      return !isSet(props, "principalOrgId") && 'principal is "*" without principalOrgId';
    return (
      principal.endsWith(".amazonaws.com") &&
      !isSet(props, "sourceArn") &&
      !isSet(props, "sourceAccount") &&
      "neither sourceArn nor sourceAccount is set"
    );
  },
});

export const runtime = resourceRule({
  id: "aws-lambda-runtime",
  title: "Lambda runs on a runtime that is patched",
  severity: "medium",
  description: "A runtime past its term gets no more fixes, and one day no more updates of the function.",
  remedy: "Set runtime to one of those asked.",
  controls: { soc2: ["CC7.1"], gdpr: ["32(1)(d)"] },
  levels: fromStaging,
  settings: {
    runtimes: {
      schema: { type: "array", items: { type: "string" }, description: "Runtimes that AWS still patches." },
      values: { dev: supported(), staging: supported(), prod: supported() },
    },
  },
  types: functions,
  // An image brings its own.
  applies: ({ props }) => props.packageType !== "Image",
  check: ({ props }, { runtimes }) => mustBeOneOf(props.runtime, runtimes, "runtime"),
});

/**
 * Runtimes that are patched beyond 2026.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
function supported(): string[] {
  return [
    "nodejs22.x",
    "nodejs24.x",
    "python3.12",
    "python3.13",
    "python3.14",
    "java17",
    "java21",
    "java25",
    "dotnet10",
    "ruby3.4",
    "provided.al2023",
  ];
}

export const urlAuthorized = resourceRule({
  id: "aws-lambda-url-authorized",
  title: "Lambda's URLs ask who is there",
  severity: "critical",
  description: "A URL without authorization is open to the internet, past the edge and its firewall.",
  remedy: 'Set authorizationType to "AWS_IAM".',
  controls: { soc2: ["CC6.1", "CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:lambda/functionUrl:FunctionUrl"],
  check: ({ props }) => mustBeOneOf(props.authorizationType, ["AWS_IAM"], "authorizationType"),
});
