import { resolve } from "node:path";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { runStack } from "./program";
import { clusterOf, releasesOf, templateReleases } from "./helm";
import { progressOn } from "./progress";
import { manifests, type RenderedRelease } from "./render";
import { checkFolder, writeManifests } from "./renderFolder";
import { counted } from "./report/paint";
import { readStack, type StackRequest } from "./stack";

/** What of a stack is rendered, and into which folder. */
export interface RenderFlags {
  readonly out: string;
  /** Render the charts too, by Helm. */
  readonly charts?: true;
  /** Folder with unpacked charts, which implies `charts`. */
  readonly chartFolder?: string;
}

/** `render`: runs a stack and writes its Kubernetes objects into a folder. */
export async function renderCommand(request: StackRequest, flags: RenderFlags): Promise<ExitStatus> {
  const { out: folder } = flags;
  checkFolder(folder);
  const progress = progressOn(process.stderr);
  progress.say(`loading ${request.stack} …`);
  const run = await runStack(readStack(request), {
    root: request.root,
    outputs: "known",
    echo: true,
  }).finally(() => {
    progress.done();
  });
  const files = manifests(run, await renderedReleases(run, flags));
  writeManifests(files, folder);
  const masked = files.filter((file) => file.masked).map((file) => `  ${file.path}\n`);
  process.stdout.write(`${counted(files.length, "object")} written to ${folder}\n`);
  if (masked.length > 0) {
    process.stdout.write(`secret values are masked, to be filled in before use, in\n${masked.join("")}`);
  }
  return exitStatus.fine;
}

/** The releases of a run as Helm renders them; none unless they are asked for. */
async function renderedReleases(
  run: Parameters<typeof releasesOf>[0],
  { charts, chartFolder }: Omit<RenderFlags, "out">,
): Promise<readonly RenderedRelease[]> {
  return charts === undefined && chartFolder === undefined
    ? []
    : templateReleases(releasesOf(run), {
        ...clusterOf(run.resources),
        ...(chartFolder === undefined ? {} : { chartFolder: resolve(chartFolder) }),
      });
}
