import type { WorkloadPlan } from "../../components/workload/plan";
import { bytes, millicores } from "../../components/workload/quantity";

/** vCPUs that an instance of Cloud Run has, with the memory that goes with each, GiB. */
interface Step {
  readonly cpu: number;
  readonly leastGiB: number;
  readonly mostGiB: number;
}

/** https://docs.cloud.google.com/run/docs/configuring/services/cpu, https://docs.cloud.google.com/run/docs/configuring/services/memory-limits */
const steps: readonly Step[] = [
  { cpu: 1, leastGiB: 0.5, mostGiB: 4 },
  { cpu: 2, leastGiB: 0.5, mostGiB: 8 },
  { cpu: 4, leastGiB: 2, mostGiB: 16 },
  { cpu: 6, leastGiB: 4, mostGiB: 24 },
  { cpu: 8, leastGiB: 4, mostGiB: 32 },
];

/** Least that Cloud Run asks for beside an L4: https://docs.cloud.google.com/run/docs/configuring/services/gpu */
const besideGpu = { cpu: 4, memoryGiB: 16 } as const;

/**
 * The smallest instance that has room for a service, as limits of its container: whole vCPUs, since a part of one answers one
 * request at a time.
 *
 * @throws RangeError where none has
 */
export function runSize({
  service,
  resources: { requests, limits },
  gpus = 0,
}: Pick<WorkloadPlan, "service" | "resources" | "gpus">): Readonly<Record<string, string>> {
  const least = gpus === 0 ? { cpu: 1, memoryGiB: 0.5 } : besideGpu;
  const cpu = Math.max(least.cpu, millicores(requests.cpu, "cpu") / 1000);
  const memoryGiB = Math.max(least.memoryGiB, bytes(limits.memory, "memory") / 2 ** 30);
  const step = steps.find((one) => one.cpu >= cpu && one.mostGiB >= memoryGiB);
  if (step === undefined) {
    throw new RangeError(
      `${service}.resources: expected at most 8 vCPUs and 32 GiB on Cloud Run, got ${cpu} and ${memoryGiB}`,
    );
  }
  return {
    cpu: `${step.cpu}`,
    memory: `${Math.ceil(Math.max(step.leastGiB, memoryGiB) * 1024)}Mi`,
    ...(gpus > 0 && { "nvidia.com/gpu": `${gpus}` }),
  };
}
