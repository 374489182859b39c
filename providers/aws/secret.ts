import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Access, Grantable, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import {
  rekeyedMark,
  rotationPeriod,
  type Secret,
  type SecretArgs,
  secretVariable,
} from "../../components/secrets/secret";
import { explicitProvider } from "./explicit";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";
import { secretRecoveryDays, secretRotation } from "./secretRotation";
import { storeLogRetentionDays } from "./storeAccess";

/** Arguments of an {@link AwsSecret}. */
export interface AwsSecretArgs extends SecretArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** {@link Secret} in Secrets Manager, its copy in another region under a key of that region. */
export class AwsSecret extends pulumi.ComponentResource implements Secret {
  readonly secretId: pulumi.Output<string>;
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly keyArn: pulumi.Output<string>;
  private readonly region: string;

  constructor(name: string, args: AwsSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Secret", name, {}, opts);
    const { key: secretKey, maxAgeHours, rekeyed = false, copyRegion, region, accountId } = args;
    const { logRetentionDays = storeLogRetentionDays, protect = true } = args;
    const variable = secretVariable(secretKey);
    const everyHours = maxAgeHours === undefined ? undefined : rotationPeriod(maxAgeHours);
    const child = { parent: this };
    const keyFor = (where: string): Omit<ConstructorParameters<typeof AwsKey>[1], "region"> => ({
      purpose: `the secret ${name}${where}`,
      services: [],
      account: accountId,
      protect,
    });

    const key = new AwsKey(`${name}-key`, { ...keyFor(""), region }, child);
    const replicas =
      copyRegion === undefined
        ? []
        : [
            {
              region: copyRegion,
              kmsKeyId: new AwsKey(
                `${name}-copy-key`,
                { ...keyFor(`, in ${copyRegion}`), region: copyRegion, awayFromProvider: true },
                child,
              ).arn,
            },
          ];
    const secret = new aws.secretsmanager.Secret(
      name,
      {
        description: everyHours === undefined ? "set by its owner" : `made anew every ${everyHours} hours`,
        kmsKeyId: key.arn,
        recoveryWindowInDays: secretRecoveryDays,
        replicas,
        ...(rekeyed && { tags: rekeyedMark }),
      },
      { ...child, protect },
    );
    if (everyHours !== undefined) {
      secretRotation(
        `${name}-rotation`,
        { secret, key, everyHours, logRetentionDays, region, accountId, protect },
        child,
      );
    }

    this.secretId = secret.arn;
    this.keyArn = key.arn;
    this.region = region;
    this.connection = { [variable]: this.secretId };
    this.registerOutputs({ secretId: this.secretId });
  }

  admitWriter(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    const policy = policyDocument([
      { Sid: "Secret", Effect: "Allow", Action: "secretsmanager:PutSecretValue", Resource: this.secretId },
      {
        // both are asked of whoever adds a value; without GetSecretValue nothing is read
        Sid: "Key",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: this.keyArn,
        Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${this.region}.amazonaws.com` } },
      },
    ]);
    return new aws.iam.RolePolicy(
      name,
      { role: to.principal, policy },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Grantable["connection"] {
    const write = access === "readWrite";
    const policy = policyDocument([
      {
        Sid: "Secret",
        Effect: "Allow",
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          ...(write ? ["secretsmanager:PutSecretValue"] : []),
        ],
        Resource: this.secretId,
      },
      {
        Sid: "Key",
        Effect: "Allow",
        Action: ["kms:Decrypt", ...(write ? ["kms:GenerateDataKey"] : [])],
        Resource: this.keyArn,
        Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${this.region}.amazonaws.com` } },
      },
    ]);
    new aws.iam.RolePolicy(
      name,
      { role: to.principal, policy },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
    return {};
  }
}
