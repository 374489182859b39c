import type * as pulumi from "@pulumi/pulumi";
import type { Destination } from "../platform/networkPolicy";
import type { Cluster, ClusterArgs } from "./cluster";
import type { NodePoolArgs } from "./nodePools";

/**
 * Arguments of a {@link ServerlessCluster}: those of a cluster, but for what is about nodes. The cloud sizes, starts and
 * replaces the machines below the pods.
 */
export interface ServerlessClusterArgs extends Omit<
  ClusterArgs,
  "nodePools" | "nodesVersion" | "nodeProvisioning"
> {
  /** Namespaces whose pods run without nodes of ours. On GKE Autopilot those of all others do too. */
  readonly serverlessNamespaces: readonly string[];
}

/** A {@link Cluster} whose workloads run without nodes of ours: on Fargate on AWS, in Autopilot mode on GCP. */
export interface ServerlessCluster extends Cluster {
  /**
   * Where pods of its serverless namespaces fetch their identity's credentials.
   *
   * @default - where all pods of the cloud do
   */
  readonly identityEndpoints?: readonly Destination[];
  /** Makes in a serverless namespace what has to be there before its pods; nothing where the cloud asks for nothing. */
  readonly prepareNamespace: (
    name: string,
    namespace: pulumi.Output<string>,
    opts: { readonly parent: pulumi.Resource },
  ) => readonly pulumi.Resource[];
}

/** Refuses namespaces that no cloud could run so. */
export function checkServerlessNamespaces(namespaces: readonly string[]): void {
  if (namespaces.length === 0) {
    throw new RangeError("serverlessNamespaces: expected at least one, got none");
  }
  for (const namespace of namespaces) {
    if (
      namespace.startsWith("kube-") ||
      namespaces.indexOf(namespace) !== namespaces.lastIndexOf(namespace)
    ) {
      throw new RangeError(
        `serverlessNamespaces: expected each namespace of the system once, and none of Kubernetes' own, got "${namespace}"`,
      );
    }
  }
}

/**
 * Pool of the platform's own pods where the cloud runs those of the system alone, as Fargate does: one node a zone, and two at
 * least, so that one can be drained.
 */
export function platformNodes(zones: number): NodePoolArgs {
  const nodes = Math.max(2, zones);
  return {
    machine: { vcpus: 2, memoryGiB: 8 },
    minNodes: nodes,
    initialNodes: nodes,
    maxNodes: 3 * nodes,
  };
}
