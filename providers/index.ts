import type * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/resolve";
import type { CloudProvider } from "./provider";
import { awsProvider } from "./aws";
import { gcpProvider } from "./gcp";

/** The one place that decides by cloud: another cloud does not compile until it has its branch here. */
export function cloudProvider(
  name: string,
  { placement, tags }: StackConfig,
  opts: pulumi.ResourceOptions,
): CloudProvider {
  switch (placement.cloud) {
    case "aws":
      return awsProvider(
        name,
        {
          region: placement.region,
          accountId: placement.accountId,
          tags,
          ...(placement.permissionsBoundary !== undefined && {
            permissionsBoundary: placement.permissionsBoundary,
          }),
          ...(placement.anomalyMonitorArn !== undefined && {
            anomalyMonitorArn: placement.anomalyMonitorArn,
          }),
        },
        opts,
      );
    case "gcp":
      return gcpProvider(
        name,
        {
          region: placement.region,
          project: placement.project,
          constraints: placement.constraints,
          labels: tags,
          ...(placement.securityGroup !== undefined && { securityGroup: placement.securityGroup }),
          ...(placement.billingAccount !== undefined && { billingAccount: placement.billingAccount }),
        },
        opts,
      );
  }
}
