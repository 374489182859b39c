import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";

type Principal = Readonly<Record<string, string>> | string;

/** A policy that allows the principal the action on everything. */
export function allow(action: string, principal?: Principal, resource = "*"): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: action,
        ...(principal === undefined ? {} : { Principal: principal }),
        Resource: resource,
      },
    ],
  });
}

/** The policy that lets a principal take a role. */
export function trust(principal: Principal): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: principal }],
  });
}

/** Who may do what, and how it is seen. */
export function identities(opts: CustomResourceOptions): void {
  new aws.iam.Policy("everything", { name: "everything", policy: allow("*") }, opts);
  const visitor = new aws.iam.Role("visitor", { assumeRolePolicy: trust("*") }, opts);
  new aws.iam.RolePolicyAttachment(
    "visitor-administrator",
    { role: visitor.name, policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    opts,
  );
  const machine = new aws.iam.Role(
    "machine",
    { assumeRolePolicy: trust({ Service: "ec2.amazonaws.com" }) },
    opts,
  );
  new aws.iam.RolePolicy("machine-passes", { role: machine.id, policy: allow("iam:PassRole") }, opts);
  const person = new aws.iam.User("person", {}, opts);
  new aws.iam.AccessKey("person-key", { user: person.name }, opts);
  new aws.iam.UserPolicyAttachment(
    "person-reads",
    { user: person.name, policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
    opts,
  );
  new aws.iam.AccountPasswordPolicy("passwords", { minimumPasswordLength: 8 }, opts);
  new aws.iam.OpenIdConnectProvider(
    "ci",
    {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
      thumbprintLists: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
    },
    opts,
  );
  new aws.iam.Role(
    "ci-deploys",
    {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: {
              Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
            },
            Condition: {
              StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
            },
          },
        ],
      }),
    },
    opts,
  );
  watching(opts);
}

function watching(opts: CustomResourceOptions): void {
  new aws.kms.Key(
    "master",
    { description: "all that is secret", enableKeyRotation: false, policy: allow("kms:*", { AWS: "*" }) },
    opts,
  );
  new aws.cloudtrail.Trail(
    "trail",
    { name: "trail", s3BucketName: "logs", isMultiRegionTrail: false, enableLogFileValidation: false },
    opts,
  );
  new aws.guardduty.Detector("detector", { enable: false }, opts);
  const recorder = new aws.iam.Role(
    "recorder",
    { assumeRolePolicy: trust({ Service: "config.amazonaws.com" }) },
    opts,
  );
  new aws.cfg.Recorder(
    "recorder",
    {
      roleArn: recorder.arn,
      recordingGroup: { allSupported: false, resourceTypes: ["AWS::EC2::Instance"] },
    },
    opts,
  );
  new aws.cloudwatch.LogGroup("application", {}, opts);
  new aws.secretsmanager.Secret("database", { recoveryWindowInDays: 0 }, opts);
  new aws.ssm.Parameter("password", { type: "String", value: "correct horse" }, opts);
}
