import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How a pod with nothing but Node.js works with a service of the cloud's, by its identity. */
export interface CloudScript {
  /** Modules by the names of their files, which lie in one folder. */
  readonly files: Readonly<Record<string, string>>;
  /** What they read of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The modules of a folder by the names of their files. */
export function modules(folder: string, ...names: readonly string[]): CloudScript["files"] {
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
