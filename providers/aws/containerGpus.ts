import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { GpuMachine } from "../../components/containers/containerPlatform";
import type { Network } from "../../components/network/network";
import { nodeInstanceTypes } from "./machines";
import { awsRole, trustService } from "./role";

/** Arguments of {@link gpuCapacity}. */
export interface GpuCapacityArgs {
  readonly cluster: aws.ecs.Cluster;
  readonly network: Network;
  readonly gpus: GpuMachine;
  /** Disk for images and what tasks write, GiB. */
  readonly diskGiB: number;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

const policy = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

/**
 * Machines with GPUs, of which Fargate has none: ECS Managed Instances, which ECS starts as tasks ask for them, patches,
 * drains after two weeks at most and ends when nothing runs there
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ManagedInstances.html).
 */
export function gpuCapacity(
  name: string,
  { cluster, network, gpus: { machine, spot }, diskGiB, accountId }: GpuCapacityArgs,
  opts: { readonly parent: pulumi.Resource },
): aws.ecs.CapacityProvider {
  const instances = awsRole(
    `${name}-instances`,
    {
      description: "Machines with GPUs of an ECS cluster",
      trust: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
      managedPolicies: { instances: policy("AmazonECSInstanceRolePolicyForManagedInstances") },
    },
    opts,
  );
  const profile = new aws.iam.InstanceProfile(`${name}-instances`, { role: instances.role.name }, opts);
  const infrastructure = awsRole(
    `${name}-infrastructure`,
    {
      description: "Starts and ends machines with GPUs of an ECS cluster",
      trust: [trustService("ecs.amazonaws.com", accountId)],
      managedPolicies: { instances: policy("AmazonECSInfrastructureRolePolicyForManagedInstances") },
      statements: [
        {
          // AWS's own policy knows roles of another name alone
          Sid: "InstancesOwnRole",
          Effect: "Allow",
          Action: "iam:PassRole",
          Resource: instances.role.arn,
          Condition: { StringLike: { "iam:PassedToService": "ec2.*" } },
        },
      ],
    },
    opts,
  );
  const { vcpus, memoryGiB, gpu } = machine;
  return new aws.ecs.CapacityProvider(
    name,
    {
      cluster: cluster.name,
      managedInstancesProvider: {
        infrastructureRoleArn: infrastructure.role.arn,
        propagateTags: "CAPACITY_PROVIDER",
        instanceLaunchTemplate: {
          ec2InstanceProfileArn: profile.arn,
          capacityOptionType: spot ? "SPOT" : "ON_DEMAND",
          monitoring: "DETAILED",
          networkConfiguration: {
            subnets: network.privateSubnetIds,
            securityGroups: [machineGroup(`${name}-machines`, network, opts).id],
          },
          storageConfiguration: { storageSizeGib: diskGiB },
          instanceRequirements: {
            allowedInstanceTypes: [...nodeInstanceTypes(machine)],
            vcpuCount: { min: vcpus, max: vcpus },
            memoryMib: { min: memoryGiB * 1024, max: memoryGiB * 1024 },
            acceleratorTypes: ["gpu"],
            acceleratorManufacturers: ["nvidia"],
            acceleratorNames: [gpu?.type ?? ""],
            acceleratorCount: { min: gpu?.count ?? 1, max: gpu?.count ?? 1 },
          },
        },
      },
    },
    { ...opts, dependsOn: [...instances.permissions, ...infrastructure.permissions] },
  );
}

/** The machines themselves: nothing comes in, and out they go to AWS's APIs alone. Tasks have groups of their own. */
function machineGroup(
  name: string,
  network: Network,
  opts: { readonly parent: pulumi.Resource },
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.networkId, description: "Machines with GPUs of an ECS cluster" },
    opts,
  );
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-apis`,
    {
      securityGroupId: group.id,
      // ECS's own have no endpoint in the network
      description: "AWS's APIs",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    },
    opts,
  );
  return group;
}
