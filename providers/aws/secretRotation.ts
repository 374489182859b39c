import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsKey } from "./key";
import { functionPlace, ownFunction, type OwnFunctionArgs } from "./ownFunction";

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
  /**
   * What makes the values.
   *
   * @default - a function whose values are random bytes, set nowhere else
   */
  readonly rotator?: Rotator;
}

/** A function that makes values, and sets them where they are used. */
export interface Rotator extends Pick<OwnFunctionArgs, "description" | "file" | "requires" | "environment"> {
  /** Longest that a step may take, seconds. */
  readonly timeout: number;
  /** What it may do beside rotating its secret. */
  readonly statements: readonly aws.iam.PolicyStatement[];
}

/** A function whose values are random bytes. */
const randomBytes: Rotator = {
  description: "Gives a secret of Secrets Manager a new random value",
  file: "rotateSecret.cjs",
  timeout: 30,
  statements: [],
};

/** How long a deleted secret can be brought back, days: the longest that Secrets Manager takes. */
export const secretRecoveryDays = 30;

/**
 * A function that gives one secret a new value, at once and then on the clock, and may touch that secret alone, and what its
 * {@link Rotator} says. It stands in no network: all it calls is AWS, by its identity.
 *
 * Two rotations at once are no danger: a step goes by the token of its version, Secrets Manager begins no rotation before
 * the one before it has ended, and refuses a second value for a token that has one.
 */
export function secretRotation(
  name: string,
  { secret, key, everyHours, rotator: made = randomBytes, ...records }: SecretRotationArgs,
  {
    after = [],
    ...opts
  }: {
    readonly parent: pulumi.Resource;
    /** What has to stand before the first rotation, beside the function. @default [] */
    readonly after?: readonly pulumi.Resource[];
  },
): void {
  const { statements, ...settings } = made;
  const { region, accountId } = records;
  const place = functionPlace(
    name,
    {
      description: `Rotation of one secret, ${name}`,
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
        ...statements,
      ],
      ...records,
    },
    opts,
  );
  const rotator = ownFunction(name, { ...settings, place }, opts);
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
    { ...opts, dependsOn: [permission, ...after] },
  );
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html */
function scheduleOf(everyHours: number): string {
  if (everyHours < 24) return `cron(0 /${everyHours} * * ? *)`;
  const days = everyHours / 24;
  return `rate(${days} ${days === 1 ? "day" : "days"})`;
}
