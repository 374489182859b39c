import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policyDocument";

/** Arguments of {@link signZone}. */
export interface DnssecArgs {
  readonly zone: aws.route53.Zone;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** Refuse deletion of the key in Pulumi. */
  readonly protect: boolean;
}

/** What signs for Route 53. */
const dnssec = "dnssec-route53.amazonaws.com";

/**
 * DNSSEC: the zone's answers are signed, by a key that only Route 53 may sign with, and only for this zone. Resolvers trust
 * the signatures once the zone above has the DS record that `aws route53 get-dnssec` shows; until then they take the zone
 * unsigned. `opts` name us-east-1, the one region whose keys Route 53 takes:
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-cmk-requirements.html
 */
export function signZone(
  name: string,
  { zone, accountId, protect }: DnssecArgs,
  opts: { readonly parent: pulumi.Resource; readonly provider: pulumi.ProviderResource },
): void {
  const forThisZone = {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnEquals: { "aws:SourceArn": zone.arn },
  };
  const key = new aws.kms.Key(
    `${name}-key`,
    {
      description: `DNSSEC of ${name}`,
      // the one kind that Route 53 takes; KMS rotates no asymmetric key, and a new one needs a new DS record above
      customerMasterKeySpec: "ECC_NIST_P256",
      keyUsage: "SIGN_VERIFY",
      deletionWindowInDays: 30,
      policy: policyDocument([
        {
          Sid: "AccountByIam",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Sid: "SignZone",
          Effect: "Allow",
          Principal: { Service: dnssec },
          Action: ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
          Resource: "*",
          Condition: forThisZone,
        },
        {
          Sid: "GrantToZone",
          Effect: "Allow",
          Principal: { Service: dnssec },
          Action: "kms:CreateGrant",
          Resource: "*",
          Condition: { ...forThisZone, Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
      ]),
    },
    { ...opts, protect },
  );
  const signingKey = new aws.route53.KeySigningKey(
    name,
    {
      hostedZoneId: zone.zoneId,
      keyManagementServiceArn: key.arn,
      // letters, digits and underscores only
      name: name.replaceAll("-", "_"),
    },
    opts,
  );
  new aws.route53.HostedZoneDnsSec(
    `${name}-signing`,
    { hostedZoneId: signingKey.hostedZoneId, signingStatus: "SIGNING" },
    { ...opts, dependsOn: [signingKey] },
  );
}
