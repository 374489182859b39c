import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import { type AwsWorkloadIdentity, awsIdentity } from "./identity";
import { policyDocument } from "./policyDocument";

/** Lets an identity sign in as one user of a database, on each node by which IAM knows that user. */
export function allowSignIn(
  name: string,
  { to, users }: { readonly to: WorkloadIdentity; readonly users: readonly pulumi.Output<string>[] },
  opts: pulumi.ComponentResourceOptions,
): void {
  new aws.iam.RolePolicy(
    name,
    {
      role: awsIdentity(to).principal,
      policy: policyDocument([{ Effect: "Allow", Action: "rds-db:connect", Resource: [...users] }]),
    },
    opts,
  );
}

/** Database user of a workload, of so many characters at most: its service account's name, and `-read` where it only reads. */
export function signInUser(
  maxLength: number,
  { serviceAccount }: Pick<AwsWorkloadIdentity, "serviceAccount">,
  access: Access,
): string {
  return access === "read"
    ? physicalName(maxLength, serviceAccount, "read")
    : physicalName(maxLength, serviceAccount);
}
