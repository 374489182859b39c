import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud";
import type { Network } from "../network/network";

/** The region that takes over when the stack's own is lost, with room for stores and without a way out. */
export interface RecoveryPlace extends pulumi.ComponentResource {
  readonly region: string;
}

/** Arguments of the region that takes over. */
export interface RecoveryPlaceArgs {
  /** The stack's own network: a VPC of GCP has subnets in other regions, one of AWS has none. */
  readonly network: Network;
  readonly region: string;
  /** IPv4 block of the part there, CIDR notation, /16 to /22, apart from every other block of the stack. */
  readonly cidr: string;
  /** Letters of the zones there that stores stand in, 2 to 6. */
  readonly zones: readonly string[];
  /** The stack's own block of pod addresses. */
  readonly podCidr: string;
  /** The stack's own block of Kubernetes Service addresses. */
  readonly serviceCidr: string;
  /** How long flow logs are kept, days. */
  readonly flowLogRetentionDays: number;
  /** Refuse deletion of what keeps data. */
  readonly protect: boolean;
}

/** What a system asks of its stores, for when its region is lost. */
export interface RecoveryGoal {
  /**
   * Most that may be lost of what was written last, minutes.
   *
   * @default - not asked for
   */
  readonly rpoMinutes?: number;
  /**
   * How long until it has to answer again, minutes.
   *
   * @default - not asked for
   */
  readonly rtoMinutes?: number;
}

/** How a store comes back after a loss, derived from how it replicates. */
export interface Recovery {
  /** What brings it back, in words: `replica in the other region`, `copied backup`. */
  readonly by: string;
  /** Most that is lost of what was written last, minutes; `Infinity` where nothing bounds it. */
  readonly rpoMinutes: number;
  /** How long until it answers again, minutes; `Infinity` where it does not come back. */
  readonly rtoMinutes: number;
  /** Where the numbers stand, or what they are the sum of. */
  readonly source: string;
}

/** What a planner of a store's recovery is told beside the store's own spec. */
export interface RecoveryFacts {
  readonly cloud: Cloud;
  /** Whether the stack has a region for recovery. */
  readonly recoveryRegion: boolean;
}

/** What is lost, and for how long, when a store's region is: without any resource being made. */
export type RecoveryPlanner<Spec> = (spec: Spec, facts: RecoveryFacts) => Recovery;

/** A store that nothing of is left. */
export const lost: Recovery = {
  by: "nothing",
  rpoMinutes: Infinity,
  rtoMinutes: Infinity,
  source: "all of it is in the region that was lost",
};
