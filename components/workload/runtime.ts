import type { ResourcesPlan } from "./plan";
import { bytes, millicores } from "./quantity";
import type { Runtime } from "./spec";

/**
 * What a runtime must be told of its container, as environment variables.
 *
 * - `node`: V8's heap, three quarters of the memory limit; its own default ignores the limit above 4 GiB, and buffers,
 *   stacks and code need the rest.
 * - `go`: the garbage collector's soft limit, nine tenths, and as many threads as the CPU limit has cores (before Go 1.25
 *   the runtime took the node's).
 * - `python`: no compiled files, for which a read-only root has no room, and output that is not held back.
 */
export function runtimeEnv(
  runtime: Runtime | undefined,
  { limits }: ResourcesPlan,
): Readonly<Record<string, string>> {
  const memoryMiB = bytes(limits.memory, "memory") / 2 ** 20;
  switch (runtime) {
    case "node":
      return { NODE_ENV: "production", NODE_OPTIONS: `--max-old-space-size=${Math.floor(memoryMiB * 0.75)}` };
    case "go":
      return {
        GOMEMLIMIT: `${Math.floor(memoryMiB * 0.9)}MiB`,
        GOMAXPROCS: `${Math.ceil(millicores(limits.cpu, "cpu") / 1000)}`,
      };
    case "python":
      return { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };
    case undefined:
      return {};
  }
}
