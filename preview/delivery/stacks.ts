import { UsageError } from "../errors";
import { runStack } from "../program";
import { readStack, type Stack } from "../stack";
import { applicationsOf, type StackApplications } from "./applications";
import type { Delivery } from "./delivery";

/** Which stacks' applications are asked for. */
export interface StacksRequest {
  /** Folder of `Pulumi.yaml`. */
  readonly root: string;
  readonly stacks: readonly string[];
  readonly set: readonly string[];
}

/**
 * Applications of each stack. Its program runs twice, as for a preview that knows what the cloud would answer, and as for a
 * first one: what only that one does not know, no file can hold before an update.
 */
export async function stackApplications(
  { root, stacks, set }: StacksRequest,
  say: (line: string) => void = () => undefined,
): Promise<Omit<Delivery, "version">> {
  const found: StackApplications[] = [];
  const settings = stacks.map((stack) => readStack({ root, stack, set }));
  const common = { blueprint: only("blueprint", settings), cloud: only("cloud", settings) };
  for (const stack of settings) {
    say(`loading ${stack.name} …`);
    const { resources: known } = await runStack(stack, { root, outputs: "known", echo: true });
    const { resources: first } = await runStack(stack, { root, outputs: "unknown", echo: false });
    found.push(applicationsOf({ stack: stack.name, known, first }));
  }
  return { stacks: found, ...common };
}

/** A setting that all stacks have alike: one chart is of one system on one cloud. */
function only(key: string, stacks: readonly Stack[]): string {
  const values = [...new Set(stacks.map(({ project, config }) => config[`${project}:${key}`] ?? ""))];
  const [value = "", ...others] = values;
  if (others.length > 0) {
    throw new UsageError(
      `--stacks: expected stacks of one ${key}, got ${values.join(", ")}: say which by --${key}`,
    );
  }
  return value;
}
