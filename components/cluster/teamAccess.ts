import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster";

/**
 * What people may be to a cluster, the same on every cloud (docs/team-access.md):
 *
 * - `admin`: everything, everywhere in it;
 * - `operator`: what Kubernetes' own role `edit` holds, in the system's namespace;
 * - `viewer`: what its role `view` holds, Secrets not among it, in the system's namespace.
 */
export const teamRoles = ["admin", "operator", "viewer"] as const;
export type TeamRole = (typeof teamRoles)[number];

/** Principals by what they are: IAM role or user ARNs on AWS, IAM members on GCP. */
export type Teams = Readonly<Record<TeamRole, readonly string[]>>;

/** Arguments of a {@link TeamAccess}. */
export interface TeamAccessArgs {
  readonly cluster: Cluster;
  /** Namespace in which operators and viewers have their rights; whoever uses it waits for the namespace. */
  readonly namespace: pulumi.Input<string>;
  readonly teams: Teams;
}

/** Lets people into a cluster. */
export type TeamAccess = pulumi.ComponentResource;

/** Refuses a principal that is named twice: each has one role. */
export function checkTeams(teams: Teams): void {
  const all = teamRoles.flatMap((role) => teams[role]);
  const twice = all.find((principal, place) => all.indexOf(principal) !== place);
  if (twice !== undefined) {
    throw new Error(`teams: expected each principal once, got "${twice}" twice`);
  }
}
