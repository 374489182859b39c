import type { Cloud } from "../cloud";
import type { PodGroup, Room } from "./pods";

/**
 * What Fargate gives a pod: vCPUs, and for each the memory, GiB, that it may have with them
 * (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
 */
const fargateSizes: readonly (readonly [vcpus: number, memoryGiB: readonly number[]])[] = [
  [0.25, [0.5, 1, 2]],
  [0.5, [1, 2, 3, 4]],
  [1, [2, 3, 4, 5, 6, 7, 8]],
  [2, wholesFrom(4, 16, 1)],
  [4, wholesFrom(8, 30, 1)],
  [8, wholesFrom(16, 60, 4)],
  [16, wholesFrom(32, 120, 8)],
];

/** What Fargate takes of a pod's memory for what Kubernetes itself runs beside it, MiB; it is added to what is asked for. */
export const fargateOverheadMiB = 256;

/**
 * Memory for each CPU that Autopilot's general-purpose nodes take, GiB; it raises what is below and adds CPU for more
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests).
 */
export const autopilotGiBPerCpu = { least: 1, most: 6.5 } as const;

/** The most of each that a pod may ask Autopilot's general-purpose nodes for (the same): vCPUs, and GiB. */
const autopilotMost = { vcpus: 30, memoryGiB: 110 } as const;

function wholesFrom(least: number, most: number, step: number): readonly number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);
}

/** What a cloud gives a pod, and has paid for. */
export interface ServerlessSize {
  readonly vcpus: number;
  readonly memoryGiB: number;
}

/** What the cloud rounds a pod up to; undefined where it has no size as large as that. */
export function serverlessSize(
  cloud: Cloud,
  ask: Pick<Room, "cpu" | "memoryMiB">,
): ServerlessSize | undefined {
  return { aws: fargateSize, gcp: autopilotSize }[cloud](ask.cpu / 1000, ask.memoryMiB / 1024);
}

function fargateSize(vcpus: number, memoryGiB: number): ServerlessSize | undefined {
  const whole = memoryGiB + fargateOverheadMiB / 1024;
  for (const [size, memories] of fargateSizes) {
    const memory = memories.find((each) => each >= whole);
    if (size >= vcpus && memory !== undefined) return { vcpus: size, memoryGiB: memory };
  }
  return undefined;
}

function autopilotSize(vcpus: number, memoryGiB: number): ServerlessSize | undefined {
  const size = {
    vcpus: Math.max(vcpus, memoryGiB / autopilotGiBPerCpu.most),
    memoryGiB: Math.max(memoryGiB, vcpus * autopilotGiBPerCpu.least),
  };
  return size.vcpus <= autopilotMost.vcpus && size.memoryGiB <= autopilotMost.memoryGiB ? size : undefined;
}

/** Pods whose machines the cloud sizes, and what they come to. */
export interface ServerlessDemand {
  readonly pods: number;
  /** Asked for. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Given, and paid for: vCPUs, which the cloud's quota is about, and GiB. */
  readonly given: ServerlessSize;
  /** Groups whose pods are larger than any size there is. */
  readonly tooLarge: readonly PodGroup[];
}

export function serverlessDemand(
  cloud: Cloud,
  wanted: readonly { readonly group: PodGroup; readonly count: number }[],
): ServerlessDemand {
  return wanted.reduce<ServerlessDemand>(
    (sum, { group, count }) => {
      const size = serverlessSize(cloud, group.each);
      const { vcpus = 0, memoryGiB = 0 } = size ?? {};
      return {
        pods: sum.pods + count,
        cpu: sum.cpu + count * group.each.cpu,
        memoryMiB: sum.memoryMiB + count * group.each.memoryMiB,
        given: {
          vcpus: sum.given.vcpus + count * vcpus,
          memoryGiB: sum.given.memoryGiB + count * memoryGiB,
        },
        tooLarge: size === undefined ? [...sum.tooLarge, group] : sum.tooLarge,
      };
    },
    { pods: 0, cpu: 0, memoryMiB: 0, given: { vcpus: 0, memoryGiB: 0 }, tooLarge: [] },
  );
}
