import type { Cloud } from "../cloud";
import type { NodePoolArgs } from "../cluster/nodePools";
import { awsCapacity } from "./aws";
import { gcpCapacity } from "./gcp";
import type { PlatformPodsArgs, Row } from "./platformPods";
import type { NodeAgent, PodGroup } from "./pods";

/** What a cloud gives a pod whose machine it sizes, and has paid for. */
export interface ServerlessSize {
  readonly vcpus: number;
  readonly memoryGiB: number;
}

/** What a cloud has of its own in the count of pods and of their room. */
export interface CloudCapacity {
  /** Part of a machine's memory that its system never shows to kubelet. */
  readonly hiddenPart: number;
  /** Memory that kubelet keeps of what it is shown, MiB. */
  readonly reservedMiB: (seenMiB: number) => number;
  /** What the cloud itself runs on each node, and what we add on those with GPUs. */
  readonly nodeAgents: readonly NodeAgent[];
  /** Pods of kube-system that the cloud brings along and keeps to no pool, by the fewest and the most nodes of all pools. */
  readonly systemPods: (minNodes: number, maxNodes: number) => readonly PodGroup[];
  /** Pods of ours for what the cloud lacks and others have. */
  readonly addedPods: (args: PlatformPodsArgs) => readonly Row[];
  /** Whether a pool has a group of nodes in each zone, each with a maximum of its own. */
  readonly groupsByZone: boolean;
  /** Whether search by `hosting: cloud` is the cloud's own service; in the cluster it stands where it is not. */
  readonly hasSearch: boolean;
  /** Whether each node of MongoDB in the cluster has an agent that backs it up (`providers/unsupported.ts`). */
  readonly backsUpMongo: boolean;
  /** Where pods have no nodes of ours (`podRuntime: serverless`). */
  readonly serverless: {
    /** What it rounds a pod up to: vCPUs and GiB asked for; undefined where it has no size as large as that. */
    readonly size: (vcpus: number, memoryGiB: number) => ServerlessSize | undefined;
    /** Whether it sizes what stands beside the services too. */
    readonly takesAll: boolean;
    /** Nodes of ours that there still are, by their pool's name. */
    readonly pools: (zones: number) => Readonly<Record<string, NodePoolArgs>>;
  };
}

/** By the cloud's name, which nothing else here asks. */
export const capacityOf: Readonly<Record<Cloud, CloudCapacity>> = { aws: awsCapacity, gcp: gcpCapacity };
