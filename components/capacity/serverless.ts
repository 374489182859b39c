import type { Cloud } from "../cloud";
import { capacityOf, type ServerlessSize } from "./clouds";
import type { PodGroup, Room } from "./pods";

/** What the cloud rounds a pod up to; undefined where it has no size as large as that. */
export function serverlessSize(
  cloud: Cloud,
  ask: Pick<Room, "cpu" | "memoryMiB">,
): ServerlessSize | undefined {
  return capacityOf[cloud].serverless.size(ask.cpu / 1000, ask.memoryMiB / 1024);
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
