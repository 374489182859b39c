import { isTrue, mustBeAtLeast, mustBeSet, mustHold } from "../check";
import { fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import { logDays } from "../retention";
import { resourceRule, stackRule } from "../rule";
import { takesAuditLogs } from "./auditLogs";

const logBuckets = ["gcp:logging/projectBucketConfig:ProjectBucketConfig"] as const;
const alerts = ["gcp:monitoring/alertPolicy:AlertPolicy"] as const;

export const auditLogs = resourceRule({
  id: "gcp-logging-audit-config",
  title: "Every service logs who reads and writes data",
  severity: "medium",
  description: "Data access is off until asked for, and whoever is exempted leaves no trace.",
  remedy:
    "Set service allServices with logType ADMIN_READ, DATA_READ and DATA_WRITE, and leave exemptedMembers out.",
  controls: { cisGcp: ["2.1"], soc2: ["CC7.2"], gdpr: ["30"], pciDss: ["10.2.1"] },
  levels: inProd,
  types: ["gcp:projects/iAMAuditConfig:IAMAuditConfig"],
  applies: ({ props }) => props.service === "allServices",
  check: ({ props: { auditLogConfigs = [] } }) => [
    mustHold(
      auditLogConfigs.map(({ logType }) => logType),
      ["ADMIN_READ", "DATA_READ", "DATA_WRITE"],
      "auditLogConfigs",
    ),
    ...auditLogConfigs.map(
      ({ exemptedMembers = [] }, index) =>
        exemptedMembers.length > 0 &&
        `auditLogConfigs[${index}].exemptedMembers holds ${exemptedMembers.join(", ")}`,
    ),
  ],
});

export const auditKey = stackRule({
  id: "gcp-logging-audit-cmek",
  title: "The record of who did what is under our key",
  severity: "medium",
  description: "Who did what with which names is itself worth protecting: to read it then takes the key too.",
  remedy: "Set cmekSettings.kmsKeyName to a key of this stack; Google takes it only as the bucket is made.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: logBuckets,
  applies: takesAuditLogs,
  check: ({ props }) => mustBeSet(props.cmekSettings, "kmsKeyName", "cmekSettings.kmsKeyName"),
});

export const auditLocked = stackRule({
  id: "gcp-logging-audit-locked",
  title: "Nobody can take back what the audit log has recorded",
  severity: "high",
  description:
    "Whoever breaks in deletes the record first; a locked bucket refuses it to everyone, ourselves included.",
  remedy: "Set locked to true on the ProjectBucketConfig that the sink of cloudaudit.googleapis.com goes to.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["10.3.2"] },
  levels: inProd,
  types: logBuckets,
  applies: takesAuditLogs,
  check: ({ props }) => !isTrue(props.locked) && "locked is not true",
});

export const retention = resourceRule({
  id: "gcp-logging-bucket-retention",
  title: "Log buckets keep logs long enough",
  severity: "low",
  description: "Long enough to look into what is found late; unset, Google keeps 30 days.",
  remedy: "Set retentionDays (logRetentionDays in the stack file) to the days asked.",
  controls: { cisGcp: ["2.3"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["10.5.1"] },
  levels: fromStaging,
  settings: { minDays: logDays },
  types: logBuckets,
  check: ({ props }, { minDays }) => mustBeAtLeast(props.retentionDays ?? 30, minDays, "retentionDays"),
});

export const alertTells = resourceRule({
  id: "gcp-monitoring-alert-channel",
  title: "Alerts tell someone",
  severity: "medium",
  description: "An alert without a channel is a red light in a room where nobody is.",
  remedy: "Name a channel in notificationChannels and leave enabled true.",
  controls: { soc2: ["CC7.2", "CC7.3"], gdpr: ["33"] },
  levels: fromStaging,
  types: alerts,
  check: ({ props }) => [
    (props.notificationChannels ?? []).length === 0 && "notificationChannels is empty",
    props.enabled === false && "enabled is false",
  ],
});

export const alertDocumented = resourceRule({
  id: "gcp-monitoring-alert-documented",
  title: "Alerts say what they mean",
  severity: "low",
  description: "Who is woken by it has nothing but its name and this text.",
  remedy: "Say in documentation.content what is wrong and what it leads to.",
  controls: { soc2: ["CC7.4"] },
  levels: onlyWarns,
  types: alerts,
  check: ({ props }) => mustBeSet(props.documentation, "content", "documentation.content"),
});
