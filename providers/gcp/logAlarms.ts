import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { WatchedLogs } from "../../components/governance/alarms";
import { errorWords, logSigns, pinoLevels, refusedSignIn } from "../../components/logging/logSigns";
import type { PolicyOptions } from "./alertPolicy";
import type { GcpProject } from "./project";
import { makeAll } from "./storeAlarms";

/** Fields that have a line's text: of what is no JSON, and as loggers call it. */
const texts = ["textPayload", "jsonPayload.message", "jsonPayload.msg"] as const;

const anyOf = (terms: readonly string[]): string => `(${terms.join(" OR ")})`;
const level = (words: readonly string[]): string => `jsonPayload.level=~"(?i)^(${words.join("|")})$"`;

/**
 * What is counted of the lines, in the Logging query language. What a service writes to stderr as text has the severity ERROR,
 * whatever it says, so that text goes by its words; of JSON the agent has taken `severity` out
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/about-logs#logging_best_practices).
 */
export const lineFilters = {
  errors: anyOf([
    level(errorWords),
    `jsonPayload.level>=${pinoLevels.error}`,
    "(NOT textPayload:* AND NOT jsonPayload.level:* AND severity>=ERROR)",
    'textPayload=~"ERROR|FATAL|panic:"',
  ]),
  fatal: anyOf([
    level(["fatal", "panic"]),
    `jsonPayload.level>=${pinoLevels.fatal}`,
    // as Go, Node and the kernel say it when a process ends
    'textPayload=~"[Pp]anic:|[Ff]atal error|FATAL|[Oo]ut of [Mm]emory"',
    ...texts.slice(1).map((field) => `${field}:"out of memory"`),
  ]),
  signins: anyOf(texts.map((field) => `${field}=~"${refusedSignIn}"`)),
} as const;

/** Where the lines are from. */
export interface LogAlarmsArgs extends WatchedLogs {
  readonly clusterName: pulumi.Input<string>;
  readonly location: string;
}

/** Alarms from what pods say, which Cloud Logging counts as it takes it; each is of one service, whose name the container has. */
export function logAlarms(
  name: string,
  { clusterName, location, namespace }: LogAlarmsArgs,
  opts: PolicyOptions & { readonly project: GcpProject },
): void {
  const { parent, project } = opts;
  const counted = (what: keyof typeof lineFilters, minutes: number): pulumi.Output<string> => {
    const metric = new gcp.logging.Metric(
      `${name}-logs-${what}`,
      {
        project: project.projectId,
        description: `Lines of ${namespace}: ${what}`,
        filter: pulumi.interpolate`resource.type="k8s_container" AND resource.labels.cluster_name="${clusterName}" AND resource.labels.location="${location}" AND resource.labels.namespace_name="${namespace}" AND ${lineFilters[what]}`,
        metricDescriptor: { metricKind: "DELTA", valueType: "INT64", unit: "1" },
      },
      { parent, dependsOn: [project.api("logging")] },
    );
    return sumOf(
      metric.name.apply((made) => `logging_googleapis_com:user_${made.replace(/[^A-Za-z0-9]/g, "_")}`),
      'monitored_resource="k8s_container"',
      minutes,
    );
  };
  const lines = sumOf(
    pulumi.output("logging_googleapis_com:log_entry_count"),
    pulumi.interpolate`monitored_resource="k8s_container",cluster_name="${clusterName}",location="${location}",namespace_name="${namespace}"`,
    5,
  );
  const errors = counted("errors", 5);
  makeAll(
    name,
    {
      "logs-errors": {
        severity: "warning",
        description: "Logs: of what a service writes one line in ten is an error.",
        promql: pulumi.interpolate`(${errors} > ${logSigns.fewestErrors}) and (${errors} / ${lines} > ${logSigns.errorShare})`,
        minutes: 5,
      },
      "logs-fatal": {
        severity: "warning",
        description: "Logs: a service says that it ends, by a panic, a fatal error or for want of memory.",
        promql: pulumi.interpolate`${counted("fatal", 5)} > 0`,
        minutes: 0,
      },
      "logs-signins": {
        severity: "warning",
        description: "Logs: a service refuses many who sign in. Somebody may be trying passwords.",
        promql: pulumi.interpolate`${counted("signins", 10)} > ${logSigns.mostRefusals}`,
        minutes: 5,
      },
    },
    opts,
  );
}

/** How many there were in so many minutes, by service. */
function sumOf(
  metric: pulumi.Output<string>,
  labels: pulumi.Input<string>,
  minutes: number,
): pulumi.Output<string> {
  return pulumi.interpolate`sum by (container_name) (increase(${metric}{${labels}}[${minutes}m]))`;
}
