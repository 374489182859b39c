import type { PlanResource } from "../preview/plan";
import { runStack } from "../preview/program";
import { readStack } from "../preview/stack";

/** What a stack's program registers, by the offline preview: it asks no cloud. */
export async function plannedResources(root: string, stack: string): Promise<readonly PlanResource[]> {
  const { resources } = await runStack(readStack({ root, stack, set: [] }), {
    root,
    outputs: "known",
    echo: false,
  });
  return resources;
}
