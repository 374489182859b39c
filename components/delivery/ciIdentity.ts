import type * as pulumi from "@pulumi/pulumi";
import type { Registry } from "./registry";

/** Arguments of a {@link CiIdentity}, the same on every cloud. */
export interface CiIdentityArgs {
  /** Repository on GitHub whose workflows are let in: `owner/name`. */
  readonly repository: string;
  /**
   * Branch whose workflows are let in; those of pull requests, tags and other branches are not.
   *
   * @default "main"
   */
  readonly branch?: string;
  /** Where they may push, and nowhere else. */
  readonly registry: Registry;
  /** Whether this stack makes what its account can have only one of. */
  readonly ownsAccount: boolean;
}

/** Who a workflow on GitHub is to the cloud while it pushes images: signed in by its OIDC token, with no key to keep. */
export interface CiIdentity extends pulumi.ComponentResource {
  /** What the workflow signs in as: the role's ARN on AWS, the service account's e-mail on GCP. */
  readonly pusher: pulumi.Output<string>;
}

/** GitHub's OIDC issuer: https://docs.github.com/en/actions/concepts/security/openid-connect */
export const githubIssuer = "token.actions.githubusercontent.com";

/** `owner/name`, in the letters that GitHub gives them. */
export const githubRepository = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;

/** A branch without the wildcards of any cloud's conditions. */
export const githubBranch = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;

/** Longest subject that Workload Identity Federation takes, bytes: the stricter of the two clouds. */
export const maxSubjectLength = 127;

/**
 * The token's subject of a workflow on that branch.
 *
 * @throws RangeError naming what is no repository or branch
 */
export function githubSubject({
  repository,
  branch = "main",
}: Pick<CiIdentityArgs, "repository" | "branch">): string {
  if (!githubRepository.test(repository)) {
    throw new RangeError(`repository: expected owner/name, got "${repository}"`);
  }
  if (!githubBranch.test(branch)) throw new RangeError(`branch: expected a branch's name, got "${branch}"`);
  const subject = `repo:${repository}:ref:refs/heads/${branch}`;
  if (subject.length > maxSubjectLength) {
    throw new RangeError(
      `repository and branch: expected a subject of at most ${maxSubjectLength} characters, got ${subject.length}: ${subject}`,
    );
  }
  return subject;
}
