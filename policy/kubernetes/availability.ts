import { show } from "../check";
import { always, fromStaging, inProd, offInDev } from "../levels";
import { resourceRule, stackRule, type Verdict } from "../rule";
import type { Stack } from "../stack";
import { byNamespace, namespaceOf, takes } from "./made";
import {
  autoscaler,
  hpa,
  kedaScaler,
  leastReplicas,
  replicated,
  rolloutType,
  scaledObject,
  scalersByTarget,
  targetName,
  targetOf,
  workloadsByTarget,
  type Scaler,
} from "./scaling";

export const disruptionBudget = stackRule({
  id: "k8s-workload-has-pdb",
  title: "Replicated workloads have a disruption budget",
  severity: "medium",
  description: "Without one an upgrade of the nodes may take all replicas at once, and is allowed to.",
  remedy: "Add a PodDisruptionBudget whose selector matches the pods' labels.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: replicated,
  applies: (workload, stack) => leastReplicas(workload, stack) > 1,
  check: ({ props }, stack) => {
    const selectors = stack.once("selectors of PodDisruptionBudgets by namespace", (all) =>
      // An empty selector takes every pod, none at all takes nothing.
      byNamespace(
        all.ofType("kubernetes:policy/v1:PodDisruptionBudget"),
        ({ props: { spec } }) => spec?.selector,
      ),
    );
    const labels = props.spec?.template?.metadata?.labels ?? {};
    return (
      !selectors.get(namespaceOf(props))?.some((selector) => takes(selector, labels)) &&
      "no PodDisruptionBudget of this stack selects its pods"
    );
  },
});

export const disruptionBudgetAllows = resourceRule({
  id: "k8s-pdb-allows-disruption",
  title: "Disruption budgets let nodes go",
  severity: "medium",
  description:
    "A budget that allows no disruption stops every node upgrade until someone deletes it at night.",
  remedy: "Set maxUnavailable to 1 or more, or minAvailable below the replicas.",
  controls: { soc2: ["A1.2"] },
  levels: offInDev,
  types: ["kubernetes:policy/v1:PodDisruptionBudget"],
  check: ({ props }) => [
    [0, "0", "0%"].includes(props.spec?.maxUnavailable ?? 1) &&
      `spec.maxUnavailable is ${show(props.spec?.maxUnavailable)}`,
    props.spec?.minAvailable === "100%" && 'spec.minAvailable is "100%"',
  ],
});

export const horizontalAutoscaler = stackRule({
  id: "k8s-workload-has-hpa",
  title: "Deployments and Rollouts are scaled by their load",
  severity: "medium",
  description: "A fixed number of replicas is too many by night and too few when it matters.",
  remedy:
    'Add a HorizontalPodAutoscaler or a ScaledObject, or label the workload groundwork.dev/scaling: "fixed" where one number is right.',
  controls: { soc2: ["A1.1"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: ["kubernetes:apps/v1:Deployment", rolloutType],
  applies: ({ props }) => props.metadata?.labels?.["groundwork.dev/scaling"] !== "fixed",
  check: (workload, stack) =>
    !scalersByTarget(stack).has(targetOf(workload)) &&
    "no HorizontalPodAutoscaler or ScaledObject of this stack scales it",
});

export const autoscalerTarget = stackRule({
  id: "k8s-hpa-target-valid",
  title: "Autoscalers scale something, and nobody else does",
  severity: "medium",
  description:
    "A misspelt target is never scaled; a target with its own replicas is set back at every deployment.",
  remedy: "Name an existing workload in spec.scaleTargetRef and leave its spec.replicas out.",
  controls: { soc2: ["A1.1"] },
  levels: always,
  types: [hpa],
  check: (resource, stack) => targetFindings(autoscaler(resource), stack),
});

export const scaledObjectTarget = stackRule({
  id: "k8s-scaled-object-target-valid",
  title: "What KEDA scales is there, is counted, and is nobody else's to scale",
  severity: "medium",
  description:
    "A misspelt target is never scaled, two scalers set each other's number back, and a target whose trigger can't be counted is made as small as it may be.",
  remedy:
    "Name an existing workload in spec.scaleTargetRef, leave its spec.replicas and any other autoscaler out, and set spec.fallback.",
  controls: { soc2: ["A1.1"] },
  levels: always,
  types: [scaledObject],
  check: (resource, stack) => [
    targetFindings(kedaScaler(resource), stack),
    resource.props.spec?.fallback === undefined && "spec.fallback is not set",
    (resource.props.spec?.minReplicaCount ?? 0) < 1 &&
      `spec.minReplicaCount is ${show(resource.props.spec?.minReplicaCount)}, expected 1 or more`,
  ],
});

export const verticalTarget = stackRule({
  id: "k8s-vpa-target-valid",
  title: "Vertical autoscalers size something, and only advise where pods are scaled",
  severity: "medium",
  description:
    "A misspelt target is never measured. Where another scaler goes by the share of CPU or memory that is used, one that changes what pods ask for moves the mark under it, and restarts pods to do so.",
  remedy:
    "Name an existing workload in spec.targetRef, and set spec.updatePolicy.updateMode to Off where it is scaled by the number of its pods.",
  controls: { soc2: ["A1.1"] },
  levels: always,
  types: ["kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler"],
  check: ({ props: { metadata, spec } }, stack) => {
    const { targetRef, updatePolicy } = spec ?? {};
    const target = targetName(metadata?.namespace, targetRef?.kind, targetRef?.name);
    const [scaler] = scalersByTarget(stack).get(target) ?? [];
    const mode = updatePolicy?.updateMode;
    return [
      !workloadsByTarget(stack).has(target) &&
        `spec.targetRef names ${target}, which this stack does not have`,
      scaler !== undefined &&
        mode !== "Off" &&
        `spec.updatePolicy.updateMode is ${show(mode)}, expected Off, as ${scaler.name} scales ${target}`,
    ];
  },
});

/** What is wrong with what it scales, and between which bounds. */
function targetFindings({ urn, target, least, most, fields }: Scaler, stack: Stack): Verdict {
  const workload = workloadsByTarget(stack).get(target);
  const replicas = workload?.props.spec?.replicas;
  const others = (scalersByTarget(stack).get(target) ?? []).filter((other) => other.urn !== urn);
  return [
    workload === undefined && `spec.scaleTargetRef names ${target}, which this stack does not have`,
    replicas !== undefined && `its target sets replicas to ${replicas}, expected not set`,
    least > most && `spec.${fields[0]} is ${least}, above ${fields[1]} ${most}`,
    others.length > 0 && `${others.map(({ name }) => name).join(", ")} scales ${target}, too`,
  ];
}

export const rolloutJudged = resourceRule({
  id: "k8s-rollout-judged",
  title: "A Rollout's new versions are judged",
  severity: "medium",
  description:
    "Without an analysis a canary goes on to all requests whatever it answers, and a blue-green one never goes back: each is a roll-out that only takes longer.",
  remedy:
    "Name an AnalysisTemplate in spec.strategy.canary.analysis or one of its steps, or in spec.strategy.blueGreen.prePromotionAnalysis or postPromotionAnalysis.",
  controls: { soc2: ["CC8.1", "A1.2"] },
  levels: fromStaging,
  types: [rolloutType],
  check: ({ props }) => {
    const { canary, blueGreen } = props.spec?.strategy ?? {};
    const analyses = [
      canary?.analysis,
      ...(canary?.steps ?? []).map((step) => step.analysis),
      blueGreen?.prePromotionAnalysis,
      blueGreen?.postPromotionAnalysis,
    ];
    return (
      !analyses.some((analysis) => (analysis?.templates ?? []).length > 0) &&
      "spec.strategy names no AnalysisTemplate"
    );
  },
});
