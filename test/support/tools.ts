import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where `make test` unpacks tools that the machine lacks (`fetchTools.ts`). */
export const fetchedTools = join(__dirname, "../../node_modules/.cache/tools");

/**
 * A program that some tests run and that npm does not install: of the PATH, of the folder that `GROUNDWORK_TOOLS` names, or
 * of those that `make test` has fetched.
 *
 * @returns its path, undefined where it is nowhere: the test is skipped then, and says so
 */
export function findTool(name: string): string | undefined {
  const { PATH = "", GROUNDWORK_TOOLS } = process.env;
  const folders = [
    ...PATH.split(delimiter).filter((folder) => folder !== ""),
    ...(GROUNDWORK_TOOLS === undefined ? [] : [GROUNDWORK_TOOLS]),
    join(fetchedTools, "usr/bin"),
  ];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How many tests of this process were skipped for want of a tool, by its name. */
export const skippedFor = new Map<string, number>();

/** As {@link findTool}, for a test that can't be without it: where it is nowhere the test is skipped, and counted so. */
export function needTool(test: Mocha.Context, name: string): string {
  return findTool(name) ?? skipFor(test, name);
}

/** Skips a test for want of something, and counts it so. */
export function skipFor(test: Mocha.Context, want: string): never {
  skippedFor.set(want, (skippedFor.get(want) ?? 0) + 1);
  return test.skip();
}
