import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { type AwsRole, awsRole } from "./role";

/** Arguments of an {@link AwsContainerIdentity}. */
export interface AwsContainerIdentityArgs {
  /** Name of the system. */
  readonly system: string;
  /** Name of the service. */
  readonly service: string;
  /** What it is for: what a task's programs act as, or what ECS starts the task as. */
  readonly purpose: "task" | "execution";
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** {@link WorkloadIdentity} of a service on ECS: an IAM role that tasks of this account's own clusters assume, and nobody else. */
export class AwsContainerIdentity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly principal: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  readonly serviceAccountAnnotations: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: AwsContainerIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:ContainerIdentity", name, {}, opts);
    const { system, service, purpose, region, accountId } = args;
    const { role }: AwsRole = awsRole(
      name,
      {
        description:
          purpose === "task" ? `Tasks of ${system}/${service}` : `Starts tasks of ${system}/${service}`,
        trust: [
          {
            Effect: "Allow",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Action: "sts:AssumeRole",
            // the cluster can't be named, nor the task: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
            Condition: {
              StringEquals: { "aws:SourceAccount": accountId },
              ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${accountId}:*` },
            },
          },
        ],
      },
      { parent: this },
    );

    this.namespace = system;
    this.serviceAccount = service;
    this.principal = role.name;
    this.identifier = role.arn;
    this.serviceAccountAnnotations = pulumi.output<Record<string, string>>({});
    this.registerOutputs({ principal: this.principal });
  }
}
