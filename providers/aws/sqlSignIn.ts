import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { awsIdentity } from "./identity";
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
