import { type ExitStatus, exitStatus } from "./exitStatus";
import { runStack } from "./program";
import { progressOn } from "./progress";
import { manifests } from "./render";
import { checkFolder, writeManifests } from "./renderFolder";
import { counted } from "./report/paint";
import { readStack, type StackRequest } from "./stack";

/** `render`: runs a stack and writes its Kubernetes objects into a folder. */
export async function renderCommand(request: StackRequest, folder: string): Promise<ExitStatus> {
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
  const files = manifests(run);
  writeManifests(files, folder);
  const masked = files.filter((file) => file.masked).map((file) => `  ${file.path}\n`);
  process.stdout.write(`${counted(files.length, "object")} written to ${folder}\n`);
  if (masked.length > 0) {
    process.stdout.write(`secret values are masked, to be filled in before use, in\n${masked.join("")}`);
  }
  return exitStatus.fine;
}
