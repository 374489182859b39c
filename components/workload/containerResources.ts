import { expect } from "./expected";
import { bytes, cpuQuantity, millicores } from "./quantity";
import type { ResourceSpec } from "./spec";

/** CPU and memory of a container, all stated. */
export interface ResourcesPlan {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/**
 * Fills in what a container may use.
 *
 * @param key where it stands, for messages
 */
export function planResources(key: string, { cpu, memory, limits = {} }: ResourceSpec): ResourcesPlan {
  const requestedCpu = millicores(cpu, `${key}.cpu`);
  const requestedMemory = bytes(memory, `${key}.memory`);
  const cpuLimit = limits.cpu ?? cpuQuantity(2 * requestedCpu);
  const memoryLimit = limits.memory ?? memory;
  expect(
    millicores(cpuLimit, `${key}.limits.cpu`) >= requestedCpu,
    `${key}.limits.cpu`,
    `${cpu} or more`,
    cpuLimit,
  );
  expect(
    bytes(memoryLimit, `${key}.limits.memory`) >= requestedMemory,
    `${key}.limits.memory`,
    `${memory} or more`,
    memoryLimit,
  );
  return { requests: { cpu, memory }, limits: { cpu: cpuLimit, memory: memoryLimit } };
}
