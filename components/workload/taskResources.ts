import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadPlan } from "./plan";
import type { PodFacts } from "./podTemplate";
import { taskJob, taskLabels } from "./taskTemplate";

/** What the tasks of a service are made from. */
export interface TaskArgs {
  readonly plan: WorkloadPlan;
  readonly namespace: pulumi.Input<string>;
  readonly facts: PodFacts;
}

/** Beside what a task itself may take: a node that has to start, an image that has to come. */
const startSeconds = 300;

/** How long what a run left can be looked at, seconds; on Fargate its pod keeps a machine until then. */
const keptSeconds = 86_400;

/**
 * Does what has to be done to a service's stores before its new pods, and waits until it is done: its pods depend on it.
 * Another image, command or setting is another Job, since a Job can't be changed; one that failed is made anew by the next
 * update. It has no time to live: a Job that takes itself away would be missing at the next refresh, and run once more.
 */
export function migrationJob(
  name: string,
  { plan, namespace, facts }: TaskArgs,
  opts: pulumi.CustomResourceOptions,
): readonly k8s.batch.v1.Job[] {
  const { migration } = plan.tasks;
  if (migration === undefined) return [];
  const job = new k8s.batch.v1.Job(
    name,
    {
      metadata: {
        name: migration.name,
        namespace,
        labels: taskLabels(plan.service, facts.system, migration),
        annotations: { "pulumi.com/replaceUnready": "true" },
      },
      spec: taskJob(plan, migration, facts),
    },
    {
      ...opts,
      // other connections or sizes come under the same name
      replaceOnChanges: ["spec"],
      deleteBeforeReplace: true,
      customTimeouts: { create: `${migration.timeoutSeconds + startSeconds}s` },
    },
  );
  return [job];
}

/** What a service does at certain times. */
export function cronJobs(
  name: string,
  { plan, namespace, facts }: TaskArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const cronJob of plan.tasks.cronJobs) {
    const { name: object, task, schedule, timeZone, startingDeadlineSeconds } = cronJob;
    const labels = taskLabels(plan.service, facts.system, cronJob);
    new k8s.batch.v1.CronJob(
      `${name}-${task}`,
      {
        metadata: { name: object, namespace, labels },
        spec: {
          schedule,
          timeZone,
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 1,
          jobTemplate: {
            metadata: { labels },
            spec: { ...taskJob(plan, cronJob, facts), ttlSecondsAfterFinished: keptSeconds },
          },
        },
      },
      opts,
    );
  }
}
