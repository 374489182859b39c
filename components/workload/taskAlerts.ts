import type { AlertRule } from "../platform/alertRules";
import { planWorkload } from "./plan";
import type { WorkloadSpec } from "./spec";
import type { CronJobPlan } from "./tasks";

/** Beside the time that a run may take: its pod has to start, and Prometheus to be told of its end. */
const slackSeconds = 300;

/** By how much a day may be longer than the schedule's: once a year summer time ends. */
const summerTimeSeconds = 3600;

/**
 * What is told of tasks beside that one failed (workload-job-failed): that one has not been done for longer than there may be
 * between two runs, whatever kept it (kube-state-metrics, docs/metrics/workload/cronjob-metrics.md).
 */
export function taskAlerts(
  namespace: string,
  services: Readonly<Record<string, WorkloadSpec>>,
): Readonly<Record<string, AlertRule>> {
  const cronJobs = Object.entries(services).flatMap(
    ([service, spec]) => planWorkload(service, spec).tasks.cronJobs,
  );
  if (cronJobs.length === 0) return {};
  return {
    "workload-task-late": {
      severity: "warning",
      description: "What a service does at certain times has not been done when it was to be done last.",
      expr: cronJobs.map((cronJob) => late(namespace, cronJob)).join(" or "),
    },
  };
}

function late(namespace: string, cronJob: CronJobPlan): string {
  const runs = `namespace="${namespace}",cronjob="${cronJob.name}"`;
  // of one that never was done, since it was made
  const done = `kube_cronjob_status_last_successful_time{${runs}} or kube_cronjob_created{${runs}}`;
  return `time() - max by (namespace, cronjob) (${done}) > ${oldestSeconds(cronJob)}`;
}

/** How long ago the end of the last run that succeeded may be, seconds. */
export function oldestSeconds({
  longestGapMinutes,
  startingDeadlineSeconds,
  timeoutSeconds,
  timeZone,
}: Pick<
  CronJobPlan,
  "longestGapMinutes" | "startingDeadlineSeconds" | "timeoutSeconds" | "timeZone"
>): number {
  const summerTime = timeZone === "Etc/UTC" || timeZone === "UTC" ? 0 : summerTimeSeconds;
  return longestGapMinutes * 60 + startingDeadlineSeconds + timeoutSeconds + slackSeconds + summerTime;
}
