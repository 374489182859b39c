import type * as pulumi from "@pulumi/pulumi";
import type { NodeMachine } from "../cluster/nodePools";
import type { Bucket } from "../data/bucket";
import type { Registry } from "../delivery/registry";
import type { DnsZone } from "../edge/dnsZone";
import type { EdgeSpec } from "../edge/edge";
import type { ImagePolicy } from "../governance/imagePolicy";
import type { Network } from "../network/network";
import type { WorkloadSpec } from "../workload/spec";
import type { SystemStore } from "../workload/system";

/** What runs a system's services: a Kubernetes cluster, or the cloud's own service for containers (ECS, Cloud Run). */
export const orchestrators = ["kubernetes", "containers"] as const;
export type Orchestrator = (typeof orchestrators)[number];

/** Machines with GPUs, for the services that ask for some. */
export interface GpuMachine {
  readonly machine: NodeMachine;
  /** Capacity that is taken away at short notice, at a third of the price. */
  readonly spot: boolean;
}

/** Arguments of a {@link ContainerPlatform}, the same on every cloud. */
export interface ContainerPlatformArgs {
  readonly network: Network;
  /** Name of the system, and its services as a blueprint has them. */
  readonly system: { readonly name: string; readonly services: Readonly<Record<string, WorkloadSpec>> };
  /** What stands before each service's image repository, such as `ghcr.io/acme`. */
  readonly imageRegistry: string;
  /**
   * The stack's own registry, from which the services may pull.
   *
   * @default - images are kept in another, which lets them in itself
   */
  readonly registry?: Registry;
  /**
   * What says which images run.
   *
   * @default - the stack has no such policy
   */
  readonly imagePolicy?: ImagePolicy;
  /** Zone of the domain under which the services' routes are served. */
  readonly zone: DnsZone;
  /** Stores by the names that the services use. */
  readonly stores: Readonly<Record<string, SystemStore>>;
  /**
   * Services that go on where one of their tasks is stopped at short notice.
   *
   * @default [] - all capacity is on demand
   */
  readonly onSpot?: readonly string[];
  /**
   * Where services run that ask for GPUs.
   *
   * @default - none may ask for one
   */
  readonly gpus?: GpuMachine;
  /**
   * CDN and firewall before the services.
   *
   * @default - clients come straight to the load balancer
   */
  readonly edge?: EdgeSpec & { readonly shieldAdvanced?: boolean };
  /** Where the edge's assets are. */
  readonly bucket: Bucket;
  /** How long logs are kept, days. */
  readonly logRetentionDays: number;
  /** Refuse deletion of keys, logs and addresses, in the cloud and in Pulumi. */
  readonly protect: boolean;
}

/**
 * A system's services without a Kubernetes cluster: each by its entry in the blueprint with an identity of its own, grants
 * on its stores, traffic that follows its `calls` and stores, a strategy, an autoscaler, and one load balancer before those
 * that have a route.
 */
export interface ContainerPlatform extends pulumi.ComponentResource {
  /** Where the system is served. */
  readonly url: string;
  /** @default - the cloud has no such thing as a cluster of them */
  readonly clusterName?: pulumi.Output<string>;
  /** Name (AWS) or address (GCP) of the load balancer. */
  readonly loadBalancer: pulumi.Output<string>;
  /** Services by name. */
  readonly services: Readonly<Record<string, pulumi.Resource>>;
  /** Records of the hosts' names, after which users get there. */
  readonly records: readonly pulumi.Resource[];
}

/** When a service's requests are worth an alarm, as the systems ask for it. */
export const requestLimits = {
  /** Answers of 5xx, percent of all. */
  errorPercent: 5,
  /** Time within which 95 of 100 answers come, where its objectives name none, milliseconds. */
  p95Milliseconds: 1000,
  /** How long either has to last, minutes. */
  minutes: 5,
} as const;

/** Longest that 95 of 100 answers of a service may take, milliseconds. */
export function latencyLimit({ slos }: Pick<WorkloadSpec, "slos">): number {
  return Math.max(requestLimits.p95Milliseconds, slos?.latencyMilliseconds ?? 0);
}
