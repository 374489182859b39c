import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { autoNamed } from "../../components/names";
import { policyDocument } from "./policyDocument";

/** Arguments of {@link awsRole}. */
export interface AwsRoleArgs {
  /** What the role is for, in a few words: its description in the console. */
  readonly description: string;
  /** Who may assume it and under which conditions. */
  readonly trust: readonly aws.iam.PolicyStatement[];
  /**
   * ARNs of policies that AWS keeps, by a key that names the attachment.
   *
   * @default {}
   */
  readonly managedPolicies?: Readonly<Record<string, string>>;
  /**
   * What else it may do.
   *
   * @default []
   */
  readonly statements?: readonly aws.iam.PolicyStatement[];
}

/** A role and what gives it its permissions: depend on `permissions` where the role is used at once. */
export interface AwsRole {
  readonly role: aws.iam.Role;
  readonly permissions: readonly pulumi.Resource[];
}

/** Longest name that IAM takes. */
const maxRoleName = 64;

/** An IAM role with the policies that it needs, each a resource of its own. */
export function awsRole(
  name: string,
  { description, trust, managedPolicies = {}, statements = [] }: AwsRoleArgs,
  opts: { readonly parent: pulumi.Resource },
): AwsRole {
  const role = new aws.iam.Role(
    autoNamed(maxRoleName, name),
    { description, assumeRolePolicy: policyDocument(trust) },
    opts,
  );
  const attachments = Object.entries(managedPolicies).map(
    ([key, policyArn]) =>
      new aws.iam.RolePolicyAttachment(`${name}-${key}`, { role: role.name, policyArn }, opts),
  );
  const inline =
    statements.length === 0
      ? []
      : [
          new aws.iam.RolePolicy(
            `${name}-policy`,
            { role: role.name, policy: policyDocument(statements) },
            opts,
          ),
        ];
  return { role, permissions: [...attachments, ...inline] };
}

/** Trust in an AWS service, when it acts for this account. */
export function trustService(service: string, accountId: string): aws.iam.PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
}
