import * as aws from "@pulumi/aws";
import type { CloudMetrics } from "../../components/platform/cloudMetrics";
import { policyDocument } from "./policyDocument";

/**
 * CloudWatch, of which none of these actions knows resources (Service Authorization Reference, Actions for Amazon
 * CloudWatch): what Grafana asks it to read metrics, and no logs
 * (https://grafana.com/docs/grafana/latest/datasources/aws-cloudwatch/configure/).
 */
const actions = ["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"];

/** CloudWatch in a region, by the credentials of Grafana's pod. */
export function cloudWatchMetrics(region: string): CloudMetrics {
  return {
    uid: "cloudwatch",
    title: "CloudWatch",
    settings: { authType: "default", defaultRegion: region },
    grant: (name, { principal }, opts) => {
      new aws.iam.RolePolicy(
        name,
        { role: principal, policy: policyDocument([{ Effect: "Allow", Action: actions, Resource: "*" }]) },
        opts,
      );
    },
  };
}
