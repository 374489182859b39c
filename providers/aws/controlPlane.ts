import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The control plane itself, which `eks.Cluster` makes. */
export const controlPlaneType = "aws:eks/cluster:Cluster";

/**
 * A transform for `eks.Cluster`: of the control plane that the component makes, it takes the creator's administrator
 * rights and turns zonal shift on. `@pulumi/eks` 4.3.0 has the one fixed to true and no argument for the other.
 *
 * EKS reads `bootstrapClusterCreatorAdminPermissions` as it makes a cluster and never again; the Terraform provider
 * replaces a cluster on which it changes (aws_eks_cluster, `access_config`), so it is set from the first update on.
 */
export const hardenControlPlane: pulumi.ResourceTransform = ({ type, props, opts }) => {
  if (type !== controlPlaneType) return undefined;
  // the type token says whose arguments they are
  const { accessConfig, ...rest } = props as aws.eks.ClusterArgs;
  return {
    props: {
      ...rest,
      accessConfig: pulumi
        .output(accessConfig)
        .apply((access) => ({ ...access, bootstrapClusterCreatorAdminPermissions: false })),
      zonalShiftConfig: { enabled: true },
    },
    opts,
  };
};
