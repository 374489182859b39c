import { show } from "../check";
import { always, inProd, offInDev } from "../levels";
import type { Props } from "../resource";
import { resourceRule, stackRule } from "../rule";
import type { Stack } from "../stack";
import { SelectorIndex } from "./selection";

const kinds = ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"] as const;

interface Workload {
  readonly type: (typeof kinds)[number];
  readonly props: Props<(typeof kinds)[number]>;
}

/** How an autoscaler names the workload: `namespace/Kind:name`. */
function targetOf({ type, props: { metadata } }: Workload): string {
  return targetName(metadata?.namespace, type.slice(type.lastIndexOf(":") + 1), metadata?.name);
}

/** What the autoscaler scales, in the same form. */
function scaledBy({ metadata, spec }: Props<"kubernetes:autoscaling/v2:HorizontalPodAutoscaler">): string {
  return targetName(metadata?.namespace, spec?.scaleTargetRef?.kind, spec?.scaleTargetRef?.name);
}

function targetName(namespace = "default", kind = "", name = ""): string {
  return `${namespace}/${kind}:${name}`;
}

function workloadsByTarget(stack: Stack): ReadonlyMap<string, Workload> {
  return stack.once(
    "workloads by target",
    (all) => new Map(all.ofType(...kinds).map((each) => [targetOf(each), each])),
  );
}

/** The least replicas that each autoscaler keeps, by its target. */
function scaledTargets(stack: Stack): ReadonlyMap<string, number> {
  return stack.once(
    "targets of HorizontalPodAutoscalers",
    (all) =>
      new Map(
        all
          .ofType("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")
          .map(({ props }) => [scaledBy(props), props.spec?.minReplicas ?? 1]),
      ),
  );
}

/** Replicas that the workload keeps up: its autoscaler's least, or those it states. */
function leastReplicas(workload: Workload, stack: Stack): number {
  return scaledTargets(stack).get(targetOf(workload)) ?? workload.props.spec?.replicas ?? 1;
}

export const disruptionBudget = stackRule({
  id: "k8s-workload-has-pdb",
  title: "Replicated workloads have a disruption budget",
  severity: "medium",
  description: "Without one an upgrade of the nodes may take all replicas at once, and is allowed to.",
  remedy: "Add a PodDisruptionBudget whose selector matches the pods' labels.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: kinds,
  applies: (workload, stack) => leastReplicas(workload, stack) > 1,
  check: ({ props }, stack) => {
    const budgets = stack.once("selectors of PodDisruptionBudgets", (all) => {
      const index = new SelectorIndex();
      for (const { props: budget } of all.ofType("kubernetes:policy/v1:PodDisruptionBudget")) {
        index.add(budget.metadata?.namespace ?? "default", budget.spec?.selector?.matchLabels ?? {});
      }
      return index;
    });
    const namespace = props.metadata?.namespace ?? "default";
    const labels = props.spec?.template?.metadata?.labels ?? {};
    return !budgets.selects({ namespace, labels }) && "no PodDisruptionBudget of this stack selects its pods";
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
  title: "Deployments are scaled by their load",
  severity: "medium",
  description: "A fixed number of replicas is too many by night and too few when it matters.",
  remedy:
    'Add a HorizontalPodAutoscaler, or label the Deployment groundwork.dev/scaling: "fixed" where one number is right.',
  controls: { soc2: ["A1.1"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: ["kubernetes:apps/v1:Deployment"],
  applies: ({ props }) => props.metadata?.labels?.["groundwork.dev/scaling"] !== "fixed",
  check: (workload, stack) =>
    !scaledTargets(stack).has(targetOf(workload)) && "no HorizontalPodAutoscaler of this stack scales it",
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
  types: ["kubernetes:autoscaling/v2:HorizontalPodAutoscaler"],
  check: ({ props }, stack) => {
    const { minReplicas = 1, maxReplicas = minReplicas } = props.spec ?? {};
    const replicas = workloadsByTarget(stack).get(scaledBy(props))?.props.spec?.replicas;
    return [
      !workloadsByTarget(stack).has(scaledBy(props)) &&
        `spec.scaleTargetRef names ${scaledBy(props)}, which this stack does not have`,
      replicas !== undefined && `its target sets replicas to ${replicas}, expected not set`,
      minReplicas > maxReplicas && `spec.minReplicas is ${minReplicas}, above maxReplicas ${maxReplicas}`,
    ];
  },
});
