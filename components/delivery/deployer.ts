import { githubRepository, maxSubjectLength } from "./ciIdentity";

/** A stack that workflows of one environment on GitHub update. */
export interface DeploymentSpec {
  /** Environment on GitHub, whose reviewers let a workflow in and whose branches are named there. */
  readonly environment: string;
  /** Name of the Pulumi stack of the project `groundwork`. */
  readonly stack: string;
  /** Base of the stack's names, `seo-platform-prod`: roles on AWS are the deployer's to change only below it. */
  readonly name: string;
}

/** Project whose stacks are deployed: what its state lies under. */
const pulumiProject = "groundwork";

/** An environment without the colon that ends it in a subject, or a wildcard of any cloud's conditions. */
export const githubEnvironment = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * The token's subject of a workflow that runs in that environment, whatever the branch: that is the environment's to say.
 *
 * @throws RangeError naming what is no repository or environment
 */
export function environmentSubject(repository: string, environment: string): string {
  if (!githubEnvironment.test(environment)) {
    throw new RangeError(`environment: expected an environment's name, got "${environment}"`);
  }
  return subjectOf(repository, `environment:${environment}`);
}

/** The token's subject of a workflow of a pull request; those from forks get no token. */
export function pullRequestSubject(repository: string): string {
  return subjectOf(repository, "pull_request");
}

function subjectOf(repository: string, context: string): string {
  if (!githubRepository.test(repository)) {
    throw new RangeError(`repository: expected owner/name, got "${repository}"`);
  }
  const subject = `repo:${repository}:${context}`;
  if (subject.length > maxSubjectLength) {
    throw new RangeError(
      `repository and environment: expected a subject of at most ${maxSubjectLength} characters, got ${subject.length}: ${subject}`,
    );
  }
  return subject;
}

/**
 * What of a bucket of state is one stack's own, as beginnings of objects' names: its state, what it was before, and its
 * locks (pulumi/pulumi, `pkg/backend/diy`).
 */
export function stateOf(stack: string): readonly string[] {
  return [
    `.pulumi/stacks/${pulumiProject}/${stack}.json`,
    ...["history", "backups", "locks/organization"].map(
      (kind) => `.pulumi/${kind}/${pulumiProject}/${stack}/`,
    ),
  ];
}

/** What every CLI reads when it logs in. */
export const stateMeta = ".pulumi/meta.yaml";
