import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SealKey, SealKeyArgs } from "../../components/secrets/sealKey";
import { awsIdentity } from "./identity";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** Arguments of an {@link AwsSealKey}. */
export interface AwsSealKeyArgs extends SealKeyArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** {@link SealKey} in KMS: https://developer.hashicorp.com/vault/docs/configuration/seal/awskms */
export class AwsSealKey extends pulumi.ComponentResource implements SealKey {
  readonly stanza: pulumi.Output<string>;
  readonly grants: readonly pulumi.Resource[];

  constructor(name: string, args: AwsSealKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:SealKey", name, {}, opts);
    const { server, region, accountId, protect } = args;
    const child = { parent: this };

    const key = new AwsKey(
      `${name}-key`,
      { purpose: `opens ${name}`, services: [], account: accountId, region, protect },
      child,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-use`,
      {
        role: awsIdentity(server).principal,
        policy: policyDocument([
          {
            Sid: "Seal",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
            Resource: key.arn,
          },
        ]),
      },
      child,
    );

    this.grants = [policy];
    this.stanza = pulumi.interpolate`seal "awskms" {
  region = "${region}"
  kms_key_id = "${key.arn}"
}`;
    this.registerOutputs({ stanza: this.stanza });
  }
}
