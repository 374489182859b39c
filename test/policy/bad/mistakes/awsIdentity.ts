import { own, policy, permission, trusted } from "./awsPolicies";
import { add, gone, to, type Row } from "./mistake";

export const identity: readonly Row[] = [
  [
    "Policy everything",
    "every action on everything",
    "CKV_AWS_62, FSBP IAM.1",
    to(["policy", permission("s3:GetObject", "arn:aws:s3:::exports/*")]),
  ],
  [
    "Role visitor",
    "anyone may take it",
    "CKV_AWS_60",
    to(["assumeRolePolicy", trusted({ Service: "ec2.amazonaws.com" })]),
  ],
  [
    "RolePolicyAttachment visitor-administrator",
    "AdministratorAccess",
    "CKV_AWS_274",
    to(["policyArn", "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]),
  ],
  [
    "RolePolicy machine-passes",
    "may pass every role: escalation",
    "CKV_AWS_286",
    to(["policy", permission("iam:PassRole", "arn:aws:iam::123456789012:role/desk")]),
  ],
  ["AccessKey person-key", "long-lived access key", "CIS AWS 1.13, FSBP IAM.3", gone("no-users-or-keys")],
  ["User person", "a user instead of single sign-on", "CKV_AWS_273", gone("no-users-or-keys")],
  ["UserPolicyAttachment person-reads", "policy on a user", "CKV_AWS_40, FSBP IAM.2", gone("iam")],
  [
    "AccountPasswordPolicy passwords",
    "passwords of eight characters",
    "CKV_AWS_10, FSBP IAM.15",
    to(["minimumPasswordLength", 14]),
  ],
  [
    "Role ci-deploys",
    "any repository of GitHub may take it",
    "CKV_AWS_393",
    to([
      "assumeRolePolicy",
      trusted(
        { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
        "sts:AssumeRoleWithWebIdentity",
        {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main",
          },
        },
      ),
    ]),
  ],
  ["Key master", "key is never rotated", "CKV_AWS_7, FSBP KMS.4", to(["enableKeyRotation", true])],
  [
    "Key master",
    "anyone may use the key",
    "CKV_AWS_33, FSBP KMS.5",
    to(["policy", policy("kms:*", { AWS: own }, "*")]),
  ],
  ["Trail trail", "one region only", "CKV_AWS_67, FSBP CloudTrail.1", to(["isMultiRegionTrail", true])],
  [
    "Trail trail",
    "files may be changed unseen",
    "CKV_AWS_36, FSBP CloudTrail.4",
    to(["enableLogFileValidation", true]),
  ],
  [
    "Trail trail",
    "no key of one's own",
    "CKV_AWS_35, FSBP CloudTrail.2",
    to(["kmsKeyId", "arn:aws:kms:eu-west-1:123456789012:key/a"]),
  ],
  [
    "Trail trail",
    "not in CloudWatch Logs",
    "CKV2_AWS_10, FSBP CloudTrail.5",
    to(
      ["cloudWatchLogsGroupArn", "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*"],
      ["cloudWatchLogsRoleArn", "arn:aws:iam::123456789012:role/trail"],
    ),
  ],
  ["Detector detector", "GuardDuty is off", "CKV_AWS_238, FSBP GuardDuty.1", to(["enable", true])],
  [
    "Recorder recorder",
    "Config records one type only",
    "CKV2_AWS_48, FSBP Config.1",
    to(["recordingGroup", { allSupported: true, includeGlobalResourceTypes: true }]),
  ],
  ["LogGroup application", "kept for ever", "CKV_AWS_66", to(["retentionInDays", 365])],
  [
    "LogGroup application",
    "no key of one's own",
    "CKV_AWS_158",
    to(["kmsKeyId", "arn:aws:kms:eu-west-1:123456789012:key/a"]),
  ],
  [
    "Secret database",
    "never rotated",
    "CKV2_AWS_57, FSBP SecretsManager.1",
    add(
      "aws:secretsmanager/secretRotation:SecretRotation",
      {
        rotationRules: { automaticallyAfterDays: 30 },
        rotationLambdaArn: "arn:aws:lambda:eu-west-1:123456789012:function:rotates",
      },
      "secretId",
    ),
  ],
  [
    "Secret database",
    "no key of one's own",
    "CKV_AWS_149",
    to(["kmsKeyId", "arn:aws:kms:eu-west-1:123456789012:key/a"]),
  ],
  ["Parameter password", "a password as plain text", "CKV2_AWS_34", to(["type", "SecureString"])],
];
