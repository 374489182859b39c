import { mustBeAtLeast, mustBeSet } from "../check";
import { fromStaging, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const logGroups = ["aws:cloudwatch/logGroup:LogGroup"] as const;

export const customerKey = resourceRule({
  id: "aws-cloudwatch-log-group-cmk",
  title: "Log groups are under our key",
  severity: "medium",
  description: "Logs hold addresses, names and queries: they are enciphered like the data they speak of.",
  remedy: "Set kmsKeyId to a KMS key whose policy names logs.<region>.amazonaws.com.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: logGroups,
  check: ({ props }) => mustBeSet(props, "kmsKeyId"),
});

export const retention = resourceRule({
  id: "aws-cloudwatch-log-group-retention",
  title: "Log groups have a term",
  severity: "low",
  description:
    "Long enough to look into what is found late, and not for ever: unset, CloudWatch keeps logs until someone pays.",
  remedy: "Set retentionInDays (logRetentionDays in the stack file) to the days asked.",
  controls: { cisEks: ["2.1.2"], soc2: ["CC7.2"], gdpr: ["5(1)(e)"] },
  levels: fromStaging,
  settings: {
    minDays: {
      schema: { type: "integer", minimum: 1, description: "Fewest days of logs." },
      values: { dev: 1, staging: 30, prod: 365 },
    },
  },
  types: logGroups,
  check: ({ props }, { minDays }) => mustBeAtLeast(props.retentionInDays, minDays, "retentionInDays"),
});
