import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster/cluster";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import type { Destination } from "./networkPolicy";

/** Where a service of the platform stands, and what it is told of it. */
export interface ServicePlace {
  readonly cluster: Cluster;
  /** More than one of each of its parts, budgets for disruption, spread over zones. */
  readonly highlyAvailable: boolean;
  /** Labels of the nodes on which the platform's own pods run; empty for any node. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Makes the cloud's identity of a service account. */
  readonly identify: (
    name: string,
    account: { readonly namespace: string; readonly serviceAccount: string },
    opts: pulumi.ComponentResourceOptions,
  ) => WorkloadIdentity;
  /** Where pods fetch their identity's credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
}
