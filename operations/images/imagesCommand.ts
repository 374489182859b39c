import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../preview/errors";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import { changedFiles } from "../affected/affectedCommand";
import { plannedResources } from "../planned";
import type { Run } from "../run";
import { describeStack } from "../stacks";
import { imagesOf } from "./imagesOf";
import { changedImages, imageSources } from "./sources";

/** What `affected-images` is told. */
export interface ImagesFlags {
  /** Stack to whose registry the images go. */
  readonly stack: string;
  /** Commit before the change; every image is built where it is not given. */
  readonly base?: string;
  /** @default "HEAD" */
  readonly head?: string;
}

/**
 * Prints the images that a change touches as one line of JSON, the `include` of a matrix: each with its service, the folder of its
 * sources, and its name in the stack's registry.
 */
export async function imagesCommand(root: string, flags: ImagesFlags, run: Run): Promise<ExitStatus> {
  const { stack, base = "", head = "HEAD" } = flags;
  const { blueprint, cloud, region } = describeStack(root, stack);
  const sources = (imageSources[blueprint] ?? []).filter(({ context }) =>
    existsSync(join(root, context, "Dockerfile")),
  );
  const changed = /^0*$/.test(base)
    ? sources
    : changedImages(sources, await changedFiles(root, { base, head }, run));
  const images = imagesOf(await plannedResources(root, stack));
  const printed = changed.map(({ service, context }) => {
    const image = images[service];
    if (image === undefined) {
      throw new UsageError(`operations/images/sources.ts: ${service}: expected a service of ${blueprint}`);
    }
    return { service, context, image: image.name, cloud, region };
  });
  process.stdout.write(`${JSON.stringify(printed)}\n`);
  return exitStatus.fine;
}
