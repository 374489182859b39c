import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";

/** Arguments of a {@link Registry}, the same on every cloud. */
export interface RegistryArgs {
  /** Image repositories, as the services name them: `seo-platform/backend-api`. At least one, each once. */
  readonly repositories: readonly string[];
  /**
   * Images that no tag points at any more go after so many days, 1 or more.
   *
   * @default 14
   */
  readonly untaggedRetentionDays?: number;
  /**
   * Another region in which every image can still be pulled when this one is lost. On AWS it has a copy of each image that
   * is pushed from then on, and an account's registry has one such rule for all of its stacks. On GCP the registry stands
   * in the multi-region that holds both, and so the regions must be of one continent.
   *
   * @default - images are in one region
   */
  readonly copyRegion?: string;
  /**
   * Whether the stack may set what an account has one of, such as AWS's rule of which images are copied where. Where it may
   * not, no image is copied on AWS: the stack that may does it.
   *
   * @default true
   */
  readonly ownsAccount?: boolean;
  /**
   * Refuse deletion while it holds images, and in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * Where a system's images are kept: encrypted with our key, scanned when they are pushed, with tags that never move. The
 * nodes of the account or project may pull; whoever pushes is let in by its own grant.
 */
export interface Registry extends pulumi.ComponentResource {
  /** What stands before a repository's name in a reference to an image: known before anything is made. */
  readonly address: string;
  /**
   * Lets a workload pull its images and what is kept with them, such as signatures, and nothing else; nodes may in any case.
   * The grant is a child of `opts.parent`: who depends on that, made later, waits for the grant too.
   */
  grantPull(name: string, to: WorkloadIdentity, opts: { readonly parent: pulumi.Resource }): void;
}

/** Longest name of a repository in ECR, characters: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const maxRepositoryLength = 256;

/**
 * What both registries take as the name of a repository: lower-case words, joined by a dot, dashes or underscores, in a
 * path. It follows from the OCI distribution specification.
 */
const repositoryName = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** @throws RangeError naming what a registry can't be made from */
export function checkRegistry({ repositories, untaggedRetentionDays = 14 }: RegistryArgs): void {
  if (repositories.length === 0) throw new RangeError("repositories: expected at least one, got none");
  for (const [index, repository] of repositories.entries()) {
    if (!repositoryName.test(repository) || repository.length > maxRepositoryLength) {
      throw new RangeError(
        `repositories.${index}: expected lower-case words in a path of at most ${maxRepositoryLength} characters, got "${repository}"`,
      );
    }
    if (repositories.indexOf(repository) !== index) {
      throw new RangeError(`repositories.${index}: expected each once, got "${repository}" again`);
    }
  }
  if (!Number.isInteger(untaggedRetentionDays) || untaggedRetentionDays < 1) {
    throw new RangeError(
      `untaggedRetentionDays: expected a whole number of days, 1 or more, got ${untaggedRetentionDays}`,
    );
  }
}
