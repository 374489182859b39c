import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  defaultRequestsPerFiveMinutes,
  type Edge,
  type EdgeArgs,
  type EdgeOrigin,
  planCaching,
} from "../../components/edge/edge";
import { awsBucket } from "./bucket";
import { distribution } from "./cdn";
import { type AwsDnsZone, awsDnsZone } from "./dnsZone";
import { accessLogs, edgeLogGroup, type EdgeOptions } from "./edgeLogs";
import { edgeRegion } from "./edgeRegion";
import { AwsKey } from "./key";
import { firewall } from "./waf";

/** Arguments of an {@link AwsEdge}. */
export interface AwsEdgeArgs extends EdgeArgs {
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** The provider of us-east-1. */
  readonly atEdge: aws.Provider;
}

/** {@link Edge} of ACM, CloudFront and WAF. */
export class AwsEdge extends pulumi.ComponentResource implements Edge {
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: AwsEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Edge", name, {}, opts);
    const { hosts, originHost, originProofs, accountId, logRetentionDays } = args;
    const { requestsPerFiveMinutes = defaultRequestsPerFiveMinutes, shieldAdvanced = false } = args;
    const { protect = true } = args;
    const zone = awsDnsZone(args.zone);
    const caching = planCaching(args.caching);
    const assets = assetsOf(args.assets);
    const atEdge = { parent: this, provider: args.atEdge };

    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `requests to ${zone.domain}`,
        services: [`logs.${edgeRegion}.amazonaws.com`],
        account: accountId,
        region: edgeRegion,
        protect,
      },
      { parent: this, providers: [args.atEdge] },
    );
    const logs = { keyArn: key.arn, retentionDays: logRetentionDays, protect };
    const { arn: webAclArn } = firewall(`${name}-firewall`, { requestsPerFiveMinutes, logs }, atEdge);
    const certificateArn = certificate(`${name}-certificate`, { hosts, zone }, atEdge);
    const origin = { originHost, originProofs };
    const cdn = distribution(name, { hosts, ...origin, certificateArn, webAclArn, caching, assets }, atEdge);
    accessLogs(
      `${name}-access-logs`,
      { distributionArn: cdn.arn, logGroup: edgeLogGroup(`${name}-access-logs`, logs, atEdge) },
      atEdge,
    );
    for (const host of hosts) {
      zone.alias(
        `${name}-ipv6-${host.replaceAll(".", "-")}`,
        { host, type: "AAAA", target: cdn.domainName },
        { parent: this },
      );
    }
    if (shieldAdvanced) {
      for (const [what, resourceArn] of [
        ["cdn", cdn.arn],
        ["zone", zone.zoneArn],
      ] as const) {
        new aws.shield.Protection(`${name}-shield-${what}`, { resourceArn }, atEdge);
      }
    }

    this.address = cdn.domainName;
    this.registerOutputs({ address: this.address });
  }
}

/** The list of addresses that CloudFront calls origins from, which AWS keeps. */
export function cloudFrontAddresses(opts: EdgeOptions): pulumi.Output<aws.ec2.GetManagedPrefixListResult> {
  return aws.ec2.getManagedPrefixListOutput({ name: "com.amazonaws.global.cloudfront.origin-facing" }, opts);
}

/**
 * The load balancer's security group lets in CloudFront alone, by the list of its addresses that AWS keeps. As a rule it
 * counts for as many as the list may hold, 55 of the 60 that a group has, so that one port has room and a second has not.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
export function awsEdgeOrigin(opts: EdgeOptions): EdgeOrigin {
  const list = cloudFrontAddresses(opts);
  return {
    annotations: { "service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists": list.id },
    sourceRanges: [],
    proxies: list.entries.apply((entries) => entries.map(({ cidr }) => cidr).sort()),
    // the address that CloudFront was called from stands last, whatever the client wrote before it
    clientAddressHeader: "X-Forwarded-For",
  };
}

/** What the CDN has to know of the bucket. */
function assetsOf(assets: EdgeArgs["assets"]): Parameters<typeof distribution>[1]["assets"] {
  if (assets === undefined) return undefined;
  const { path } = assets;
  const { servedFolder, domainName } = awsBucket(assets.bucket);
  if (path !== `/${servedFolder ?? ""}` || path === "/") {
    throw new Error(
      `assets.path: expected the folder that the bucket lets be served, /${servedFolder ?? ""}, got "${path}"`,
    );
  }
  return { path, bucketDomain: domainName };
}

/**
 * How long ACM may take to see its records: the domain has to be delegated to the zone first, which is done by hand while
 * the rest of a first update goes on.
 */
const validationTimeout = "3h";

/** ARN of a certificate for the hosts, known once ACM has seen its records in the zone. */
export function certificate(
  name: string,
  { hosts, zone }: { readonly hosts: readonly string[]; readonly zone: AwsDnsZone },
  opts: { readonly parent: pulumi.Resource; readonly provider?: pulumi.ProviderResource },
): pulumi.Output<string> {
  const [domainName, ...others] = hosts;
  if (domainName === undefined) throw new RangeError("hosts: expected one name at least, got none");
  const requested = new aws.acm.Certificate(
    name,
    {
      domainName,
      ...(others.length > 0 && { subjectAlternativeNames: others }),
      validationMethod: "DNS",
      keyAlgorithm: "EC_prime256v1",
    },
    opts,
  );
  const proofs = hosts.map((host) => {
    const proof = requested.domainValidationOptions.apply((options) => {
      const found = options.find(({ domainName: proven }) => proven === host);
      if (found === undefined) throw new Error(`expected a validation record for ${host}, got none`);
      return found;
    });
    return zone.prove(
      `${name}-proof-${host.replaceAll(".", "-")}`,
      { host: proof.resourceRecordName, type: proof.resourceRecordType, value: proof.resourceRecordValue },
      { parent: opts.parent },
    );
  });
  return new aws.acm.CertificateValidation(
    `${name}-validation`,
    { certificateArn: requested.arn, validationRecordFqdns: proofs.map(({ fqdn }) => fqdn) },
    { ...opts, customTimeouts: { create: validationTimeout } },
  ).certificateArn;
}
