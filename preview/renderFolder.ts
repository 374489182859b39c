import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, normalize, sep } from "node:path";
import { messageOf, UsageError } from "./errors";
import type { Manifest } from "./render";

/** Tells a folder that this command wrote to from others, and lists the files that are its own there. */
const markerFile = ".groundwork-render";

const markerHead = "# Made by npm run render, which removes these files at its next run, and no others.";

/** Refuses with a {@link UsageError} a folder that `render` would not write to: a file, or someone else's folder. */
export function checkFolder(folder: string): void {
  if (!existsSync(folder)) {
    return;
  }
  if (!statSync(folder).isDirectory()) {
    throw new UsageError(`--out: expected a folder, got the file ${folder}`);
  }
  const content = readdirSync(folder);
  if (content.length > 0 && !content.includes(markerFile)) {
    throw new UsageError(
      `--out: expected a folder that is empty or made by this command, got ${folder} with other files in it`,
    );
  }
}

/**
 * Writes the manifests into a folder: one that is empty, not there yet, or written to before. Of what was written before
 * only those files go away which the folder's marker lists; whatever else lies there is the user's, and stays.
 */
export function writeManifests(files: readonly Pick<Manifest, "path" | "yaml">[], folder: string): void {
  checkFolder(folder);
  const before = writtenBefore(folder);
  const foreign = files.filter(({ path }) => !before.includes(path) && isThere(join(folder, path)));
  if (foreign.length > 0) {
    throw new UsageError(
      `--out: expected no files of your own where this command writes its, got ${foreign.map(({ path }) => join(folder, path)).join(", ")}`,
    );
  }
  try {
    for (const path of before) {
      rmSync(join(folder, path), { force: true });
      removeEmptied(folder, dirname(path));
    }
    mkdirSync(folder, { recursive: true });
    // before the files, so that a run that is cut short leaves none that the next does not know
    writeFileSync(join(folder, markerFile), [markerHead, ...files.map(({ path }) => path), ""].join("\n"));
    for (const { path, yaml } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), yaml);
    }
  } catch (error) {
    throw new UsageError(
      `--out: expected a folder that can be written to, got ${folder} (${messageOf(error)})`,
    );
  }
}

/** Paths of the files that the marker lists; one that leads out of the folder is none that this command wrote. */
function writtenBefore(folder: string): readonly string[] {
  const marker = join(folder, markerFile);
  if (!existsSync(marker)) {
    return [];
  }
  return readFileSync(marker, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .filter((path) => isInside(path) && isFile(join(folder, path)));
}

function isInside(path: string): boolean {
  return !isAbsolute(path) && normalize(path).split(sep)[0] !== "..";
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Removes a folder below `root`, and those above it, as long as nothing is left in them. */
function removeEmptied(root: string, path: string): void {
  if (path !== "." && isThere(join(root, path)) && readdirSync(join(root, path)).length === 0) {
    rmdirSync(join(root, path));
    removeEmptied(root, dirname(path));
  }
}
