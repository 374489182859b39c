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
 * Kubernetes minors that both clouds offer in standard support, newest first. EKS ends that of 1.34 on 2 December 2026
 * and ended that of 1.33 on 29 July 2026 (EKS user guide, release calendar).
 */
export const kubernetesVersions = ["1.35", "1.34"] as const;
export type KubernetesVersion = (typeof kubernetesVersions)[number];
