import { isSet } from "../check";
import { onlyWarns, strictInProd } from "../levels";
import type { Props } from "../resource";
import { stackRule } from "../rule";
import type { Stack } from "../stack";
import { asksForAuditLogs } from "./auditLogs";

/** That of every service: the stack with it watches over the project. */
function isOfAll({
  props,
}: {
  readonly props: Props<"gcp:projects/iAMAuditConfig:IAMAuditConfig">;
}): boolean {
  return props.service === "allServices";
}

const configs = ["gcp:projects/iAMAuditConfig:IAMAuditConfig"] as const;

export const auditSink = stackRule({
  id: "gcp-logging-audit-sink",
  title: "Audit logs go to a bucket of our own",
  severity: "medium",
  description:
    "What nothing takes stays in the project's default bucket: 30 days, under Google's key, and anyone with its role can change that.",
  remedy: "Add a gcp.logging.ProjectSink without a filter, or with one of cloudaudit.googleapis.com.",
  controls: { cisGcp: ["2.3"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["10.3.3"] },
  levels: strictInProd,
  types: configs,
  applies: isOfAll,
  check: (_, stack) =>
    !stack
      .ofType("gcp:logging/projectSink:ProjectSink")
      .some(
        ({ props }) =>
          props.disabled !== true && (!isSet(props, "filter") || asksForAuditLogs(props.filter ?? "")),
      ) && "no ProjectSink takes the audit logs that it asks for",
});

/** Filters of logs that something is told of: of metrics, and of alerts on a log. */
function watchedLogs(stack: Stack): readonly string[] {
  const metrics = stack.ofType("gcp:logging/metric:Metric").map(({ props }) => props.filter ?? "");
  const alerts = stack
    .ofType("gcp:monitoring/alertPolicy:AlertPolicy")
    .flatMap(({ props }) => props.conditions ?? [])
    .map(({ conditionMatchedLog }) => conditionMatchedLog?.filter ?? "");
  return [...metrics, ...alerts];
}

export const changesWatched = stackRule({
  id: "gcp-logging-change-alerts",
  title: "Somebody is told when the project's guards are changed",
  severity: "low",
  description:
    "A new owner, or an audit log that is switched off, is how a break-in begins; it shows in a log that nobody reads unless told.",
  remedy:
    "Add a gcp.monitoring.AlertPolicy with a conditionMatchedLog, or a gcp.logging.Metric, whose filter names each change asked.",
  controls: {
    cisGcp: ["2.5", "2.6"],
    soc2: ["CC7.2", "CC7.3"],
    gdpr: ["33"],
  },
  levels: onlyWarns,
  settings: {
    changes: {
      schema: {
        type: "array",
        items: { type: "string" },
        description:
          "What a filter has to name; CIS adds CreateRole, compute.firewalls, compute.routes, compute.networks, storage.setIamPermissions and cloudsql.instances.update.",
      },
      values: {
        dev: [],
        staging: ["roles/owner", "auditConfigDeltas"],
        prod: ["roles/owner", "auditConfigDeltas"],
      },
    },
  },
  types: configs,
  applies: isOfAll,
  check: (_, stack, { changes }) => {
    const filters = watchedLogs(stack);
    return changes
      .filter((change) => !filters.some((filter) => filter.includes(change)))
      .map((change) => `no AlertPolicy or Metric has ${change} in its filter`);
  },
});
