import type { Cloud } from "../cloud";

/** What a machine must give; each cloud answers with its own type of that shape. */
export interface MachineShape {
  readonly vcpus: 2 | 4 | 8 | 16;
  /** Memory, GiB: 4 GiB a vCPU is the general shape, 8 the memory-rich one. */
  readonly memoryGiB: 8 | 16 | 32 | 64 | 128;
  /**
   * Burstable (shared-core credit) machines: cheaper, for stateless services.
   *
   * @default false
   */
  readonly burstable?: boolean;
  /**
   * Family to take on a cloud in place of the one that it would pick, such as `m5` on AWS or `n2` on GCP, for instance
   * because capacity of it is reserved. It must be one of that shape.
   *
   * @default {} - the cloud's own choice
   */
  readonly families?: Readonly<Partial<Record<Cloud, string>>>;
}

/** A taint, as Kubernetes writes it. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A group of like nodes, spread over all zones. Counts are of the whole pool, not of a zone. */
export interface NodePoolArgs {
  readonly machine: MachineShape;
  /** Fewest nodes, all zones together. */
  readonly minNodes: number;
  /** Nodes at first; the autoscaler owns the number afterwards. */
  readonly initialNodes: number;
  /** Most nodes, all zones together. */
  readonly maxNodes: number;
  /**
   * Root disk, GiB.
   *
   * @default 100
   */
  readonly diskGiB?: number;
  /**
   * Spot capacity: may be taken away at two minutes' notice (AWS) or 30 seconds' (GCP).
   *
   * @default false
   */
  readonly spot?: boolean;
  /** @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Nothing that the platform runs tolerates any: pods are kept apart by the pools' labels.
   *
   * @default []
   */
  readonly taints?: readonly Taint[];
}

/**
 * Kubernetes minors that both clouds offer in standard support, newest first, each the next one's step. EKS ends that of
 * 1.36 on 2 August 2027, of 1.35 on 27 March 2027 and of 1.34 on 2 December 2026 (`aws eks describe-cluster-versions`,
 * recorded in September 2026); GKE's Regular channel has them since June 2026
 * (https://cloud.google.com/kubernetes-engine/docs/release-notes, current versions: 1.33 to 1.36).
 */
export const kubernetesVersions = ["1.36", "1.35", "1.34"] as const;
export type KubernetesVersion = (typeof kubernetesVersions)[number];
