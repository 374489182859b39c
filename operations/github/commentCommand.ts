import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../preview/errors";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import { type PreviewText, previewComment, putComment } from "./comment";
import { githubFrom, runUrl } from "./environment";

/** What `comment` is told. */
export interface CommentFlags {
  readonly pullRequest: number;
  readonly commit: string;
  /** Folder of `<stack>.txt` with what a preview printed, and `<stack>.status` with its exit status. */
  readonly from: string;
}

/** `comment`: says on a pull request what the previews in a folder found. */
export async function commentCommand(flags: CommentFlags, env: NodeJS.ProcessEnv): Promise<ExitStatus> {
  const body = previewComment(previewsIn(flags.from), flags.commit, runUrl(env));
  const done = await putComment(githubFrom(env), flags.pullRequest, body);
  process.stdout.write(`comment ${done}\n`);
  return exitStatus.fine;
}

/** What previews wrote into a folder, by the stacks' names; one that wrote no status did not end. */
export function previewsIn(folder: string): readonly PreviewText[] {
  if (!existsSync(folder)) throw new UsageError(`--from: expected a folder, got ${folder}`);
  return readdirSync(folder)
    .flatMap((file) => /^([A-Za-z0-9_.-]+)\.txt$/.exec(file)?.[1] ?? [])
    .sort()
    .map((stack) => {
      const status = join(folder, `${stack}.status`);
      const read = existsSync(status) ? Number(readFileSync(status, "utf8").trim()) : Number.NaN;
      return {
        stack,
        status: Number.isInteger(read) ? read : exitStatus.crash,
        text: readFileSync(join(folder, `${stack}.txt`), "utf8"),
      };
    });
}
