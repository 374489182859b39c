import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  type CiIdentity,
  type CiIdentityArgs,
  githubIssuer,
  githubSubject,
} from "../../components/delivery/ciIdentity";
import type { Registry } from "../../components/delivery/registry";
import { physicalName } from "../../components/names";
import { accountId, type GcpPlacement } from "./project";
import { GcpRegistry } from "./registry";

/** Longest id of a pool, characters, of which a dash and eight digits tell it from those deleted before. */
const maxPoolId = 32;
const suffixLength = 9;

/**
 * {@link CiIdentity} as a service account that one branch of one repository can act as. A project may have many pools, so
 * that each stack has its own, whoever owns the project.
 */
export class GcpCiIdentity extends pulumi.ComponentResource implements CiIdentity {
  readonly pusher: pulumi.Output<string>;

  constructor(name: string, args: CiIdentityArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:CiIdentity", name, {}, opts);
    const { registry, project } = args;
    const subject = githubSubject(args);
    const { repository, location } = gcpRegistry(registry);
    const child = { parent: this };
    const apis = [project.api("iam"), project.api("iamcredentials"), project.api("sts")];

    // a deleted pool holds its id for 30 days: https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers
    const { hex } = new random.RandomId(name, { byteLength: 4 }, { ...child, provider: project.random });
    const pool = new gcp.iam.WorkloadIdentityPool(
      name,
      {
        workloadIdentityPoolId: pulumi.interpolate`${physicalName(maxPoolId - suffixLength, name)}-${hex}`,
        description: `workflows of ${args.repository}`,
      },
      { ...child, dependsOn: apis },
    );
    new gcp.iam.WorkloadIdentityPoolProvider(
      `${name}-github`,
      {
        workloadIdentityPoolId: pool.workloadIdentityPoolId,
        workloadIdentityPoolProviderId: "github",
        attributeMapping: { "google.subject": "assertion.sub" },
        // GitHub signs for every repository there is: no other gets as far as a token of ours
        attributeCondition: `assertion.sub == "${subject}"`,
        oidc: { issuerUri: `https://${githubIssuer}` },
      },
      child,
    );
    const account = new gcp.serviceaccount.Account(
      `${name}-pusher`,
      { accountId: accountId(name, "pusher"), displayName: `${args.repository}, pushing images` },
      { ...child, dependsOn: apis },
    );
    new gcp.serviceaccount.IAMMember(
      `${name}-pusher-binding`,
      {
        serviceAccountId: account.name,
        role: "roles/iam.workloadIdentityUser",
        member: pulumi.interpolate`principal://iam.googleapis.com/${pool.name}/subject/${subject}`,
      },
      child,
    );
    new gcp.artifactregistry.RepositoryIamMember(
      `${name}-pusher-registry`,
      // it may push and pull, and delete nothing
      { location, repository, role: "roles/artifactregistry.writer", member: account.member },
      child,
    );

    this.pusher = account.email;
    this.registerOutputs({ pusher: this.pusher });
  }
}

/** The registry as this cloud made it: the account is let into its repository. */
function gcpRegistry(registry: Registry): GcpRegistry {
  if (!(registry instanceof GcpRegistry)) {
    throw new Error(`registry: expected a registry of this cloud, got a ${registry.constructor.name}`);
  }
  return registry;
}
