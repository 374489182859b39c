import { z } from "zod";
import { UsageError } from "../../preview/errors";
import { type Pin } from "../images/pin";
import { outputOf, type Run } from "../run";

/**
 * The last version of a stack that was well after it was deployed: the annotated tag `good/<stack>`, on the commit whose
 * program and stack file it was, with the images in its message.
 */
export interface GoodVersion {
  readonly commit: string;
  /** Version that each service ran, a tag or a digest. */
  readonly images: Readonly<Record<string, string>>;
  /** Versions that the commit does not say: those that were given by hand. */
  readonly pins: readonly Pin[];
}

const message = z.object({
  images: z.record(z.string(), z.string()),
  pins: z
    .array(
      z.union([
        z.object({ service: z.string(), tag: z.string() }),
        z.object({ service: z.string(), digest: z.string() }),
      ]),
    )
    .default([]),
});

/** Name of the tag. */
export function goodTag(stack: string): string {
  return `good/${stack}`;
}

/**
 * Records what is checked out as good.
 *
 * @param push also at `origin`, so that everybody's rollback finds it
 */
export async function recordGood(
  run: Run,
  root: string,
  {
    stack,
    images,
    pins,
    push,
  }: Omit<GoodVersion, "commit"> & { readonly stack: string; readonly push: boolean },
): Promise<void> {
  const tag = goodTag(stack);
  const text = JSON.stringify({ images, pins });
  const who = ["-c", "user.name=groundwork", "-c", "user.email=groundwork@localhost"];
  await outputOf(run, "git", [...who, "tag", "--annotate", "--force", "--message", text, tag, "HEAD"], {
    cwd: root,
  });
  if (push) await outputOf(run, "git", ["push", "--force", "origin", `refs/tags/${tag}`], { cwd: root });
}

/**
 * The version that was good last.
 *
 * @throws UsageError where none was
 */
export async function readGood(run: Run, root: string, stack: string): Promise<GoodVersion> {
  const tag = goodTag(stack);
  const format = "--format=%(contents:subject)";
  const subject = await outputOf(run, "git", ["for-each-ref", format, `refs/tags/${tag}`], { cwd: root });
  if (subject.trim() === "") {
    throw new UsageError(`--stack: expected a tag ${tag}, which a deployment that is well leaves, got none`);
  }
  const commit = await outputOf(run, "git", ["rev-parse", "--verify", `refs/tags/${tag}^{commit}`], {
    cwd: root,
  });
  const read = message.safeParse(parsed(subject));
  if (!read.success)
    throw new UsageError(`${tag}: expected the images of a deployment, got ${subject.trim()}`);
  return { commit: commit.trim(), ...read.data };
}

/** Whether what is checked out came before what was good last: a job that waited for an approval may find that. */
export async function isOlder(run: Run, root: string, stack: string): Promise<boolean> {
  const tag = `refs/tags/${goodTag(stack)}`;
  const found = await outputOf(run, "git", ["for-each-ref", "--format=%(refname)", tag], { cwd: root });
  if (found.trim() === "") return false;
  const [head, good] = [
    await outputOf(run, "git", ["rev-parse", "--verify", "HEAD"], { cwd: root }),
    await outputOf(run, "git", ["rev-parse", "--verify", `${tag}^{commit}`], { cwd: root }),
  ];
  if (head.trim() === good.trim()) return false;
  const { status } = await run("git", ["merge-base", "--is-ancestor", "HEAD", tag], { cwd: root });
  return status === 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
