import type { IRollout } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { customResource } from "../platform/customResource";
import { analysisTemplate, hashArgument } from "./analysis";
import type { Measured } from "./requestSeries";
import { selectorLabels } from "./labels";
import type { WorkloadPlan } from "./plan";
import { meshRoutesOf, previewOf, type ProgressivePlan, subsets } from "./strategy";

type Strategy = NonNullable<IRollout["spec"]["strategy"]>;

/** Argo Rollouts, where it acts in a workload's namespace. */
export interface RolloutsHere {
  /** Its controller; its kinds come with it. */
  readonly controller: pulumi.Resource;
  /** Name of the namespace, as queries say it. */
  readonly namespace: string;
  /**
   * Who answers the queries by which new versions are judged.
   *
   * @default - the platform's Prometheus
   */
  readonly metricsUrl?: string;
}

/** Arguments of {@link rollout}. */
export interface RolloutArgs extends Pick<RolloutsHere, "metricsUrl"> {
  readonly plan: WorkloadPlan & { readonly strategy: ProgressivePlan };
  /** Name of the namespace, as queries say it. */
  readonly namespace: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    readonly labels: Record<string, string>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly template: k8s.types.input.core.v1.PodTemplateSpec;
  /** Who splits its requests and tells how they went; its pods' number and the workload itself where that is no mesh. */
  readonly measured: Measured;
}

/**
 * How long the pods of the version before stand ready after a blue-green one took its requests, seconds, beside the time
 * for which it is judged: the way back is a Service's.
 */
const keptSeconds = 300;

/**
 * Its pods, as Argo Rollouts makes and replaces them, and how a new version is judged. It is there once its first version is
 * available; later versions are handed over and not waited for, since each takes as long as it is judged. Needs Argo
 * Rollouts.
 */
export function rollout(
  name: string,
  { plan, namespace, metadata, template, measured, metricsUrl }: RolloutArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { service, strategy } = plan;
  const judge = customResource(
    `${name}-analysis`,
    {
      model: analysisTemplate({
        service,
        namespace,
        strategy,
        measured,
        ...(metricsUrl !== undefined && { metricsUrl }),
      }),
      namespace: metadata.namespace,
    },
    opts,
  );
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, "pulumi.com/waitFor": "condition=Available" },
      },
      spec: {
        // The autoscaler owns the number; a value here would undo its work at every update.
        ...(plan.autoscaled ? {} : { replicas: plan.minReplicas }),
        revisionHistoryLimit: 5,
        // Kubernetes' own default of ten minutes, or longer than a pod may take to start.
        progressDeadlineSeconds: Math.max(600, 2 * plan.probes.startupSeconds),
        // a version whose pods don't start goes back as one that is judged badly does
        progressDeadlineAbort: true,
        // back to the version before at once, without its steps
        rollbackWindow: { revisions: 1 },
        selector: { matchLabels: selectorLabels(service) },
        template,
        strategy: strategySpec(plan, measured),
      },
    },
    { ...opts, dependsOn: judge },
  );
}

/** The strategy as Argo Rollouts has it. */
function strategySpec(
  { service, route, strategy }: Pick<RolloutArgs["plan"], "service" | "route" | "strategy">,
  measured: Measured,
): Strategy {
  const analysis = {
    templates: [{ templateName: service }],
    args: [{ name: hashArgument, valueFrom: { podTemplateHashValue: "Latest" } }],
  };
  if (strategy.kind === "blueGreen") {
    return {
      blueGreen: {
        activeService: service,
        previewService: previewOf(service),
        autoPromotionEnabled: strategy.promotion === "automatic",
        postPromotionAnalysis: analysis,
        // with these pods go the ones to go back to, so not before it is judged
        scaleDownDelaySeconds: strategy.judgedMinutes * 60 + keptSeconds,
      },
    };
  }
  const routes = meshRoutesOf(service);
  return {
    canary: {
      maxUnavailable: 0,
      maxSurge: "25%",
      steps: strategy.steps.flatMap(({ percent, minutes }) => [
        { setWeight: percent },
        { pause: { duration: `${minutes}m` } },
      ]),
      // from the first part of the requests on, until all are its own
      analysis: { ...analysis, startingStep: 1 },
      ...(measured === "mesh" && {
        trafficRouting: {
          istio: {
            virtualServices: [
              { name: routes.calls, routes: [service] },
              ...(route === undefined ? [] : [{ name: routes.wayIn, routes: [service] }]),
            ],
            destinationRule: {
              name: routes.versions,
              stableSubsetName: subsets.stable,
              canarySubsetName: subsets.canary,
            },
          },
        },
      }),
    },
  };
}
