import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { githubIssuer } from "../../components/delivery/ciIdentity";
import { physicalName } from "../../components/names";
import type { GcpProject } from "./project";

/** Longest id of a pool, characters, of which a dash and eight digits tell it from those deleted before. */
const maxPoolId = 32;
const suffixLength = 9;

/** Arguments of {@link githubPool}. */
export interface GithubPoolArgs {
  readonly project: GcpProject;
  /** Whose workflows, for the console. */
  readonly description: string;
  /** The only tokens that are taken, by their subject; at least one. */
  readonly subjects: readonly string[];
}

/** A pool in which some of GitHub's tokens are identities; GitHub signs for every repository there is. */
export function githubPool(
  name: string,
  { project, description, subjects }: GithubPoolArgs,
  opts: { readonly parent: pulumi.Resource; readonly provider?: gcp.Provider },
): gcp.iam.WorkloadIdentityPool {
  // a deleted pool holds its id for 30 days: https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers
  const { hex } = new random.RandomId(name, { byteLength: 4 }, { ...opts, provider: project.random });
  const pool = new gcp.iam.WorkloadIdentityPool(
    name,
    {
      workloadIdentityPoolId: pulumi.interpolate`${physicalName(maxPoolId - suffixLength, name)}-${hex}`,
      description,
    },
    { ...opts, dependsOn: [project.api("iam"), project.api("iamcredentials"), project.api("sts")] },
  );
  new gcp.iam.WorkloadIdentityPoolProvider(
    `${name}-github`,
    {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "github",
      attributeMapping: { "google.subject": "assertion.sub" },
      // no other gets as far as a token of ours
      attributeCondition: subjects.map((subject) => `assertion.sub == "${subject}"`).join(" || "),
      oidc: { issuerUri: `https://${githubIssuer}` },
    },
    opts,
  );
  return pool;
}

/** Lets workflows of one subject act as a service account. */
export function actAs(
  name: string,
  {
    account,
    pool,
    subject,
  }: {
    readonly account: gcp.serviceaccount.Account;
    readonly pool: gcp.iam.WorkloadIdentityPool;
    readonly subject: string;
  },
  opts: { readonly parent: pulumi.Resource },
): void {
  new gcp.serviceaccount.IAMMember(
    name,
    {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      member: pulumi.interpolate`principal://iam.googleapis.com/${pool.name}/subject/${subject}`,
    },
    opts,
  );
}
