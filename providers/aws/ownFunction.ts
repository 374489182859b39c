import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { autoNamed } from "../../components/names";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";
import { type AwsRole, awsRole, trustService } from "./role";

/** Longest name that the service takes. */
const maxFunctionName = 64;

/** How long an event that a function failed to handle is kept, seconds: 14 days, the longest that SQS takes. */
const deadLetterSeconds = 1_209_600;

/** What stands before a function: where it writes, and as whom it runs. */
export interface FunctionPlace extends AwsRole {
  readonly logs: aws.cloudwatch.LogGroup;
  readonly failed: aws.sqs.Queue;
  /** Key of the records, which hold nothing of what the function works on. */
  readonly records: AwsKey;
}

/** Arguments of {@link functionPlace}. */
export interface FunctionPlaceArgs {
  /** The role's description in the console. */
  readonly description: string;
  /** What the function may do beside writing its records. */
  readonly statements: readonly aws.iam.PolicyStatement[];
  /**
   * ARNs of policies that AWS keeps, by a key that names the attachment.
   *
   * @default {}
   */
  readonly managedPolicies?: Readonly<Record<string, string>>;
  /** How long the function's log is kept, days. */
  readonly logRetentionDays: number;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** Refuse deletion of the key in Pulumi. */
  readonly protect: boolean;
}

type Opts = { readonly parent: pulumi.Resource };

/** A key, a log, a queue of events that failed, and a role: what every function of ours has before it. */
export function functionPlace(name: string, args: FunctionPlaceArgs, opts: Opts): FunctionPlace {
  const {
    description,
    statements,
    managedPolicies = {},
    logRetentionDays,
    region,
    accountId,
    protect,
  } = args;
  const records = new AwsKey(
    `${name}-key`,
    {
      purpose: `records of ${name}`,
      services: [`logs.${region}.amazonaws.com`],
      account: accountId,
      region,
      protect,
    },
    opts,
  );
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { kmsKeyId: records.arn, retentionInDays: logRetentionDays },
    opts,
  );
  const failed = new aws.sqs.Queue(
    `${name}-failed`,
    { kmsMasterKeyId: records.arn, messageRetentionSeconds: deadLetterSeconds },
    opts,
  );
  new aws.sqs.QueuePolicy(
    `${name}-failed-policy`,
    {
      queueUrl: failed.url,
      policy: policyDocument([
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: failed.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    },
    opts,
  );
  const role = awsRole(
    `${name}-role`,
    {
      description,
      trust: [trustService("lambda.amazonaws.com", accountId)],
      managedPolicies,
      statements: [
        ...statements,
        {
          Sid: "Logs",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${logs.arn}:*`,
        },
        { Sid: "Failed", Effect: "Allow", Action: "sqs:SendMessage", Resource: failed.arn },
        {
          Sid: "RecordsKey",
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: records.arn,
        },
        // traces have no resource that a policy could name
        {
          Sid: "Traces",
          Effect: "Allow",
          Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
          Resource: "*",
        },
      ],
    },
    opts,
  );
  return { ...role, logs, failed, records };
}

/** Arguments of {@link ownFunction}. */
export interface OwnFunctionArgs extends Pick<
  aws.lambda.FunctionArgs,
  "description" | "environment" | "timeout" | "vpcConfig"
> {
  /** File of `functions/` that has the code, which imports nothing but Node.js and AWS's SDK. */
  readonly file: string;
  /**
   * Other files of `functions/` that the code requires.
   *
   * @default []
   */
  readonly requires?: readonly string[];
  readonly place: FunctionPlace;
}

/**
 * A function of ours on AWS Lambda.
 *
 * It reserves no concurrency: a new account may run ten functions at a time, and Lambda refuses a reservation that leaves
 * the others fewer than a hundred (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
 */
export function ownFunction(
  name: string,
  { file, requires = [], place: { role, permissions, logs, failed, records }, ...settings }: OwnFunctionArgs,
  opts: Opts,
): aws.lambda.Function {
  return new aws.lambda.Function(
    autoNamed(maxFunctionName, name),
    {
      ...settings,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({
        "index.cjs": sourceOf(file),
        ...Object.fromEntries(requires.map((other) => [other, sourceOf(other)])),
      }),
      role: role.arn,
      memorySize: 128,
      kmsKeyArn: records.arn,
      deadLetterConfig: { targetArn: failed.arn },
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
    },
    { ...opts, dependsOn: [...permissions] },
  );
}

/** Code as text: a plan is then the same wherever the program stands. */
function sourceOf(file: string): pulumi.asset.StringAsset {
  return new pulumi.asset.StringAsset(readFileSync(join(__dirname, "functions", file), "utf8"));
}
