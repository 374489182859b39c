import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Statements as the JSON text of an IAM, key, bucket or endpoint policy. */
export function policyDocument(statements: readonly aws.iam.PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
