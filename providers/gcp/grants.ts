import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { GcpProject } from "./project";

/** Arguments of {@link grantRole}. */
export interface RoleGrantArgs {
  readonly project: GcpProject;
  readonly role: pulumi.Input<string>;
  readonly member: pulumi.Input<string>;
  /** Names of the only resources that the role is for, as IAM has them (`projects/…`). */
  readonly resourceNames: readonly pulumi.Input<string>[];
}

/**
 * Grants a role on named resources: by a condition in the project's policy, since these resources have no policy of
 * their own. https://cloud.google.com/iam/docs/conditions-resource-attributes
 */
export function grantRole(
  name: string,
  { project, role, member, resourceNames }: RoleGrantArgs,
  opts: pulumi.ResourceOptions,
): gcp.projects.IAMMember {
  const expression = pulumi
    .all([...resourceNames])
    .apply((names) =>
      names
        .map((resource) => `resource.name == "${resource}" || resource.name.startsWith("${resource}/")`)
        .join(" || "),
    );
  return new gcp.projects.IAMMember(
    name,
    {
      project: project.projectId,
      role,
      member,
      condition: { title: "these-resources-only", expression },
    },
    {
      ...pulumi.mergeOptions(opts, { dependsOn: [project.api("cloudresourcemanager")] }),
      provider: project.provider,
    },
  );
}
