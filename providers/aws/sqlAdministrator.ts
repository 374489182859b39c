import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AwsKey } from "./key";
import { secretRecoveryDays, secretRotation } from "./secretRotation";
import type { RdsEngine } from "./sqlEngines";

type Opts = { readonly parent: pulumi.Resource };

/** How the administrator's password is kept. */
export interface AdministratorPassword {
  /** What the primary is told of it. */
  readonly settings: Pick<
    aws.rds.InstanceArgs,
    "manageMasterUserPassword" | "masterUserSecretKmsKeyId" | "passwordWo" | "passwordWoVersion"
  >;
  /** ARN of the secret of Secrets Manager that has it. */
  readonly secretArn: (primary: aws.rds.Instance) => pulumi.Output<string>;
  /** The same for a server whose password RDS does not keep: has it made anew by a function, once what it waits for stands, and each week. */
  readonly rotate?: (primary: aws.rds.Instance, after: readonly pulumi.Resource[]) => void;
}

/** RDS makes, keeps and rotates it, under our key: where the server has no replica. */
export function managedPassword({ key }: { readonly key: AwsKey }): AdministratorPassword {
  return {
    settings: { manageMasterUserPassword: true, masterUserSecretKmsKeyId: key.arn },
    secretArn: ({ masterUserSecrets }) =>
      masterUserSecrets.apply(([secret]) => {
        if (secret === undefined)
          throw new Error("masterUserSecrets: expected the administrator's, got none");
        return secret.secretArn;
      }),
  };
}

/** How often the password changes, hours: a week, as RDS does it. */
const everyHours = 168;

/** Characters of a password: MySQL's may have 41, PostgreSQL's 128 (rds:ModifyDBInstance). */
const passwordLength = 40;

/** Longest that RDS may take to set a password while the function looks on, seconds. */
const timeoutSeconds = 300;

/** Arguments of {@link ownPassword}. */
export interface OwnPasswordArgs {
  readonly engine: RdsEngine;
  readonly key: AwsKey;
  /** Name of the administrator. */
  readonly username: string;
  readonly logRetentionDays: number;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  readonly protect: boolean;
}

/**
 * A secret of our own in Secrets Manager, where the server has replicas, of which RDS makes none where it keeps the password
 * itself (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations).
 *
 * The server is made with a random password that is a secret of the state, never sent again and never used: a function sets
 * another one by `rds:ModifyDBInstance` at once, and each week, and keeps it in the secret alone. It signs in nowhere, and
 * so needs no way into the network.
 */
export function ownPassword(
  name: string,
  { engine, key, username, logRetentionDays, region, accountId, protect }: OwnPasswordArgs,
  opts: Opts,
): AdministratorPassword {
  const first = new random.RandomPassword(
    `${name}-first-password`,
    { length: passwordLength, special: false },
    { ...opts, provider: new random.Provider(`${name}-random`, {}, opts) },
  );
  const secret = new aws.secretsmanager.Secret(
    `${name}-administrator`,
    {
      description: `Administrator of ${engine.title} ${name}; made anew every ${everyHours} hours`,
      kmsKeyId: key.arn,
      recoveryWindowInDays: secretRecoveryDays,
    },
    { ...opts, protect },
  );
  return {
    settings: { passwordWo: first.result, passwordWoVersion: 1 },
    secretArn: () => secret.arn,
    rotate: (primary, after) => {
      secretRotation(
        `${name}-administrator-rotation`,
        {
          secret,
          key,
          everyHours,
          logRetentionDays,
          region,
          accountId,
          protect,
          rotator: {
            description: "Gives the administrator of a server of RDS a new random password",
            file: "rotateAdministrator.cjs",
            requires: ["rotateSecret.cjs"],
            timeout: timeoutSeconds,
            environment: {
              variables: {
                DB_INSTANCE: primary.identifier,
                DB_USERNAME: username,
                DB_PASSWORD_LENGTH: String(passwordLength),
              },
            },
            // IAM has no condition on what of an instance is modified
            statements: [
              {
                Sid: "Server",
                Effect: "Allow",
                Action: ["rds:DescribeDBInstances", "rds:ModifyDBInstance"],
                Resource: primary.arn,
              },
            ],
          },
        },
        { ...opts, after },
      );
    },
  };
}
