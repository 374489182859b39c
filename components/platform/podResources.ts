import type { ComputeQuantity } from "./namespace";

/** Memory is limited to what is asked for, so that a growing pod is the one that is stopped. */
export function resources({ cpu, memory }: ComputeQuantity, cpuLimit: string): Record<string, unknown> {
  return { requests: { cpu, memory }, limits: { cpu: cpuLimit, memory } };
}
