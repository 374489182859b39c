import { expect, expected } from "./expected";
import type { WorkloadSpec } from "./spec";

/**
 * Most that all files of a service may hold, bytes: what a ConfigMap may
 * (https://kubernetes.io/docs/concepts/configuration/configmap/#motivation).
 */
const mostBytes = 1024 ** 2;

/** Longest key of a ConfigMap (https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1). */
const longestKey = 253;

/** Where files of the platform and of the kernel are. */
const reserved = ["/dev", "/etc/groundwork", "/proc", "/run/secrets", "/sys", "/var/run/secrets"] as const;

/** One file of a service's ConfigMap. */
export interface ConfigFile {
  /** Where the service reads it. */
  readonly path: string;
  /** Under which it is in the ConfigMap. */
  readonly key: string;
  readonly content: string;
}

/** The files of a service, in the order of its spec. */
export function configFilesOf({
  configFiles = {},
}: Pick<WorkloadSpec, "configFiles">): readonly ConfigFile[] {
  return Object.entries(configFiles).map(([path, content]) => ({
    path,
    // no key may have a slash in it
    key: path.slice(1).replaceAll("/", "."),
    content,
  }));
}

/**
 * Refuses files that no ConfigMap can hold, or that something else would hide.
 *
 * @throws RangeError naming the key, what was expected and what came
 */
export function checkConfigFiles(service: string, spec: WorkloadSpec): void {
  const files = configFilesOf(spec);
  const all = `${service}.configFiles`;
  const writable = ["/tmp", ...(spec.writablePaths ?? []).map(({ path }) => path)];
  const taken = new Map<string, string>();
  for (const { path, key } of files) {
    expect(isPlain(path), `${all}.${path}`, "the whole path of a file, without . and ..", path);
    expect(key.length <= longestKey, `${all}.${path}`, `at most ${longestKey + 1} characters`, path.length);
    const mine = reserved.find((folder) => overlap(folder, path));
    expect(mine === undefined, `${all}.${path}`, `a path outside ${mine ?? ""}`, path);
    const written = writable.find((folder) => overlap(folder, path));
    expect(written === undefined, `${all}.${path}`, `a path outside the writable ${written ?? ""}`, path);
    const other = files.find((file) => file.path !== path && overlap(file.path, path));
    expect(other === undefined, `${all}.${path}`, `no other file above or below it`, other?.path);
    const same = taken.get(key);
    if (same !== undefined)
      throw expected(`${all}.${path}`, `a path that is not ${same} with dots for slashes`, path);
    taken.set(key, path);
  }
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  expect(bytes <= mostBytes, all, `at most ${mostBytes} bytes in all`, bytes);
}

/** From the root on, each part a name that a key of a ConfigMap can have in it. */
function isPlain(path: string): boolean {
  const [root, ...parts] = path.split("/");
  return (
    root === "" &&
    parts.length > 0 &&
    parts.every((part) => /^[\w.-]+$/.test(part) && part !== "." && part !== "..") &&
    // a key that began so would be one of the kubelet's own
    !path.startsWith("/..")
  );
}

function overlap(a: string, b: string): boolean {
  const below = (above: string, path: string) => path === above || path.startsWith(`${above}/`);
  return below(a, b) || below(b, a);
}
