import type { types } from "@pulumi/kubernetes";
import { selectorLabels } from "./labels";
import type { WorkloadPlan } from "./plan";

/**
 * The autoscaler of a workload. Up at once and by as much as doubles it every 15 seconds, for traffic that grows tenfold
 * within a minute; down by a tenth a minute, after the load was lower for a while.
 */
export function autoscalerSpec(plan: WorkloadPlan): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  const { service, minReplicas, maxReplicas, cpuTargetPercent = 70, memoryTargetPercent } = plan;
  const utilization = (name: string, averageUtilization: number) => ({
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization } },
  });
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: service },
    minReplicas,
    maxReplicas,
    metrics: [
      utilization("cpu", cpuTargetPercent),
      ...(memoryTargetPercent === undefined ? [] : [utilization("memory", memoryTargetPercent)]),
    ],
    behavior: {
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
