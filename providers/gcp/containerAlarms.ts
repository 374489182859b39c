import * as pulumi from "@pulumi/pulumi";
import { latencyLimit, requestLimits } from "../../components/containers/containerPlatform";
import type { ContainerPlan } from "../../components/containers/plan";
import type { Metric, PolicyOptions } from "./alertPolicy";
import { makeAll } from "./storeAlarms";

/** What Cloud Run writes in a service's own log where a container ends, does not start, or has no memory left. */
const failures = [
  "Container called exit",
  "failed the configured startup probe",
  "failed the configured liveness probe",
  "Memory limit of",
] as const;

/**
 * What users and the on-call mind of a service: answers that fail or are late, and containers that do not stay up
 * (https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z, run; https://docs.cloud.google.com/run/docs/troubleshooting).
 */
export function containerAlarms(
  name: string,
  { plan, serviceName }: { readonly plan: ContainerPlan; readonly serviceName: pulumi.Output<string> },
  policies: PolicyOptions,
): void {
  const { service } = plan;
  const { errorPercent, minutes } = requestLimits;
  const of = (metric: string, reduce: Metric["reduce"], more = ""): Metric => ({
    filter: pulumi.interpolate`metric.type="run.googleapis.com/${metric}" AND resource.type="cloud_run_revision" AND resource.labels.service_name="${serviceName}"${more}`,
    align: "ALIGN_DELTA",
    ...(reduce !== undefined && { reduce }),
    groupBy: ["resource.labels.service_name"],
  });
  makeAll(
    name,
    {
      [`container-errors-${service}`]: {
        severity: "critical",
        description: `Containers: more than ${errorPercent} of 100 answers of ${service} fail.`,
        metric: of("request_count", "REDUCE_SUM", ' AND metric.labels.response_code_class="5xx"'),
        partOf: of("request_count", "REDUCE_SUM"),
        limit: { above: errorPercent / 100 },
        minutes,
      },
      [`container-latency-${service}`]: {
        severity: "warning",
        description: `Containers: 5 of 100 answers of ${service} take longer than ${latencyLimit(plan)} ms.`,
        metric: of("request_latencies", "REDUCE_PERCENTILE_95"),
        limit: { above: latencyLimit(plan) },
        minutes,
      },
      [`container-tasks-${service}`]: {
        severity: "warning",
        description: `Containers: instances of ${service} do not stay up: one ended, did not start in time or had no memory left.`,
        log: pulumi.interpolate`resource.type="cloud_run_revision" AND resource.labels.service_name="${serviceName}" AND log_id("run.googleapis.com/varlog/system") AND (${failures.map((text) => `textPayload:"${text}"`).join(" OR ")})`,
      },
    },
    policies,
  );
}

/**
 * What the on-call minds of tasks that come again and again: one that failed or took too long, and one that could not be started
 * (https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z, run; https://docs.cloud.google.com/scheduler/docs/logging).
 */
export function taskAlarms(
  name: string,
  {
    jobs,
    schedules,
  }: {
    readonly jobs: readonly pulumi.Output<string>[];
    readonly schedules: readonly pulumi.Output<string>[];
  },
  policies: PolicyOptions,
): void {
  const anyOf = (label: string, names: readonly pulumi.Output<string>[]): pulumi.Output<string> =>
    pulumi.all([...names]).apply((all) => all.map((one) => `resource.labels.${label}="${one}"`).join(" OR "));
  makeAll(
    name,
    {
      "container-jobs-failed": {
        severity: "warning",
        description:
          "Containers: what a service does at certain times failed at every try, or took too long.",
        metric: {
          filter: pulumi.interpolate`metric.type="run.googleapis.com/job/completed_execution_count" AND resource.type="cloud_run_job" AND metric.labels.result="failed" AND (${anyOf("job_name", jobs)})`,
          align: "ALIGN_DELTA",
          reduce: "REDUCE_SUM",
          groupBy: ["resource.labels.job_name"],
        },
        limit: { above: 0 },
        // a run is counted once
        minutes: 0,
      },
      "container-jobs-missed": {
        severity: "warning",
        description: "Containers: what a service does at certain times could not be started.",
        log: pulumi.interpolate`resource.type="cloud_scheduler_job" AND severity>=ERROR AND (${anyOf("job_id", schedules)})`,
      },
    },
    policies,
  );
}
