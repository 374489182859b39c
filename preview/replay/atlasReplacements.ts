import type * as mongodbatlas from "@pulumi/mongodbatlas";
import { replacing } from "./replacing";

/**
 * Inputs that have a `RequiresReplace` in the schemas of terraform-provider-mongodbatlas 2.16 (`internal/service/<resource>`),
 * from which the provider of Pulumi is made. What it calls create-only is not among them: a change of that fails, and replaces
 * nothing.
 */
export const atlasReplacements = {
  "mongodbatlas:index/advancedCluster:AdvancedCluster": replacing<mongodbatlas.AdvancedClusterArgs>()(
    "name",
    "projectId",
  ),
  "mongodbatlas:index/project:Project": replacing<mongodbatlas.ProjectArgs>()("orgId"),
} as const;
