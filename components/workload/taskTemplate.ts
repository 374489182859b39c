import type { types } from "@pulumi/kubernetes";
import { workloadPriorities } from "../platform/priorities";
import { taskSelector, versionLabel, workloadLabels } from "./labels";
import type { WorkloadPlan } from "./plan";
import { type PodFacts, podParts } from "./podTemplate";
import type { TaskPlan } from "./tasks";

/**
 * Neither of the two that take nodes away early does so below a pod that says this: what is being changed would be left half
 * done (kubernetes/autoscaler, FAQ; karpenter.sh, Disruption).
 */
const undisturbed = {
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
  "karpenter.sh/do-not-disrupt": "true",
} as const;

/** Labels of a task's object and of its pods. */
export function taskLabels(
  service: string,
  system: string,
  { task }: Pick<TaskPlan, "task">,
): Record<string, string> {
  return {
    ...workloadLabels(service, system),
    ...taskSelector(service),
    "app.kubernetes.io/component": task,
  };
}

/**
 * A Job of a task: its service's pod in all but what it runs, how much it may use, and what only serves. A pod that was
 * taken away with its node is made again, and counts as no try.
 */
export function taskJob(plan: WorkloadPlan, task: TaskPlan, facts: PodFacts): types.input.batch.v1.JobSpec {
  const { command, args, resources, priority, retries, timeoutSeconds } = task;
  const { annotations, spec, container } = podParts({ ...plan, command, args, resources, priority }, facts);
  return {
    backoffLimit: retries,
    activeDeadlineSeconds: timeoutSeconds,
    podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }] },
    template: {
      metadata: {
        labels: { ...taskLabels(plan.service, facts.system, task), ...versionLabel(plan.image.tag) },
        annotations: { ...annotations, ...facts.mesh?.taskAnnotations, ...undisturbed },
      },
      spec: {
        ...spec,
        restartPolicy: "Never",
        priorityClassName: workloadPriorities[priority],
        containers: [container],
      },
    },
  };
}
