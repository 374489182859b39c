import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { checkRegistry, type Registry, type RegistryArgs } from "../../components/delivery/registry";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import { GcpKey } from "./key";
import { multiRegionNames, multiRegionOf } from "./multiRegion";
import type { GcpPlacement, GcpProject } from "./project";
import { UnsupportedOnCloudError } from "../unsupported";

const daySeconds = 86_400;

/** Longest id of a repository in Artifact Registry, characters. */
const maxIdLength = 63;

/**
 * {@link Registry} in Artifact Registry: one repository, in which each of the services' repositories is an image. What
 * ECR calls a repository is a package here, and is made by the first push.
 *
 * Tags that never move can't be deleted either, and so every release stays; only what lost its tag goes.
 */
export class GcpRegistry extends pulumi.ComponentResource implements Registry {
  readonly address: string;
  /** Id of the repository, for those who are let in to push. */
  readonly repository: pulumi.Output<string>;
  /** Where it stands: a region, or a multi-region such as `us`. */
  readonly location: string;
  private readonly project: GcpProject;

  constructor(name: string, args: RegistryArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Registry", name, {}, opts);
    const { untaggedRetentionDays = 14, protect = true, region, copyRegion, project } = args;
    checkRegistry(args);
    const location = copyRegion === undefined ? region : locationOf(region, copyRegion);

    const key = new GcpKey(
      `${name}-key`,
      { region: location, project, protect, users: { artifactregistry: project.agents.artifactregistry } },
      { parent: this },
    );
    const repositoryId = physicalName(maxIdLength, name);
    const repository = new gcp.artifactregistry.Repository(
      name,
      {
        location,
        repositoryId,
        format: "DOCKER",
        mode: "STANDARD_REPOSITORY",
        description: `images of ${name}`,
        dockerConfig: { immutableTags: true },
        kmsKeyName: key.keyId,
        // scanned where the project's Container Scanning API is on, which it is here
        vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
        cleanupPolicyDryRun: false,
        cleanupPolicies: [
          {
            id: "delete-untagged",
            action: "DELETE",
            condition: { tagState: "UNTAGGED", olderThan: `${untaggedRetentionDays * daySeconds}s` },
          },
        ],
      },
      {
        parent: this,
        protect,
        dependsOn: [project.api("artifactregistry"), project.api("containerscanning"), ...key.grants],
      },
    );

    this.location = location;
    this.repository = repository.repositoryId;
    this.address = `${location}-docker.pkg.dev/${project.projectId}/${repositoryId}`;
    this.project = project;
    this.registerOutputs({ address: this.address });
  }

  grantPull(name: string, to: WorkloadIdentity, opts: { readonly parent: pulumi.Resource }): void {
    const { location, repository, project } = this;
    new gcp.artifactregistry.RepositoryIamMember(
      name,
      { location, repository, role: "roles/artifactregistry.reader", member: to.principal },
      { ...opts, provider: project.provider },
    );
  }
}

/**
 * Artifact Registry copies no images between regions; what it has is multi-regions, each of which keeps images in regions
 * far from one another: https://cloud.google.com/artifact-registry/docs/repositories/repo-locations
 */
function locationOf(region: string, copyRegion: string): string {
  const multiRegion = multiRegionOf(region, copyRegion);
  if (multiRegion === undefined) {
    throw new UnsupportedOnCloudError(
      "registry.copyRegion",
      `none of ${multiRegionNames} has both ${region} and ${copyRegion}`,
    );
  }
  return multiRegion;
}
