import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "./addons";

/** What the controller's role is about. */
export interface KarpenterPermissionsArgs {
  readonly cluster: ClusterFacts;
  readonly queueArn: pulumi.Input<string>;
  readonly nodeRoleArn: pulumi.Input<string>;
  readonly instanceProfileArn: pulumi.Input<string>;
  readonly volumeKeyArn: pulumi.Input<string>;
  /** Whether nodes may be spot. */
  readonly spot: boolean;
}

type Condition = NonNullable<aws.iam.PolicyStatement["Condition"]>;

function allow(
  Action: string[],
  Resource: aws.iam.PolicyStatement["Resource"],
  Condition?: Condition,
): aws.iam.PolicyStatement {
  return {
    Effect: "Allow",
    Action,
    ...(Resource === undefined ? {} : { Resource }),
    ...(Condition === undefined ? {} : { Condition }),
  };
}

/**
 * What Karpenter does in this account and region: start machines that carry this cluster's tags, and change those alone.
 *
 * Follows the roles of its own CloudFormation (aws/karpenter-provider-aws v1.14.1), narrowed: subnets and security groups
 * of this account; of capacity reservations, placement groups and instance profiles only reading, since our profile is made
 * beside it (IAM has no endpoint in a VPC, through which Karpenter could make its own). Added: the key of the disks, which
 * EC2 uses in the name of whoever starts the machine.
 */
export function karpenterPermissions(args: KarpenterPermissionsArgs): readonly aws.iam.PolicyStatement[] {
  const { cluster, queueArn, spot } = args;
  return [
    ...startMachines(cluster),
    ...useOfNodeIdentity(args),
    ...useOfDiskKey(args),
    ...(spot ? [firstUseOfSpot(cluster)] : []),
    allow(["eks:DescribeCluster"], cluster.arn),
    allow(["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], queueArn),
    ...look(cluster),
  ];
}

function startMachines({ name, region, accountId }: ClusterFacts): readonly aws.iam.PolicyStatement[] {
  const ec2 = (resource: string, owner = accountId) => `arn:aws:ec2:${region}:${owner}:${resource}/*`;
  const made = [
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
  ];
  const anyPool = (tags: "RequestTag" | "ResourceTag") => ({ [`aws:${tags}/karpenter.sh/nodepool`]: "*" });
  const owned = { [`aws:ResourceTag/kubernetes.io/cluster/${name}`]: "owned" };
  const asked = {
    [`aws:RequestTag/kubernetes.io/cluster/${name}`]: "owned",
    "aws:RequestTag/eks:eks-cluster-name": name,
  };
  const ours: Condition = { StringEquals: owned, StringLike: anyPool("ResourceTag") };
  return [
    // images and their snapshots belong to AWS
    allow(
      ["ec2:RunInstances", "ec2:CreateFleet"],
      [ec2("image", ""), ec2("snapshot", ""), ec2("security-group"), ec2("subnet")],
    ),
    allow(["ec2:RunInstances", "ec2:CreateFleet"], ec2("launch-template"), ours),
    allow(
      ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
      made.map((resource) => ec2(resource)),
      { StringEquals: asked, StringLike: anyPool("RequestTag") },
    ),
    allow(
      ["ec2:CreateTags"],
      made.map((resource) => ec2(resource)),
      {
        StringEquals: {
          ...asked,
          "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
        },
        StringLike: anyPool("RequestTag"),
      },
    ),
    allow(["ec2:CreateTags"], ec2("instance"), {
      ...ours,
      StringEqualsIfExists: { "aws:RequestTag/eks:eks-cluster-name": name },
      "ForAllValues:StringEquals": {
        "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"],
      },
    }),
    allow(
      ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      [ec2("instance"), ec2("launch-template")],
      ours,
    ),
  ];
}

function useOfNodeIdentity({
  nodeRoleArn,
  instanceProfileArn,
}: KarpenterPermissionsArgs): readonly aws.iam.PolicyStatement[] {
  return [
    allow(["iam:PassRole"], nodeRoleArn, { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } }),
    allow(["iam:GetInstanceProfile"], instanceProfileArn),
  ];
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html, and only through EC2. */
function useOfDiskKey({
  cluster,
  volumeKeyArn,
}: KarpenterPermissionsArgs): readonly aws.iam.PolicyStatement[] {
  const throughEc2 = { StringEquals: { "kms:ViaService": `ec2.${cluster.region}.amazonaws.com` } };
  return [
    allow(
      [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      volumeKeyArn,
      throughEc2,
    ),
    allow(["kms:CreateGrant"], volumeKeyArn, {
      ...throughEc2,
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
  ];
}

/** EC2 makes the service-linked role of spot at an account's first request, with the rights of whoever asks. */
function firstUseOfSpot({ accountId }: ClusterFacts): aws.iam.PolicyStatement {
  return allow(
    ["iam:CreateServiceLinkedRole"],
    `arn:aws:iam::${accountId}:role/aws-service-role/spot.amazonaws.com/*`,
    { StringEquals: { "iam:AWSServiceName": "spot.amazonaws.com" } },
  );
}

/** Actions that only look. Those on all resources know no other: EC2's listings, prices, and the list of profiles. */
function look({ arn, region }: ClusterFacts): readonly aws.iam.PolicyStatement[] {
  return [
    allow(
      [
        "ec2:DescribeCapacityReservations",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribePlacementGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSpotPriceHistory",
        "ec2:DescribeSubnets",
      ],
      "*",
      { StringEquals: { "aws:RequestedRegion": region } },
    ),
    allow(["pricing:GetProducts", "iam:ListInstanceProfiles"], "*"),
    allow(["ssm:GetParameter"], `arn:aws:ssm:${region}::parameter/aws/service/*`),
    allow(["arc-zonal-shift:GetManagedResource"], "*", {
      StringEquals: { "arc-zonal-shift:ResourceIdentifier": arn },
    }),
  ];
}
