import { type ProgramRun, runStack } from "../../preview/program";
import { readStack, type StackRequest } from "../../preview/stack";

/**
 * The stack as the program takes it, with stand-ins for the secrets it asks for: found by running it offline first, which
 * also refuses a bad configuration before any plugin is started.
 */
export function resolvedStack(request: StackRequest): Promise<ProgramRun> {
  return runStack(readStack(request), { root: request.root, outputs: "known", echo: false });
}
