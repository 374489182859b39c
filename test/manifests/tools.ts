import { spawnSync } from "node:child_process";
import { UsageError } from "../../preview/errors";

/** A program that the checks run, and how to get it. */
export interface Tool {
  readonly command: string;
  /** Its import path for `go install`. */
  readonly from: string;
}

export const tools = {
  helm: { command: "helm", from: "helm.sh/helm/v3/cmd/helm" },
  kubeconform: { command: "kubeconform", from: "github.com/yannh/kubeconform/cmd/kubeconform" },
  kubeScore: { command: "kube-score", from: "github.com/zegl/kube-score/cmd/kube-score" },
} as const satisfies Readonly<Record<string, Tool>>;

/** Output of kubeconform over one stack is some MiB. */
const maxBuffer = 256 * 2 ** 20;

/** Throws a {@link UsageError} that names every tool that is not there. */
export function checkTools(): void {
  const missing = Object.values(tools).filter(
    ({ command }) => spawnSync(command, ["--help"]).error !== undefined,
  );
  if (missing.length > 0) {
    throw new UsageError(
      `expected ${missing.map(({ command }) => command).join(", ")} on the PATH, got none: ${missing
        .map(({ from }) => `go install ${from}@latest`)
        .join("; ")}`,
    );
  }
}

/** What a tool printed; its exit tells of findings, which its output lists. Throws when it could not run. */
export function outputOf({ command }: Tool, args: readonly string[]): string {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer });
  if (error !== undefined || stdout === "") {
    throw new UsageError(`${command}: expected a report, got ${error?.message ?? stderr}`);
  }
  return stdout;
}
