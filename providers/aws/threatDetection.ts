import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * What GuardDuty watches beside CloudTrail, DNS and flow logs, which it always does:
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html
 */
const features = {
  "s3-data": "S3_DATA_EVENTS",
  "eks-audit": "EKS_AUDIT_LOGS",
  malware: "EBS_MALWARE_PROTECTION",
  "rds-login": "RDS_LOGIN_EVENTS",
  lambda: "LAMBDA_NETWORK_LOGS",
} as const;

/**
 * Whose agent GuardDuty keeps on the machines itself. For it GuardDuty makes an endpoint in the VPC that no program owns:
 * it has to be deleted by hand before the VPC can be
 * (https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring-agent-resource-clean-up.html).
 */
const agents = ["EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"] as const;

/** GuardDuty with all that looks at what the platform is made of, and its agent on every node. */
export function threatDetection(name: string, opts: { readonly parent: pulumi.Resource }): void {
  const detector = new aws.guardduty.Detector(
    name,
    { enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES" },
    opts,
  );
  for (const [key, feature] of Object.entries(features)) {
    new aws.guardduty.DetectorFeature(
      `${name}-${key}`,
      { detectorId: detector.id, name: feature, status: "ENABLED" },
      opts,
    );
  }
  new aws.guardduty.DetectorFeature(
    `${name}-runtime`,
    {
      detectorId: detector.id,
      name: "RUNTIME_MONITORING",
      status: "ENABLED",
      additionalConfigurations: agents.map((agent) => ({ name: agent, status: "ENABLED" })),
    },
    opts,
  );
}
