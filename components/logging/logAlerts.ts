import { type AlertRule, ruleGroup } from "../platform/alertRules";
import { eventsJob } from "./alloyConfig";
import { errorWords, logSigns, pinoLevels, refusedSignIn } from "./logSigns";
import { tenants } from "./lokiSpec";

/** Levels of errors, as Loki brings most words to one (`discover_log_levels`), and as pino counts them. */
const errorLevels = [...errorWords, ...Object.values(pinoLevels)].join("|");

/** What Vault refuses within ten minutes, more than somebody who tries a path or two. */
const mostDenials = 20;

/** Reasons of events by which the kubelet and the node problem detector tell of the kernel (its config/kernel-monitor.json). */
const kernelReasons =
  "SystemOOM|OOMKilling|KernelOops|TaskHung|IOError|Ext4Error|XfsHasShutdown|FilesystemIsReadOnly|MemoryReadError";

/** Alerts from logs, in LogQL, by the tenant in whose logs they look. */
export function logAlerts(
  systemNamespace: string,
): Readonly<Record<string, Readonly<Record<string, AlertRule>>>> {
  const system = `{namespace="${systemNamespace}"}`;
  const errors = `sum by (namespace, app) (count_over_time(${system} | detected_level=~"${errorLevels}" [5m]))`;
  const lines = `sum by (namespace, app) (count_over_time(${system} [5m]))`;
  return {
    [systemNamespace]: {
      "logs-errors": {
        severity: "warning",
        description: "Logs: of what a service writes one line in ten is an error.",
        expr: `(${errors} > ${logSigns.fewestErrors}) and (${errors} / ${lines} > ${logSigns.errorShare})`,
        minutes: 5,
      },
      "logs-signins": {
        severity: "warning",
        description: "Logs: a service refuses many who sign in. Somebody may be trying passwords.",
        expr: `sum by (namespace, app) (count_over_time(${system} |~ \`${refusedSignIn}\` [10m])) > ${logSigns.mostRefusals}`,
        minutes: 5,
      },
    },
    [tenants.platform]: {
      "logs-node": {
        severity: "warning",
        description: "Logs: a node's kernel ran out of memory, hangs, or can't use a disk.",
        expr: `sum by (reason, name) (count_over_time({job="${eventsJob}"} | reason=~"${kernelReasons}" [10m])) > 0`,
        minutes: 0,
      },
    },
    [tenants.audit]: {
      "logs-vault": {
        severity: "warning",
        description:
          "Logs: Vault refuses again and again what it is asked. Somebody may be looking for secrets.",
        expr: `sum by (namespace) (count_over_time({namespace="vault", container="vault"} |= "permission denied" [10m])) > ${mostDenials}`,
        minutes: 5,
      },
      "logs-refused": {
        severity: "warning",
        description: "Logs: the cluster refuses pods, by what they may not do or be.",
        expr: `sum by (namespace, reason) (count_over_time({job="${eventsJob}"} [15m])) > 0`,
        minutes: 15,
      },
    },
  };
}

/** The rules of a tenant as Loki's ruler reads them: JSON, which is YAML. */
export function rulesFile(alerts: Readonly<Record<string, AlertRule>>, team: string): string {
  return JSON.stringify({ groups: [ruleGroup({ rules: "logs", alerts, team })] }, undefined, 2);
}
