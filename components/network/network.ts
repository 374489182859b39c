import type * as pulumi from "@pulumi/pulumi";

/** How private subnets reach the internet: not at all, by one NAT for all zones, or by one a zone. */
export const egressModes = ["none", "shared", "perZone"] as const;
export type Egress = (typeof egressModes)[number];

/** Arguments of a {@link Network}, the same on every cloud. */
export interface NetworkArgs {
  /** IPv4 block of the whole network, CIDR notation, /16 to /22. */
  readonly cidr: string;
  /** Zone suffixes to spread over, in order: each one's blocks are fixed by its place. 1 to 6. */
  readonly zones: readonly string[];
  /**
   * Zone suffixes that have subnets though no node stands there. A network of one zone needs one on AWS, whose control
   * planes and databases take subnets of two zones at least; subnets of GCP span the region, and none is needed.
   *
   * @default []
   */
  readonly reserveZones?: readonly string[];
  /** Block of pod addresses where the cloud gives pods a range of their own (GCP); AWS takes them from the subnets. */
  readonly podCidr: string;
  /** Block of Kubernetes Service addresses, /16 to /22. */
  readonly serviceCidr: string;
  /**
   * How private subnets reach the internet.
   *
   * @default "perZone"
   */
  readonly egress?: Egress;
  /**
   * How long flow logs are kept, days.
   *
   * @default 365
   */
  readonly flowLogRetentionDays?: number;
  /**
   * Protect stateful parts (log buckets, keys) from deletion.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * A private network with public subnets (load balancers), private ones (nodes and pods) and data subnets (stores, with
 * no route to the internet), flow logs on.
 */
export interface Network extends pulumi.ComponentResource {
  /** Id by which the cloud's other services name the network: a VPC's id, or its self link. */
  readonly networkId: pulumi.Output<string>;
  /** Zones that nodes stand in, in the order given, by the cloud's names of them, such as `us-east-1a` or `us-east1-b`. */
  readonly zones: readonly string[];
  /** Subnets of nodes and pods, on AWS one a zone in the order of `zones`, on GCP one a region. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Subnets that a control plane has its addresses in: those of nodes and pods, and those of zones in reserve. */
  readonly controlPlaneSubnetIds: pulumi.Output<string[]>;
  /** Subnets of data stores, those of zones in reserve among them. */
  readonly dataSubnetIds: pulumi.Output<string[]>;
  /** Block of Kubernetes Service addresses, for the cluster. */
  readonly serviceCidr: string;
  /** CIDR blocks from which pods and nodes speak: what stores let in. */
  readonly workloadCidrs: readonly string[];
  /**
   * Whether the cloud's own APIs answer pods at addresses among {@link Network.workloadCidrs} (interface endpoints of AWS), or
   * at public ones.
   */
  readonly privateApis: boolean;
  /** CIDR blocks where the stores stand: what pods may speak to. */
  readonly dataCidrs: readonly string[];
}
