import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { type CiIdentity, type CiIdentityArgs, githubSubject } from "../../components/delivery/ciIdentity";
import type { Registry } from "../../components/delivery/registry";
import { actAs, githubPool } from "./githubPool";
import { accountId, type GcpPlacement } from "./project";
import { GcpRegistry } from "./registry";

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
    const apis = [project.api("iam"), project.api("iamcredentials")];

    const pool = githubPool(
      name,
      { project, description: `workflows of ${args.repository}`, subjects: [subject] },
      child,
    );
    const account = new gcp.serviceaccount.Account(
      `${name}-pusher`,
      { accountId: accountId(name, "pusher"), displayName: `${args.repository}, pushing images` },
      { ...child, dependsOn: apis },
    );
    actAs(`${name}-pusher-binding`, { account, pool, subject }, child);
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
