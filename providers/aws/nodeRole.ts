import type * as pulumi from "@pulumi/pulumi";
import { type AwsRole, awsRole } from "./role";

/** The role of nodes, and no pod's: join the cluster, pull images, be reached by Session Manager. */
export function nodeRole(name: string, opts: { readonly parent: pulumi.Resource }): AwsRole {
  return awsRole(
    name,
    {
      description: "Nodes of the cluster: join it, pull images, be reached by Session Manager",
      // EC2 does not name a source account when an instance's role is assumed
      trust: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
      managedPolicies: {
        worker: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        registry: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        ssm: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      },
    },
    opts,
  );
}
