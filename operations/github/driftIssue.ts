import { at, textAt } from "../json";
import type { Github } from "./github";
import { codeBlock, maxBody, withoutSecrets } from "./markdown";

/** What `pulumi preview --refresh --expect-no-changes` found. */
export interface Drift {
  readonly stack: string;
  /** `failed` is not drift: nobody knows whether there is any. */
  readonly state: "clean" | "drifted" | "failed";
  /** What it printed. */
  readonly text: string;
  /** The workflow's run. */
  readonly url?: string;
}

/** Label of the issues, of which each stack has one while it drifts. */
export const driftLabel = "drift";

/**
 * What an exit status of the Pulumi CLI says (pulumi 3.248, sdk/go/common/util/cmdutil/exit.go: 7 where there should have been no
 * changes).
 */
export function driftState(status: number): Drift["state"] {
  if (status === 0) return "clean";
  return status === 7 ? "drifted" : "failed";
}

/** The issue's title, by which it is found again. */
export function driftTitle(stack: string): string {
  return `Drift: ${stack}`;
}

/** What the issue says. */
export function driftBody({ stack, state, text, url }: Drift): string {
  const what =
    state === "drifted"
      ? `What stands is not what \`${stack}\` says: somebody changed it by hand, or main was not deployed. Look at each line: take it over into the program, or have \`npm run deploy -- --stack ${stack}\` set it back.`
      : `Whether \`${stack}\` has drifted is not known: the preview itself failed.`;
  const heading = [what, ...(url === undefined ? [] : [`[The run](${url}).`])].join("\n\n");
  return `${heading}\n\n${codeBlock(withoutSecrets(text), maxBody - heading.length - 2)}`;
}

/** Opens a stack's issue, writes it anew, or closes it when there is nothing left to say. */
export async function putDriftIssue(
  github: Github,
  drift: Drift,
): Promise<"opened" | "updated" | "closed" | "none"> {
  const title = driftTitle(drift.stack);
  const issues = await github.list("issues", { state: "open", labels: driftLabel });
  const open = issues.find(
    (issue) => textAt(issue, "title") === title && at(issue, "pull_request") === undefined,
  );
  const number = at(open, "number");
  if (drift.state === "clean") {
    if (typeof number !== "number") return "none";
    await github.send("PATCH", `issues/${number}`, { state: "closed", state_reason: "completed" });
    return "closed";
  }
  const body = driftBody(drift);
  if (typeof number === "number") {
    await github.send("PATCH", `issues/${number}`, { body });
    return "updated";
  }
  await github.send("POST", "issues", { title, body, labels: [driftLabel] });
  return "opened";
}
