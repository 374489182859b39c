import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  checkImagePolicy,
  type ImagePolicy,
  type ImagePolicyArgs,
} from "../../components/governance/imagePolicy";
import type { GcpPlacement } from "./project";

/**
 * {@link ImagePolicy} by Binary Authorization. Images of GKE's own pods go by Google's policy, which is asked first; what
 * else is not on the list is denied. With the stack the project goes back to admitting all.
 */
export class GcpImagePolicy extends pulumi.ComponentResource implements ImagePolicy {
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ImagePolicyArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:ImagePolicy", name, {}, opts);
    const { registries, repositories = [], enforced = true, project } = args;
    checkImagePolicy(args);

    const policy = new gcp.binaryauthorization.Policy(
      name,
      {
        project: project.projectId,
        description: "images of the platform and of its systems",
        globalPolicyEvaluationMode: "ENABLE",
        defaultAdmissionRule: {
          evaluationMode: "ALWAYS_DENY",
          enforcementMode: enforced ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY",
        },
        admissionWhitelistPatterns: patterns(registries, repositories).map((namePattern) => ({
          namePattern,
        })),
      },
      { parent: this, dependsOn: [project.api("binaryauthorization")] },
    );

    this.ready = [policy];
    this.registerOutputs({});
  }
}

/**
 * As Binary Authorization reads them: `**` at the end stands for whatever follows, `*` for what has no slash in it
 * (google.cloud.binaryauthorization.v1beta1.AdmissionWhitelistPattern).
 */
function patterns(registries: readonly string[], repositories: readonly string[]): readonly string[] {
  return [
    ...registries.map((registry) => `${registry}/**`),
    ...repositories.map((repository) => `${repository}:*`),
  ];
}
