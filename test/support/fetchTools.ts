import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fetchedTools, findTool } from "./tools";

/** Tools that tests run and npm does not have, by the distribution's package that has each. */
const packages = { promtool: "prometheus", amtool: "prometheus-alertmanager" } as const;

/** Longest that fetching takes, seconds: the packages are some 50 MB. */
const limitSeconds = 120;

/** As this long without an answer is none, a machine without a network loses little, seconds. */
const silenceSeconds = 10;

/**
 * Unpacks tools that the machine lacks from the distribution's packages, beside the other things that `make test` keeps, where
 * there is apt. Nothing is installed, and of apt's own files none is changed; it needs no rights but to write here. Where it
 * does not succeed the tests that need a tool are skipped.
 */
export function fetchTools(): void {
  const missing = Object.entries(packages).filter(([tool]) => findTool(tool) === undefined);
  const apt = findTool("apt-get");
  const dpkg = findTool("dpkg");
  if (missing.length === 0 || apt === undefined || dpkg === undefined) return;
  const deadline = Date.now() + limitSeconds * 1000;
  const run = (command: string, args: readonly string[], cwd: string): boolean => {
    const timeout = deadline - Date.now();
    return timeout > 0 && spawnSync(command, args, { cwd, timeout, stdio: "ignore" }).status === 0;
  };
  mkdirSync(fetchedTools, { recursive: true });
  const folder = mkdtempSync(join(fetchedTools, "apt-"));
  try {
    const download = ["download", ...missing.map(([, name]) => name)];
    // with the machine's lists of packages, or with new ones where it has none or they are old
    const own = ownLists(folder);
    const isThere =
      run(apt, [...patience, ...download], folder) ||
      (run(apt, [...patience, ...own, "update"], folder) &&
        run(apt, [...patience, ...own, ...download], folder));
    if (!isThere) return;
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
      run(dpkg, ["-x", file, fetchedTools], folder);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const patience = ["http", "https"]
  .flatMap((way) => ["-o", `Acquire::${way}::Timeout=${silenceSeconds}`])
  .concat("-o", "Acquire::Retries=0");

/** Has apt keep its lists and what it fetches in the folder. */
function ownLists(folder: string): readonly string[] {
  const [lists, cache] = [join(folder, "lists"), join(folder, "cache")];
  mkdirSync(join(lists, "partial"), { recursive: true });
  mkdirSync(join(cache, "archives", "partial"), { recursive: true });
  return ["-o", `Dir::State::Lists=${lists}`, "-o", `Dir::Cache=${cache}`];
}
