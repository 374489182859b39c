import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chartFiles } from "./delivery/chart/chart";
import type { Delivery, DeliveryFile } from "./delivery/delivery";
import { kustomizeFiles } from "./delivery/kustomize/kustomize";
import { stackApplications, type StacksRequest } from "./delivery/stacks";
import { withState } from "./delivery/state";
import { UsageError } from "./errors";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { progressOn } from "./progress";
import { checkFolder, writeManifests } from "./renderFolder";
import { counted } from "./report/paint";
import { parseYaml } from "./yaml";

/** Where a chart or a kustomization goes, and what is known of stacks that stand. */
export interface DeliveryFlags {
  readonly out: string;
  /** `<stack>=<file>`: what `pulumi stack export` has printed of a stack. */
  readonly state: readonly string[];
}

const makers: Readonly<Record<"chart" | "kustomize", (delivery: Delivery) => readonly DeliveryFile[]>> = {
  chart: chartFiles,
  kustomize: kustomizeFiles,
};

/** `chart`, `kustomize`: runs stacks and writes their applications for who deploys them without Pulumi. */
export async function deliveryCommand(
  kind: keyof typeof makers,
  request: StacksRequest,
  { out, state }: DeliveryFlags,
): Promise<ExitStatus> {
  checkFolder(out);
  const states = statesOf(request.stacks, state);
  const progress = progressOn(process.stderr);
  const { stacks, blueprint, cloud } = await stackApplications(request, (line) => {
    progress.say(line);
  }).finally(() => {
    progress.done();
  });
  const known = stacks.map((one) => {
    const file = states.get(one.stack);
    return file === undefined ? one : withState(one, file);
  });
  const files = makers[kind]({ stacks: known, version: versionOf(request.root), blueprint, cloud });
  writeManifests(
    files.map(({ path, text }) => ({ path, yaml: text })),
    out,
  );
  process.stdout.write(`${counted(files.length, "file")} written to ${out}\n`);
  for (const { stack, objects } of known) {
    const asked = objects.reduce((sum, object) => sum + object.asked.size, 0);
    process.stdout.write(
      `  ${stack}: ${counted(objects.length, "object")}, ${counted(asked, "value")} known after an update alone\n`,
    );
  }
  return exitStatus.fine;
}

function statesOf(stacks: readonly string[], given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((assignment) => {
      const [stack = "", ...rest] = assignment.split("=");
      const file = rest.join("=");
      if (!stacks.includes(stack) || file === "") {
        throw new UsageError(`--state: expected <stack>=<file> of ${stacks.join(", ")}, got ${assignment}`);
      }
      return [stack, file] as const;
    }),
  );
}

/** Version of the program, which what is made from it has. */
function versionOf(root: string): string {
  const { version } = parseYaml(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version?: unknown;
  };
  return typeof version === "string" ? version : "0.0.0";
}
