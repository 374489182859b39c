import { type Environment, environments } from "../../components/cloud";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import { outputOf, type Run } from "../run";
import { oneOf, stacksIn } from "../stacks";
import { affectedStacks, everyStack } from "./affected";
import { blueprintFiles } from "./blueprintFiles";

/** What `affected` is told. */
export interface AffectedFlags {
  /** Commit before the change; every stack is affected where it is not given. */
  readonly base?: string;
  /** @default "HEAD" */
  readonly head?: string;
  /** Of which environments. @default all */
  readonly environment?: string;
  /** Also on the cloud on which a stack does not stand, as an offline preview can be. */
  readonly bothClouds?: boolean;
}

/** A commit that no branch had before its first push: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const noCommit = /^0+$/;

/** Prints the stacks that a change reaches as one line of JSON: the `include` of a matrix. */
export async function affectedCommand(root: string, flags: AffectedFlags, run: Run): Promise<ExitStatus> {
  const { base, head = "HEAD", environment, bothClouds = false } = flags;
  const wanted = environment === undefined ? environments : wantedOf(environment);
  const stacks = stacksIn(root);
  const affected =
    base === undefined || base === "" || noCommit.test(base)
      ? everyStack(stacks)
      : affectedStacks({ changed: await changedFiles(root, { base, head }, run), stacks, blueprintFiles });
  const printed = affected.filter(
    (stack) => (bothClouds || stack.own) && wanted.some((name) => name === stack.environment),
  );
  process.stdout.write(`${JSON.stringify(printed)}\n`);
  return exitStatus.fine;
}

function wantedOf(environment: string): readonly Environment[] {
  return environment.split(",").map((name) => oneOf(environments, name, "--environment"));
}

/** Paths that differ between where a change began and where it ends; of a renamed file both. */
export async function changedFiles(
  root: string,
  { base, head }: { readonly base: string; readonly head: string },
  run: Run,
): Promise<readonly string[]> {
  const range = `${base}...${head}`;
  const listed = await outputOf(run, "git", ["diff", "--name-only", "--no-renames", "-z", range, "--"], {
    cwd: root,
  });
  return listed.split("\0").filter((path) => path !== "");
}
