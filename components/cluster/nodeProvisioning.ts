/** How nodes are paid for: spot is cheaper, and may be taken away at short notice. */
export const capacities = ["onDemand", "spot", "mixed"] as const;
export type Capacity = (typeof capacities)[number];

/** Processor architectures, by the names of container images. */
export type Architecture = "amd64" | "arm64";

/**
 * Nodes made to measure: the cluster looks at the pods that ask for such nodes and find none, starts machines that fit
 * them, and takes them away when they stand empty. Beside node pools, whose sizes and machines the stack says itself.
 */
export interface NodeProvisioning {
  /** Most vCPUs of all nodes that it starts, together. */
  readonly cpuLimit: number;
  /** Most memory of all nodes that it starts, together, GiB. */
  readonly memoryGiBLimit: number;
  /**
   * `mixed` takes spot first, and on-demand where there is none.
   *
   * @default "onDemand"
   */
  readonly capacity?: Capacity;
  /**
   * What the pods' images are built for; not on GCP but for `amd64`.
   *
   * @default ["amd64"]
   */
  readonly architectures?: readonly Architecture[];
  /**
   * Root disk of a node, GiB.
   *
   * @default 100
   */
  readonly diskGiB?: number;
  /** @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * A node is replaced when it is so old, days; not on GCP, which upgrades its nodes in place of replacing them.
   *
   * @default 30, and never on GCP
   */
  readonly expireAfterDays?: number;
}

/** A toleration, as Kubernetes writes it. */
export interface Toleration {
  readonly key: string;
  readonly operator: "Equal" | "Exists";
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** By what nodes on spot are known, and what a pod says to run there. */
export interface SpotNodes {
  readonly labels: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

/** What a pod says to run on a kind of nodes. */
export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /**
   * Those of the nodes that are spot.
   *
   * @default - none is
   */
  readonly spot?: SpotNodes;
}

/** What the pool of provisioned nodes is called in the cluster. It never changes: with another name all nodes would go. */
export const provisionedPool = "provisioned";

/** Disk of a provisioned node where nothing is said, GiB. */
export const provisionedDiskGiB = 100;

/** How long a node is kept without work before it is taken away, minutes. */
export const consolidationDelayMinutes = 5;

/** Fewest vCPUs of a provisioned node: on smaller ones the pods that run on every node take too large a part. */
export const leastProvisionedVcpus = 4;

/** Whether nodes may be spot. */
export function usesSpot({ capacity = "onDemand" }: Pick<NodeProvisioning, "capacity">): boolean {
  return capacity !== "onDemand";
}

/**
 * Refuses numbers that make no sense.
 *
 * @throws RangeError naming the key, what was expected and what came
 */
export function checkNodeProvisioning(provisioning: NodeProvisioning): void {
  const { cpuLimit, memoryGiBLimit, diskGiB = provisionedDiskGiB, expireAfterDays = 1 } = provisioning;
  const least = { cpuLimit: leastProvisionedVcpus, memoryGiBLimit: 1, diskGiB: 20, expireAfterDays: 1 };
  const given = { cpuLimit, memoryGiBLimit, diskGiB, expireAfterDays };
  for (const key of ["cpuLimit", "memoryGiBLimit", "diskGiB", "expireAfterDays"] as const) {
    if (!Number.isInteger(given[key]) || given[key] < least[key]) {
      throw new RangeError(
        `nodeProvisioning.${key}: expected a whole number from ${least[key]}, got ${given[key]}`,
      );
    }
  }
  if (provisioning.architectures?.length === 0) {
    throw new RangeError("nodeProvisioning.architectures: expected at least one, got none");
  }
}
