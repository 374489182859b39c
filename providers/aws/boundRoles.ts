import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Has every role below a component carry a permissions boundary, those within remote components too: a deployer that is
 * held by one may make no other. What a role has of its own stays.
 */
export function boundRoles(boundaryArn: string): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "aws:iam/role:Role") return undefined;
    // by its type these are a role's arguments
    const { permissionsBoundary } = props as Partial<aws.iam.RoleArgs>;
    return { props: { ...props, permissionsBoundary: permissionsBoundary ?? boundaryArn }, opts };
  };
}
