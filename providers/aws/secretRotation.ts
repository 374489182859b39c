import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { autoNamed } from "../../components/names";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";
import { awsRole, trustService } from "./role";

/** Longest name that the service takes. */
const maxFunctionName = 64;

/** Arguments of {@link secretRotation}. */
export interface SecretRotationArgs {
  readonly secret: aws.secretsmanager.Secret;
  /** What the secret's values are encrypted with. */
  readonly key: AwsKey;
  /** How often, hours: a divisor of 24, or whole days. */
  readonly everyHours: number;
  /** How long the function's log is kept, days. */
  readonly logRetentionDays: number;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** Refuse deletion of the key in Pulumi. */
  readonly protect: boolean;
}

/** How long an event that the function failed to handle is kept, seconds: 14 days, the longest that SQS takes. */
const deadLetterSeconds = 1_209_600;

/**
 * A function that gives one secret a new value, at once and then on the clock, and may touch that secret alone. It stands
 * in no network: all it calls is Secrets Manager, by its identity.
 *
 * It reserves no concurrency: a new account may run ten functions at a time, and Lambda refuses a reservation that leaves
 * the others fewer than a hundred (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html). Two
 * rotations at once are no danger without it: a step goes by the token of its version, Secrets Manager begins no rotation
 * before the one before it has ended, and refuses a second value for a token that has one.
 */
export function secretRotation(
  name: string,
  { secret, key, everyHours, logRetentionDays, region, accountId, protect }: SecretRotationArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  // one for what is about the secret and holds none of it: the function's log and the events that failed
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
  const { role, permissions } = awsRole(
    `${name}-role`,
    {
      description: `Rotation of one secret, ${name}`,
      trust: [trustService("lambda.amazonaws.com", accountId)],
      statements: [
        {
          Sid: "Secret",
          Effect: "Allow",
          Action: [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
          ],
          Resource: secret.arn,
        },
        {
          Sid: "SecretKey",
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
          Resource: key.arn,
          Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
        },
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
  const rotator = new aws.lambda.Function(
    autoNamed(maxFunctionName, name),
    {
      description: "Gives a secret of Secrets Manager a new random value",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.cjs": new pulumi.asset.StringAsset(source) }),
      role: role.arn,
      memorySize: 128,
      timeout: 30,
      kmsKeyArn: records.arn,
      deadLetterConfig: { targetArn: failed.arn },
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
    },
    { ...opts, dependsOn: [...permissions] },
  );
  const permission = new aws.lambda.Permission(
    `${name}-permission`,
    {
      function: rotator.name,
      action: "lambda:InvokeFunction",
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: accountId,
      sourceArn: secret.arn,
    },
    opts,
  );
  new aws.secretsmanager.SecretRotation(
    name,
    {
      secretId: secret.id,
      rotationLambdaArn: rotator.arn,
      // the first value is made by it
      rotateImmediately: true,
      rotationRules: { scheduleExpression: scheduleOf(everyHours), duration: "1h" },
    },
    { ...opts, dependsOn: [permission] },
  );
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html */
function scheduleOf(everyHours: number): string {
  if (everyHours < 24) return `cron(0 /${everyHours} * * ? *)`;
  const days = everyHours / 24;
  return `rate(${days} ${days === 1 ? "day" : "days"})`;
}

/** The function's code, as text: a plan is then the same wherever the program stands. */
const source = readFileSync(join(__dirname, "functions/rotateSecret.cjs"), "utf8");
