import { replicaBounds } from "../../../blueprints/presets";
import type { SizedSystem } from "./sizing";

/** What a system is made of, that is looked at. */
export interface Load {
  readonly nodes: number;
  /** Pods of the system's services. */
  readonly pods: number;
  /** Pods of the platform's own. */
  readonly platformPods: number;
  /** Pods of stores in the cluster. */
  readonly storePods: number;
}

/** Highest counts, for what is in memory at once; and those of most hours, for what piles up over days. */
export interface Loads {
  readonly highest: Load;
  readonly usual: Load;
}

/** Pods of the platform's own, as `npm run manifests` counts them in prod and dev, rounded up. */
const platformPods = { highlyAvailable: 90, single: 50 } as const;

/** vCPUs of a node that is made to measure. */
const provisionedVcpus = 4;

/** How far services are between their fewest and their most replicas in most hours. */
const usualShare = 0.3;

/** Loads of a system by its own figures. */
export function loadsOf({ blueprint }: SizedSystem): Loads {
  const { nodePools, nodeProvisioning, services, stores, highlyAvailable } = blueprint;
  const pools = Object.values(nodePools);
  const bounds = Object.values(services).map(replicaBounds);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const fixed = {
    platformPods: highlyAvailable ? platformPods.highlyAvailable : platformPods.single,
    storePods: Object.keys(stores).length * (highlyAvailable ? 6 : 2),
  };
  return {
    highest: {
      nodes:
        sum(pools.map(({ maxNodes }) => maxNodes)) +
        Math.ceil((nodeProvisioning?.cpuLimit ?? 0) / provisionedVcpus),
      pods: sum(bounds.map(({ max }) => max)),
      ...fixed,
    },
    usual: {
      nodes: sum(pools.map(({ initialNodes }) => initialNodes)),
      pods: Math.ceil(sum(bounds.map(({ min, max }) => min + (max - min) * usualShare))),
      ...fixed,
    },
  };
}
