import type * as pulumi from "@pulumi/pulumi";

/** Arguments of an {@link ImagePolicy}. */
export interface ImagePolicyArgs {
  /** Registries, with a path where they have one, of which every image may run: `us-docker.pkg.dev/example/images`. */
  readonly registries: readonly string[];
  /**
   * Repositories of single images, in full, that may run with any tag: `quay.io/prometheus/prometheus`. An image that goes
   * by its digest alone may not.
   *
   * @default []
   */
  readonly repositories?: readonly string[];
  /**
   * Refuse what is not admitted, rather than only record that it ran.
   *
   * @default true
   */
  readonly enforced?: boolean;
}

/**
 * Which images run in any cluster of the project: those that are named, and the cloud's own; no other. There is one in a
 * project, whose stacks it holds all. A pod that says so runs all the same, and is recorded, so that an accident of the
 * policy's own can be mended: https://cloud.google.com/binary-authorization/docs/using-breakglass
 */
export interface ImagePolicy extends pulumi.ComponentResource {
  /** What stands before a cluster does, and changes before anything in it. */
  readonly ready: readonly pulumi.Resource[];
}

/** A registry's host, dotted, with a port where it has one, and the path after it. */
const place = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(\/[a-z0-9._-]+)*$/;

/** @throws RangeError naming what would admit nothing, or every image of a host of everybody's */
export function checkImagePolicy({ registries, repositories = [] }: ImagePolicyArgs): void {
  if (registries.length === 0) throw new RangeError("registries: expected at least one, got none");
  for (const [key, places] of Object.entries({ registries, repositories })) {
    for (const [index, name] of places.entries()) {
      if (!place.test(name)) {
        throw new RangeError(`${key}.${index}: expected a registry and a path, got "${name}"`);
      }
      if (publicHosts.has(name) || (key === "repositories" && !name.includes("/"))) {
        throw new RangeError(`${key}.${index}: expected a path after the registry, got "${name}"`);
      }
      if (places.indexOf(name) !== index) {
        throw new RangeError(`${key}.${index}: expected each once, got "${name}" again`);
      }
    }
  }
}

/** Registries in which anybody has a place: one of them as a whole admits anybody's images. */
const publicHosts: ReadonlySet<string> = new Set([
  "docker.io",
  "gcr.io",
  "ghcr.io",
  "public.ecr.aws",
  "quay.io",
  "registry.gitlab.com",
]);
