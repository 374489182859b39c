import type { Setting } from "./rule";

/** What an image's reference says of which build it is, and the tags that say nothing of it, which are the same wherever it runs. */

const branches = ["latest", "main", "master", "stable", "edge", "nightly"];

/** Tags that stand for another build tomorrow. */
export const movingTags: Setting<readonly string[]> = {
  schema: { type: "array", items: { type: "string" }, description: "Tags that move." },
  values: { dev: ["latest"], staging: branches, prod: branches },
};

/** Whether the reference ends with a whole digest of an algorithm that the OCI image specification registers: no tag beside it counts. */
export function hasDigest(image: string): boolean {
  return /@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(image);
}

/** The tag, beside a digest or alone; undefined where none is written, which registries read as `latest`. */
export function tagOf(image: string): string | undefined {
  return /:([\w.-]+)$/.exec(image.replace(/@.*$/s, ""))?.[1];
}
