import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster/cluster";
import type { Grantable, WorkloadIdentity } from "../identity/workloadIdentity";
import type { Network } from "../network/network";
import type { Destination } from "../platform/networkPolicy";
import type { RecoveryPlace } from "./recovery";

/** A store as the services of a system use it: who is let in, and where it answers. */
export interface Store extends pulumi.ComponentResource, Grantable {
  /** Where it answers, for the network policies of those that use it. */
  readonly destinations: readonly Destination[];
}

/** Where a store stands and how long what it leaves is kept: the same for all stores of a stack. */
export interface StorePlace {
  readonly network: Network;
  /**
   * Where its data is kept a second time, for when the region is lost.
   *
   * @default - nowhere
   */
  readonly recovery?: RecoveryPlace;
  /**
   * How long the server's logs are kept, days, where they are kept for it alone; on GCP they are in the project's own log.
   *
   * @default 365 - a year, as SOC 2 and the CIS benchmarks read it
   */
  readonly logRetentionDays?: number;
  /**
   * Refuse deletion, in the cloud and in Pulumi, and take a last snapshot.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/** Where a store stands that runs in the cluster, by an operator of its own. */
export interface ClusterStorePlace {
  readonly cluster: Cluster;
  /** Namespace of the store, which it makes, and nobody else's. */
  readonly namespace: string;
  /** Namespace of the services that use it. */
  readonly systemNamespace: string;
  /** Labels of the nodes that its pods run on; none where any will do. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** What must stand before its pods can run, and the kinds of the certificates it asks for. */
  readonly ready: readonly pulumi.Resource[];
  /** Makes the cloud's identity of a service account, with which it reaches its buckets. */
  readonly identify: (
    name: string,
    account: { readonly namespace: string; readonly serviceAccount: string },
    opts: pulumi.ComponentResourceOptions,
  ) => WorkloadIdentity;
  /** Where pods fetch their identity's credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
}

/** Arguments without what every store of a stack is given: what a blueprint and its stack say of one. */
export type SpecOf<Args> = Omit<Args, keyof StorePlace | keyof ClusterStorePlace>;
