import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policyDocument";

/** Arguments of an {@link AwsKey}. */
export interface AwsKeyArgs {
  /** What it encrypts, in a few words: the key's description in the console. */
  readonly purpose: string;
  /**
   * Service principals that use the key by themselves, such as `logs.eu-west-1.amazonaws.com`. Services that act with
   * their caller's permissions (RDS, ElastiCache, S3, Secrets Manager) need no mention.
   */
  readonly services: readonly string[];
  /**
   * Services whose service-linked role uses the key, such as `autoscaling.amazonaws.com` for the volumes of the nodes
   * it starts.
   *
   * @default []
   */
  readonly serviceLinkedRoles?: readonly string[];
  /** Id of the account that owns the key, 12 digits. */
  readonly account: string;
  /** Region whose services use it. */
  readonly region: string;
  /**
   * Make it in {@link region} although the provider is of another: for copies of data.
   *
   * @default false
   */
  readonly awayFromProvider?: boolean;
  /**
   * Refuse deletion in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/** What only reads what others wrote. */
const readers: readonly string[] = ["cloudfront.amazonaws.com"];

/** What using a key for data takes, and no administration. */
const useActions = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ReEncrypt*",
];

/** A customer-managed KMS key that rotates each year, with an alias, and a policy that names who may use it. */
export class AwsKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly keyId: pulumi.Output<string>;

  constructor(name: string, args: AwsKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Key", name, {}, opts);
    const { purpose, awayFromProvider = false, protect = true } = args;
    const away = awayFromProvider ? { region: args.region } : {};

    const key = new aws.kms.Key(
      name,
      {
        description: purpose,
        enableKeyRotation: true,
        // the longest there is: what the key encrypted is lost with it
        deletionWindowInDays: 30,
        policy: keyPolicy(args),
        ...away,
      },
      { parent: this, protect },
    );
    new aws.kms.Alias(`${name}-alias`, { targetKeyId: key.id, ...away }, { parent: this });

    this.arn = key.arn;
    this.keyId = key.keyId;
    this.registerOutputs({ arn: this.arn, keyId: this.keyId });
  }
}

/** The account by its IAM policies, each service for this account's data only. */
function keyPolicy({
  services,
  serviceLinkedRoles = [],
  account,
  region,
}: AwsKeyArgs): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "AccountByIam",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    ...services.map((service) => serviceStatement(service, account, region)),
    ...serviceLinkedRoles.flatMap((service) => serviceLinkedRoleStatements(service, account)),
  ]);
}

function serviceStatement(service: string, account: string, region: string): aws.iam.PolicyStatement {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(service)) {
    throw new Error(
      `services: expected an AWS service principal such as rds.amazonaws.com, got "${service}"`,
    );
  }
  return {
    Sid: `Service${sid(service)}`,
    Effect: "Allow",
    Principal: { Service: service },
    Action: readers.includes(service) ? ["kms:Decrypt"] : useActions,
    Resource: "*",
    Condition: serviceCondition(service, account, region),
  };
}

/** What keeps another account from using the key through the service. */
function serviceCondition(
  service: string,
  account: string,
  region: string,
): Record<string, Record<string, string>> {
  // CloudWatch Logs sends no aws:SourceAccount, it names the log group in the encryption context:
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  if (service === `logs.${region}.amazonaws.com`) {
    const logGroups = `arn:aws:logs:${region}:${account}:log-group:*`;
    return { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } };
  }
  // CloudFront names the distribution whose request it signs:
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
  if (service === "cloudfront.amazonaws.com") {
    return { ArnLike: { "aws:SourceArn": `arn:aws:cloudfront::${account}:distribution/*` } };
  }
  // CloudTrail names the trail that it delivers:
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
  if (service === "cloudtrail.amazonaws.com") {
    return { ArnLike: { "aws:SourceArn": `arn:aws:cloudtrail:*:${account}:trail/*` } };
  }
  // EventBridge names nothing of its own to a topic, and SNS names the topic in the encryption context:
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
  if (service === "events.amazonaws.com") {
    const topics = `arn:aws:sns:${region}:${account}:*`;
    return { ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": topics } };
  }
  return { StringEquals: { "aws:SourceAccount": account } };
}

/**
 * A service-linked role is named by condition and not as principal, since KMS refuses a policy that names a role the
 * account does not have yet, and the service makes it on first use.
 */
function serviceLinkedRoleStatements(service: string, account: string): aws.iam.PolicyStatement[] {
  const role = {
    StringEquals: { "kms:CallerAccount": account },
    ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/aws-service-role/${service}/*` },
  };
  return [
    {
      Sid: `RoleOf${sid(service)}`,
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: useActions,
      Resource: "*",
      Condition: role,
    },
    {
      Sid: `GrantsBy${sid(service)}`,
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { ...role, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** A principal in the alphabet of statement ids. */
function sid(service: string): string {
  return service
    .replace(/\.amazonaws\.com$/, "")
    .split(/[^a-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
