import type { types } from "@pulumi/kubernetes";
import { selectorLabels } from "./labels";
import type { WorkloadPlan } from "./plan";
import { scaleTarget } from "./strategy";

type ScalingBehavior = types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/**
 * The autoscaler of a workload. Up at once and by as much as doubles it every 15 seconds, for traffic that grows tenfold
 * within a minute; down by a tenth a minute, after the load was lower for a while.
 */
export function autoscalerSpec(plan: WorkloadPlan): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  const { minReplicas, maxReplicas } = plan;
  return {
    scaleTargetRef: scaleTarget(plan),
    minReplicas,
    maxReplicas,
    metrics: Object.entries(targetPercents(plan)).map(([name, averageUtilization]) => ({
      type: "Resource",
      resource: { name, target: { type: "Utilization", averageUtilization } },
    })),
    behavior: scalingBehavior(plan),
  };
}

/** Mean use of what its pods ask for, percent, that is held, by resource. */
export function targetPercents({
  cpuTargetPercent = 70,
  memoryTargetPercent,
}: WorkloadPlan): Readonly<Record<string, number>> {
  return { cpu: cpuTargetPercent, ...(memoryTargetPercent !== undefined && { memory: memoryTargetPercent }) };
}

/** How fast it grows and shrinks, whoever makes its autoscaler. */
export function scalingBehavior(plan: WorkloadPlan): ScalingBehavior {
  return {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: "Max",
      policies: [
        { type: "Percent", value: 100, periodSeconds: 15 },
        { type: "Pods", value: 4, periodSeconds: 15 },
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: plan.scaleDownAfterSeconds ?? 300,
      policies: [{ type: "Percent", value: 10, periodSeconds: 60 }],
    },
  };
}

/**
 * How many pods may be away at once while nodes are drained: one, or a tenth of many, so that draining does not take for
 * ever. `undefined` for a single pod, which a budget would tie to its node.
 */
export function disruptionBudgetSpec({
  service,
  minReplicas,
}: WorkloadPlan): types.input.policy.v1.PodDisruptionBudgetSpec | undefined {
  if (minReplicas < 2) return undefined;
  return {
    selector: { matchLabels: selectorLabels(service) },
    maxUnavailable: minReplicas >= 20 ? "10%" : 1,
    // A pod that is not ready serves nobody: it must not keep its node from being drained.
    unhealthyPodEvictionPolicy: "AlwaysAllow",
  };
}
