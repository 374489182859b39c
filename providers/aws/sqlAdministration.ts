import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Administrators } from "../../components/data/sqlAdministration";
import { awsIdentity } from "./identity";
import type { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** The secret in which a server's administrator's password is. */
export interface AdministratorSecret {
  readonly arn: pulumi.Output<string>;
  readonly key: AwsKey;
  readonly region: string;
}

/** Lets an identity read the administrator's password, and nothing else of it. */
export function readAdministrator(
  name: string,
  { secret: { arn, key, region }, to }: { readonly secret: AdministratorSecret; readonly to: Administrators },
  opts: pulumi.ComponentResourceOptions,
): void {
  const policy = policyDocument([
    { Sid: "Administrator", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: arn },
    {
      Sid: "Key",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: key.arn,
      Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
    },
  ]);
  new aws.iam.RolePolicy(name, { role: awsIdentity(to.keeper).principal, policy }, opts);
}
