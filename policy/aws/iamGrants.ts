import { isSet } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import { statementsOf, type Statement } from "../policyDocument";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";

const documents = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
] as const;

/**
 * Actions that alone, on any role or policy, give whoever may do them every other: by a policy written anew, attached or
 * switched back, by another's key or password, by a role passed on or opened.
 */
const escalating = [
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreatePolicyVersion",
  "iam:PassRole",
  "iam:PutGroupPolicy",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
];

/** True where an action of a policy, with or without wildcards, holds the one asked. */
function covers(action: string, asked: string): boolean {
  const pattern = action
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${pattern}$`, "i").test(asked);
}

/** True for a resource that is every one: all of them, or all roles, users or policies of an account. */
function isAnyPrincipal(resource: string): boolean {
  return /^(\*|arn:[^:]*:iam::[^:]*:(\*|(role|user|group|policy)\/\*))$/.test(resource);
}

/** What a statement lets be done to anything of its kind without a condition. */
function isUnbounded({ allow, conditions }: Statement): boolean {
  return allow && Object.keys(conditions).length === 0;
}

export const noEscalation = resourceRule({
  id: "aws-iam-no-privilege-escalation",
  title: "IAM policies give no way to more",
  severity: "high",
  description:
    "Who may pass any role, or write any role's policy, has every permission of the account but one step away.",
  remedy:
    "Name the roles or policies in Resource, or bind the action by a condition such as iam:PassedToService or iam:PermissionsBoundary.",
  controls: { cisAws: ["2.14"], soc2: ["CC6.3"], gdpr: ["32(1)(b)"], pciDss: ["7.2.5"] },
  levels: fromStaging,
  types: documents,
  check: ({ props }) =>
    statementsOf(props.policy, "policy")
      .filter((statement) => isUnbounded(statement) && statement.resources.some(isAnyPrincipal))
      .flatMap(({ actions }) => escalating.filter((asked) => actions.some((action) => covers(action, asked))))
      .map((action) => `policy allows ${action} on every one`),
});

/**
 * Services whose resources hold data and all have ARNs. What an action of theirs reads or writes can be named, but for
 * those below (Service Authorization Reference, https://docs.aws.amazon.com/service-authorization/latest/reference/).
 */
const dataServices = [
  "dynamodb",
  "firehose",
  "kafka-cluster",
  "kinesis",
  "kms",
  "lambda",
  "rds-data",
  "rds-db",
  "s3",
  "secretsmanager",
  "sns",
  "sqs",
];

/** Actions of those services that no ARN can narrow, by the same reference. */
const unscoped = [
  "dynamodb:GetAbacStatus",
  "dynamodb:PurchaseReservedCapacityOfferings",
  "dynamodb:UpdateAbacStatus",
  "kinesis:UpdateAccountSettings",
  "kms:ConnectCustomKeyStore",
  "kms:CreateCustomKeyStore",
  "kms:CreateKey",
  "kms:DeleteCustomKeyStore",
  "kms:DisconnectCustomKeyStore",
  "kms:GenerateRandom",
  "kms:UpdateCustomKeyStore",
  "lambda:CreateCodeSigningConfig",
  "lambda:CreateEventSourceMapping",
  "lambda:GetAccountSettings",
  "s3:CreateJob",
  "s3:CreateStorageLensGroup",
  "s3:GetAccessPoint",
  "s3:GetAccountPublicAccessBlock",
  "s3:PutAccessPointPublicAccessBlock",
  "s3:PutAccountPublicAccessBlock",
  "s3:PutStorageLensConfiguration",
  "secretsmanager:GetRandomPassword",
  "sns:CheckIfPhoneNumberIsOptedOut",
  "sns:GetSMSAttributes",
  "sns:SetSMSAttributes",
  "sns:Unsubscribe",
].map((action) => action.toLowerCase());

/** True for an action that reads or changes data which could be named. */
function couldBeNamed(given: string): boolean {
  const action = given.toLowerCase();
  return (
    dataServices.some((service) => action.startsWith(`${service}:`)) &&
    !/:(list|describe)/.test(action) &&
    !unscoped.includes(action)
  );
}

export const resourcesNamed = stackRule({
  id: "aws-iam-resource-scoped",
  title: "IAM policies name the data that they are about",
  severity: "high",
  description:
    'With "*" for a resource a program reads every bucket, secret, queue and key of the account, also those of next year.',
  remedy: "Name ARNs in Resource, or bind the statement by a condition such as aws:ResourceTag.",
  controls: { soc2: ["CC6.3"], gdpr: ["25"], pciDss: ["7.2.5"] },
  levels: strictInProd,
  types: documents,
  // A bound is the most that its roles may ever be given, and wide on purpose.
  applies: (document, stack) =>
    !stack
      .ofType("aws:iam/role:Role")
      .some((role) => pointsAt(role, "permissionsBoundary", document, ["arn"])),
  check: ({ props }) =>
    statementsOf(props.policy, "policy")
      .filter((statement) => isUnbounded(statement) && statement.resources.includes("*"))
      .flatMap(({ actions }) => actions.filter(couldBeNamed))
      .map((action) => `policy allows ${action} on Resource "*"`),
});

export const noUserPolicies = resourceRule({
  id: "aws-iam-no-user-policies",
  title: "No policy is a single user's",
  severity: "low",
  description: "Rights given to people one by one are forgotten one by one when they change their team.",
  remedy: "Attach the policy to a role or group.",
  controls: { cisAws: ["2.13"], soc2: ["CC6.3"] },
  levels: fromStaging,
  types: ["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"],
  check: () => "a policy is given to a user",
});

export const noMixedAttachments = stackRule({
  id: "aws-iam-no-mixed-attachments",
  title: "What a role may do is said in one way",
  severity: "medium",
  description:
    "A list that is meant to be all of a role's policies takes away at each update those that stand beside it, and the next update puts them back.",
  remedy:
    "Leave managedPolicyArns, inlinePolicies and aws.iam.PolicyAttachment out; use RolePolicyAttachment and RolePolicy.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  types: ["aws:iam/role:Role", "aws:iam/policyAttachment:PolicyAttachment"],
  applies: (resource) =>
    resource.type === "aws:iam/policyAttachment:PolicyAttachment" ||
    isSet(resource.props, "managedPolicyArns") ||
    isSet(resource.props, "inlinePolicies"),
  check: (resource, stack) => {
    const attachments = stack.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    if (resource.type === "aws:iam/policyAttachment:PolicyAttachment") {
      const sources = new Set(resource.propertyDependencies["policyArn"]?.map(({ urn }) => urn));
      return attachments
        .filter(
          (attachment) =>
            attachment.props.policyArn === resource.props.policyArn ||
            attachment.propertyDependencies["policyArn"]?.some(({ urn }) => sources.has(urn)) === true,
        )
        .map(({ name }) => `it owns every attachment of its policy, and ${name} stands beside it`);
    }
    const beside = [
      ...(isSet(resource.props, "managedPolicyArns") ? attachments : []),
      ...(isSet(resource.props, "inlinePolicies") ? stack.ofType("aws:iam/rolePolicy:RolePolicy") : []),
    ];
    return beside
      .filter((each) => pointsAt(each, "role", resource, ["name", "id"]))
      .map(({ name }) => `it lists its policies, and ${name} stands beside it`);
  },
});
