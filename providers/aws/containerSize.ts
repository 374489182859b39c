import type { WorkloadPlan } from "../../components/workload/plan";
import { bytes, millicores } from "../../components/workload/quantity";

/** Size of a task: CPU in thousandths and a bit (1024 a vCPU), memory in MiB. */
export interface TaskSize {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** Memory that a task of so many CPU units may have, MiB. */
interface Step {
  readonly cpuUnits: number;
  readonly least: number;
  readonly most: number;
  readonly by: number;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const fargateSteps: readonly Step[] = [
  { cpuUnits: 256, least: 512, most: 2048, by: 512 },
  { cpuUnits: 512, least: 1024, most: 4096, by: 1024 },
  { cpuUnits: 1024, least: 2048, most: 8192, by: 1024 },
  { cpuUnits: 2048, least: 4096, most: 16_384, by: 1024 },
  { cpuUnits: 4096, least: 8192, most: 30_720, by: 1024 },
  { cpuUnits: 8192, least: 16_384, most: 61_440, by: 4096 },
  { cpuUnits: 16_384, least: 32_768, most: 122_880, by: 8192 },
];

/**
 * What Service Connect's proxy takes beside a service: 256 CPU units and 64 MiB, as ECS recommends
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
 */
const proxy = { cpuUnits: 256, memoryMiB: 64 } as const;

/** What a service asks for, and its proxy: CPU as it is asked for, memory up to its limit. */
export function neededSize({ resources: { requests, limits } }: Pick<WorkloadPlan, "resources">): TaskSize {
  return {
    cpuUnits: Math.ceil((millicores(requests.cpu, "cpu") * 1024) / 1000) + proxy.cpuUnits,
    memoryMiB: Math.ceil(bytes(limits.memory, "memory") / 2 ** 20) + proxy.memoryMiB,
  };
}

/**
 * The smallest task of Fargate that has room for it.
 *
 * @throws RangeError where none has
 */
export function fargateSize(service: string, { cpuUnits, memoryMiB }: TaskSize): TaskSize {
  const step = fargateSteps.find((one) => one.cpuUnits >= cpuUnits && one.most >= memoryMiB);
  if (step === undefined) {
    throw new RangeError(
      `${service}.resources: expected at most 16 vCPUs and 120 GiB with its proxy, got ${cpuUnits / 1024} and ${memoryMiB / 1024}`,
    );
  }
  const { least, by } = step;
  return {
    cpuUnits: step.cpuUnits,
    memoryMiB: Math.max(least, Math.ceil(memoryMiB / by) * by),
  };
}

/** Disk that each task of Fargate has, and the most that it may ask for, GiB. */
const disk = { given: 20, least: 21, most: 200 } as const;

/** What an image and its layers take of a task's disk, GiB, at most. */
const imageGiB = 10;

/**
 * Disk that a task asks for beside what it is given, GiB; `undefined` where that does.
 *
 * @throws RangeError where there is not so much
 */
export function fargateDiskGiB(
  service: string,
  writable: readonly { readonly sizeMiB: number }[],
): number | undefined {
  const needed = diskGiB(writable);
  if (needed > disk.most) {
    throw new RangeError(
      `${service}.writablePaths: expected ${disk.most - imageGiB} GiB in all at most, got ${needed - imageGiB}`,
    );
  }
  return needed <= disk.given ? undefined : Math.max(disk.least, needed);
}

/** Disk of a task with its image, GiB. */
export function diskGiB(writable: readonly { readonly sizeMiB: number }[]): number {
  const total = writable.reduce((sum, { sizeMiB }) => sum + sizeMiB, 0);
  return imageGiB + Math.ceil(total / 1024);
}
