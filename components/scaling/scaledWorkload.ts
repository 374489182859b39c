import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../platform/names";
import { allowTraffic, egressTo } from "../platform/networkPolicy";
import type { WorkloadPlan } from "../workload/plan";
import { scalingBehavior, targetPercents } from "../workload/scaling";
import { scaleTarget } from "../workload/strategy";
import type { PodIdentity, Trigger } from "./backlog";
import { kedaPods } from "./kedaValues";

/** The part of keda.sh/v1alpha1 ScaledObject's spec that we use. */
interface ScaledObjectSpec {
  readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  /** Seconds. */
  readonly pollingInterval: number;
  readonly fallback: {
    readonly failureThreshold: number;
    readonly replicas: number;
    readonly behavior: "currentReplicasIfHigher";
  };
  readonly advanced: {
    readonly horizontalPodAutoscalerConfig: {
      readonly name: string;
      readonly behavior: ReturnType<typeof scalingBehavior>;
    };
  };
  readonly triggers: readonly {
    readonly type: string;
    readonly name?: string;
    readonly metricType?: "Utilization" | "AverageValue";
    readonly metadata: Readonly<Record<string, pulumi.Input<string>>>;
    readonly authenticationRef?: { readonly name: string };
  }[];
}

/** Arguments of {@link ScaledWorkload}. */
export interface ScaledWorkloadArgs {
  /** Autoscaled, and without an autoscaler of its own. */
  readonly plan: WorkloadPlan;
  /** KEDA, which installs the kinds. */
  readonly keda: pulumi.Resource;
  /** What keeps the workload's pods: a Deployment or a Rollout. */
  readonly pods: pulumi.Resource;
  /** Namespace of the workload. */
  readonly namespace: pulumi.Input<string>;
  /** What it is scaled by besides its CPU, by a name. */
  readonly triggers: Readonly<Record<string, Trigger>>;
}

/** Times in a row, half a minute apart, that nothing could be counted before it goes without. */
const failures = 3;

/** How often is counted where no autoscaler asks, seconds; KEDA's own default. */
const pollingSeconds = 30;

/**
 * Has KEDA make the autoscaler of a workload: by its CPU (and memory) as without KEDA, and by what waits for it; the trigger
 * that asks for most pods decides. As long as nothing can be counted it has the pods that it has, or more where its CPU asks
 * for them, and never fewer than its least.
 *
 * An autoscaler that stood for the workload before is taken over, by its name, and nothing else sets the number of pods.
 * Needs KEDA, and what keeps the workload's pods.
 */
export class ScaledWorkload extends pulumi.ComponentResource {
  public readonly scaledObject: k8s.apiextensions.CustomResource;

  constructor(name: string, args: ScaledWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:scaling:ScaledWorkload", name, {}, opts);
    const { plan, namespace, triggers } = args;
    const { keda, pods } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const authentications = Object.fromEntries(
      identitiesOf(triggers).map((provider) => [
        provider,
        new k8s.apiextensions.CustomResource(
          `${name}-${provider}`,
          {
            apiVersion: "keda.sh/v1alpha1",
            kind: "TriggerAuthentication",
            metadata: { name: authenticationOf(plan, provider), namespace },
            spec: { podIdentity: { provider } },
          },
          { ...child, dependsOn: keda },
        ),
      ]),
    );
    const asked = Object.values(triggers).flatMap(({ destinations = [] }) => destinations);
    const policies =
      asked.length === 0
        ? []
        : [
            allowTraffic(
              `${name}-counting`,
              {
                namespace: namespaces.keda,
                policy: `counts-for-${plan.service}`,
                podLabels: kedaPods.operator,
                egress: asked.map(egressTo),
              },
              child,
            ),
          ];
    this.scaledObject = new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata: {
          name: plan.service,
          namespace,
          // https://keda.sh/docs/2.20/reference/scaledobject-spec/#transfer-ownership-of-an-existing-hpa
          annotations: { "scaledobject.keda.sh/transfer-hpa-ownership": "true" },
        },
        spec: scaledObjectSpec(plan, triggers),
      },
      {
        ...child,
        // by what signs in where there is that: the engine walks every way to KEDA before a deletion
        dependsOn: [
          pods,
          ...policies,
          ...(Object.keys(authentications).length === 0 ? [keda] : Object.values(authentications)),
        ],
      },
    );
    this.registerOutputs({});
  }
}

function scaledObjectSpec(plan: WorkloadPlan, triggers: ScaledWorkloadArgs["triggers"]): ScaledObjectSpec {
  const { service, minReplicas, maxReplicas } = plan;
  return {
    scaleTargetRef: scaleTarget(plan),
    minReplicaCount: minReplicas,
    maxReplicaCount: maxReplicas,
    pollingInterval: pollingSeconds,
    fallback: { failureThreshold: failures, replicas: minReplicas, behavior: "currentReplicasIfHigher" },
    advanced: { horizontalPodAutoscalerConfig: { name: service, behavior: scalingBehavior(plan) } },
    triggers: [
      ...Object.entries(targetPercents(plan)).map(([resource, percent]) => ({
        type: resource,
        metricType: "Utilization" as const,
        metadata: { value: String(percent) },
      })),
      ...Object.entries(triggers).map(([key, { type, metadata, podIdentity }]) => ({
        type,
        name: key,
        metricType: "AverageValue" as const,
        metadata,
        ...(podIdentity !== undefined && {
          authenticationRef: { name: authenticationOf(plan, podIdentity) },
        }),
      })),
    ],
  };
}

function authenticationOf({ service }: WorkloadPlan, provider: PodIdentity): string {
  return `${service}-${provider}`;
}

function identitiesOf(triggers: ScaledWorkloadArgs["triggers"]): readonly PodIdentity[] {
  const named = Object.values(triggers).flatMap(({ podIdentity }) => podIdentity ?? []);
  return [...new Set(named)];
}
