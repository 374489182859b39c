import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadSpec } from "../workload/spec";
import { planStrategy, scaleTarget } from "../workload/strategy";

/** The part of autoscaling.k8s.io/v1 VerticalPodAutoscaler's spec that we use. */
interface VerticalPodAutoscalerSpec {
  readonly targetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly updatePolicy: { readonly updateMode: "Off" };
  readonly resourcePolicy: {
    readonly containerPolicies: readonly {
      readonly containerName: string;
      readonly controlledResources: readonly ("cpu" | "memory")[];
    }[];
  };
}

/** Arguments of {@link adviseSizes}. */
export interface SizeAdviceArgs {
  readonly services: Readonly<Record<string, Pick<WorkloadSpec, "strategy">>>;
  /** Namespace of the services. */
  readonly namespace: pulumi.Input<string>;
}

/**
 * Has told for each workload how much CPU and memory its containers should ask for, in the status of a VerticalPodAutoscaler of
 * its name. It changes nothing: what a workload asks for stands in its blueprint, and its autoscaler goes by the share of it that
 * is used. What brings the kind has to be among what `opts` depends on, where it does not come with the cluster.
 */
export function adviseSizes(
  name: string,
  { services, namespace }: SizeAdviceArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const [service, { strategy }] of Object.entries(services)) {
    const spec: VerticalPodAutoscalerSpec = {
      targetRef: scaleTarget({ service, strategy: planStrategy(strategy) }),
      updatePolicy: { updateMode: "Off" },
      // sidecars too
      resourcePolicy: { containerPolicies: [{ containerName: "*", controlledResources: ["cpu", "memory"] }] },
    };
    new k8s.apiextensions.CustomResource(
      `${name}-${service}`,
      {
        apiVersion: "autoscaling.k8s.io/v1",
        kind: "VerticalPodAutoscaler",
        metadata: { name: service, namespace },
        spec,
      },
      opts,
    );
  }
}
