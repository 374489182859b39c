import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { stateMeta, stateOf } from "../../components/delivery/deployer";

/**
 * Services that the program, and what it runs, works with, by the names that IAM gives them. A deployer makes and unmakes
 * what it likes in them: whoever may delete a VPC gains nothing by being asked for each action's name.
 * test/providers/aws/deployer.spec.ts fails when a stack has a resource of a service that is not here.
 */
export const boundedServices = [
  "access-analyzer",
  "acm",
  "application-autoscaling",
  "autoscaling",
  "backup",
  "backup-storage",
  "budgets",
  "ce",
  "cloudfront",
  "cloudtrail",
  "cloudwatch",
  "config",
  "ec2",
  "ec2messages",
  "ecr",
  "ecs",
  "eks",
  "eks-auth",
  "elasticache",
  "elasticloadbalancing",
  "es",
  "events",
  "guardduty",
  "inspector2",
  "kafka",
  "kafka-cluster",
  "lambda",
  "logs",
  "pricing",
  "rds",
  "rds-db",
  "route53",
  "scheduler",
  "secretsmanager",
  "securityhub",
  "servicediscovery",
  "shield",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "tag",
  "wafv2",
  "xray",
] as const;

/** Everything about keys but what would take one away from its owner, or the audit of it. */
const keyActions = [
  "kms:CancelKeyDeletion",
  "kms:Create*",
  "kms:Decrypt",
  "kms:DeleteAlias",
  "kms:Describe*",
  "kms:EnableKey*",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:Get*",
  "kms:List*",
  "kms:PutKeyPolicy",
  "kms:ReEncrypt*",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** What ends the record of who did what, or its watchmen. They may be made and changed; that is itself on record. */
const auditEnders = [
  "access-analyzer:DeleteAnalyzer",
  "cloudtrail:DeleteTrail",
  "cloudtrail:StopLogging",
  "config:DeleteConfigurationRecorder",
  "config:DeleteDeliveryChannel",
  "config:StopConfigurationRecorder",
  "guardduty:DeleteDetector",
  "securityhub:DisableSecurityHub",
];

/** What a {@link boundary} is drawn around. */
export interface BoundaryArgs {
  readonly accountId: string;
  /** ARN of the policy that holds it. */
  readonly arn: string;
  /** Base of the stack's names: its roles, policies and instance profiles begin so. */
  readonly name: string;
  /** Name of the Pulumi stack. */
  readonly stack: string;
  readonly state: StateArgs;
}

/** The bucket of state and its keys. */
export interface StateArgs {
  readonly bucketName: pulumi.Input<string>;
  /** Beginning of the names of the bucket and of its access logs. */
  readonly bucketPrefix: string;
  /** Key that the bucket is encrypted with. */
  readonly bucketKeyArn: pulumi.Input<string>;
  /** Key that the secrets in the state are encrypted with. */
  readonly secretsKeyArn: pulumi.Input<string>;
}

/**
 * The most that a stack's deployer may do, and the most that any role that it makes may: without the second it could make a
 * role of more power than its own and run something as it. One document is both.
 */
export function boundary(args: BoundaryArgs): aws.iam.PolicyStatement[] {
  const { accountId, arn, name, stack, state } = args;
  const iam = (kind: string): string => `arn:aws:iam::${accountId}:${kind}/${name}-*`;
  return [
    // what is made has no name yet, and most of what these services describe has none at all
    { Effect: "Allow", Action: boundedServices.map((service) => `${service}:*`), Resource: "*" },
    {
      Effect: "Allow",
      Action: [...keyActions, "iam:Get*", "iam:List*", "sts:GetCallerIdentity"],
      Resource: "*",
    },
    {
      Sid: "RolesWithinBounds",
      Effect: "Allow",
      Action: [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      Resource: iam("role"),
      Condition: { StringEquals: { "iam:PermissionsBoundary": arn } },
    },
    {
      Sid: "OwnIam",
      Effect: "Allow",
      Action: [
        "iam:DeleteRole",
        "iam:PassRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole*",
        "iam:*InstanceProfile",
      ],
      Resource: [iam("role"), iam("instance-profile")],
    },
    {
      Sid: "ServiceRoles",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `arn:aws:iam::${accountId}:role/aws-service-role/*`,
    },
    {
      Sid: "ClustersTokens",
      Effect: "Allow",
      Action: "iam:*OpenIDConnectProvider*",
      Resource: `arn:aws:iam::${accountId}:oidc-provider/oidc.eks.*`,
    },
    { Sid: "Buckets", Effect: "Allow", Action: "s3:*", NotResource: `arn:aws:s3:::${state.bucketPrefix}*` },
    ...ownState(stack, state),
    { Sid: "Audit", Effect: "Deny", Action: auditEnders, Resource: "*" },
    {
      Sid: "Never",
      Effect: "Deny",
      Action: [
        "account:*",
        "iam:*AccessKey*",
        "iam:*Group*",
        "iam:*LoginProfile*",
        "iam:*User",
        "iam:DeleteRolePermissionsBoundary",
        "organizations:*",
      ],
      Resource: "*",
    },
    {
      Sid: "StatesKeys",
      Effect: "Deny",
      Action: ["kms:Create*", "kms:Put*", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:Update*"],
      Resource: [state.bucketKeyArn, state.secretsKeyArn],
    },
  ];
}

/** ARN of a bucket, or of objects in it. */
export function bucketArn(bucket: pulumi.Input<string>, objects?: string): pulumi.Output<string> {
  return pulumi.interpolate`arn:aws:s3:::${bucket}${objects === undefined ? "" : `/${objects}`}`;
}

/** Reading and writing of one stack's state, and no other's. */
function ownState(stack: string, { bucketName }: StateArgs): aws.iam.PolicyStatement[] {
  return [
    { Sid: "State", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn(bucketName) },
    {
      Sid: "StateMeta",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: bucketArn(bucketName, stateMeta),
    },
    {
      Sid: "OwnState",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: stateOf(stack).map((start) => bucketArn(bucketName, `${start}*`)),
    },
  ];
}
