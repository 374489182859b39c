import { mustBeAtLeast, mustBeSet } from "../check";
import { fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import { statementsOf } from "../policyDocument";
import { logDays } from "../retention";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";

const alarms = ["aws:cloudwatch/metricAlarm:MetricAlarm"] as const;
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
  controls: { cisEks: ["2.1.2"], soc2: ["CC7.2"], gdpr: ["5(1)(e)"], pciDss: ["10.5.1"] },
  levels: fromStaging,
  settings: { minDays: logDays },
  types: logGroups,
  check: ({ props }, { minDays }) => mustBeAtLeast(props.retentionInDays, minDays, "retentionInDays"),
});

export const alarmActs = stackRule({
  id: "aws-cloudwatch-alarm-action",
  title: "Alarms tell someone",
  severity: "medium",
  description: "An alarm without an action is a red light in a room where nobody is.",
  remedy: "Name a topic in alarmActions and leave actionsEnabled true.",
  controls: { soc2: ["CC7.2", "CC7.3"], gdpr: ["33"] },
  levels: fromStaging,
  types: alarms,
  // ECS looks at those of a deployment itself, and sends the version back
  applies: (alarm, stack) =>
    !stack.ofType("aws:ecs/service:Service").some((service) => pointsAt(service, "alarms", alarm)),
  check: ({ props }) => [
    (props.alarmActions ?? []).length === 0 && "alarmActions is empty",
    props.actionsEnabled === false && "actionsEnabled is false",
  ],
});

export const alarmDescribed = resourceRule({
  id: "aws-cloudwatch-alarm-described",
  title: "Alarms say what they mean",
  severity: "low",
  description: "Who is woken by it has nothing but its name and this text.",
  remedy: "Say in alarmDescription what is wrong and what it leads to.",
  controls: { soc2: ["CC7.4"] },
  levels: onlyWarns,
  types: alarms,
  check: ({ props }) => mustBeSet(props, "alarmDescription"),
});

export const alarmMissingData = resourceRule({
  id: "aws-cloudwatch-alarm-missing-data",
  title: "Alarms know what silence means",
  severity: "low",
  description:
    "Left out, an alarm whose metric stops stays as it was: a dead store keeps the light that it had.",
  remedy: 'Set treatMissingData to "breaching", "notBreaching" or "ignore".',
  controls: { soc2: ["CC7.2"] },
  levels: strictInProd,
  types: alarms,
  check: ({ props }) => mustBeSet(props, "treatMissingData"),
});

export const storesAlarmed = stackRule({
  id: "aws-cloudwatch-stores-alarmed",
  title: "Databases and caches have an alarm",
  severity: "medium",
  description: "A full disk and a lost replica are seen before they are felt, if something looks.",
  remedy: "Add an aws.cloudwatch.MetricAlarm with the store's id in dimensions or metricQueries.",
  controls: { soc2: ["A1.1", "CC7.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:opensearch/domain:Domain",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
  ],
  check: (store, stack) =>
    !stack
      .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
      .some((alarm) => pointsAt(alarm, "metricQueries", store) || pointsAt(alarm, "dimensions", store)) &&
    "no MetricAlarm is about this store",
});

export const eventTargetKept = stackRule({
  id: "aws-events-target-dead-letter",
  title: "EventBridge keeps what it could not deliver",
  severity: "medium",
  description: "After its retries an event is gone, and nobody learns that an alarm did not arrive.",
  remedy: "Set deadLetterConfig.arn to a queue.",
  controls: { soc2: ["A1.2", "CC7.3"], gdpr: ["33"] },
  levels: strictInProd,
  types: ["aws:cloudwatch/eventTarget:EventTarget"],
  // A queue takes whatever comes, and keeps it until someone does.
  applies: (target, stack) =>
    !stack.ofType("aws:sqs/queue:Queue").some((queue) => pointsAt(target, "arn", queue)),
  check: ({ props }) => mustBeSet(props.deadLetterConfig, "arn", "deadLetterConfig.arn"),
});

export const logPolicyNarrow = resourceRule({
  id: "aws-cloudwatch-log-policy-source",
  title: "Services write logs for this account alone",
  severity: "medium",
  description:
    "A service that may write for anyone writes for whoever asks it to: another account fills the log, or forges it.",
  remedy: "Add a Condition with aws:SourceArn or aws:SourceAccount to each Allow.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["aws:cloudwatch/logResourcePolicy:LogResourcePolicy"],
  check: ({ props }) =>
    statementsOf(props.policyDocument, "policyDocument").some(
      ({ allow, conditions }) =>
        allow && !Object.keys(conditions).some((key) => /aws:Source(Arn|Account)$/i.test(key)),
    ) && "policyDocument has an Allow without aws:SourceArn or aws:SourceAccount",
});
