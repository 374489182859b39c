import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AcmeSolver, DnsZone, DnsZoneArgs } from "../../components/edge/dnsZone";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { logQueries } from "./dnsQueryLog";
import { signZone } from "./dnssec";
import { explicitProvider } from "./explicit";
import { policyDocument } from "./policyDocument";

/** Arguments of an {@link AwsDnsZone}. */
export interface AwsDnsZoneArgs extends DnsZoneArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** The provider of us-east-1. */
  readonly atEdge: aws.Provider;
  /** How long the log of queries is kept, days. */
  readonly logRetentionDays: number;
}

/**
 * Authorities that may issue for the domain: Amazon for CloudFront, Let's Encrypt for the ingress.
 * https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html, https://letsencrypt.org/docs/caa/
 */
const authorities = ["amazon.com", "letsencrypt.org"] as const;

/** How long a resolver keeps what never moves, and a proof that may be asked for again, seconds. */
const steadyTtl = 3600;
const provingTtl = 300;

/** Zone of all of CloudFront's names: https://docs.aws.amazon.com/general/latest/gr/cf_region.html */
const cloudFrontZoneId = "Z2FDTNDATAQYW2";

/** {@link DnsZone} in Route 53, signed, with a log of what it was asked. */
export class AwsDnsZone extends pulumi.ComponentResource implements DnsZone {
  readonly domain: string;
  readonly nameServers: pulumi.Output<readonly string[]>;
  readonly acmeSolver: pulumi.Output<AcmeSolver>;
  readonly recordsSolver: DnsZone["recordsSolver"];
  readonly zoneArn: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
  private readonly region: string;

  constructor(name: string, args: AwsDnsZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:DnsZone", name, {}, opts);
    const { domain, region, accountId, logRetentionDays, protect = true } = args;
    const inEdgeRegion = { parent: this, provider: args.atEdge };

    const zone = new aws.route53.Zone(
      name,
      // what else wrote records, such as an ACME solver that was stopped, must not keep an unprotected zone alive
      { name: domain, comment: `public zone of ${domain}`, forceDestroy: !protect },
      { parent: this, protect },
    );
    signZone(`${name}-dnssec`, { zone, accountId, protect }, inEdgeRegion);
    logQueries(
      `${name}-queries`,
      { zone, accountId, retentionDays: logRetentionDays, protect },
      inEdgeRegion,
    );
    new aws.route53.Record(
      `${name}-authorities`,
      {
        zoneId: zone.zoneId,
        name: domain,
        type: "CAA",
        ttl: steadyTtl,
        records: authorities.map((authority) => `0 issue "${authority}"`),
      },
      { parent: this },
    );

    this.domain = domain;
    this.region = region;
    this.zoneArn = zone.arn;
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
    // the id spares the solver a search over all zones, and the permission for it:
    // https://cert-manager.io/docs/configuration/acme/dns01/route53/
    this.acmeSolver = zone.zoneId.apply((hostedZoneID): AcmeSolver => ({
      route53: { region, hostedZoneID },
    }));
    this.recordsSolver = {
      flags: { provider: "aws", "aws-zone-type": "public", "zone-id-filter": zone.zoneId },
      // nothing asks the node where it stands
      environment: { AWS_REGION: region },
    };
    this.registerOutputs({ nameServers: this.nameServers });
  }

  grantRecords(
    name: string,
    { to, kept }: { readonly to: WorkloadIdentity; readonly kept: readonly string[] },
    opts: pulumi.ComponentResourceOptions,
  ): void {
    new aws.iam.RolePolicy(
      name,
      {
        role: to.principal,
        policy: recordsPolicy(this.zoneArn, [...kept, "_acme-challenge.*"]),
      },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
  }

  grantAcme(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): void {
    const key = (of: string): string => `route53:ChangeResourceRecordSets${of}`;
    const policy = policyDocument([
      {
        Sid: "WriteChallenges",
        Effect: "Allow",
        Action: "route53:ChangeResourceRecordSets",
        Resource: this.zoneArn,
        // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
        Condition: {
          "ForAllValues:StringLike": {
            [key("NormalizedRecordNames")]: [
              `_acme-challenge.${this.domain}`,
              `_acme-challenge.*.${this.domain}`,
            ],
          },
          "ForAllValues:StringEquals": {
            [key("RecordTypes")]: ["TXT"],
            [key("Actions")]: ["UPSERT", "DELETE"],
          },
          // where a key is missing, ForAllValues holds
          Null: {
            [key("NormalizedRecordNames")]: "false",
            [key("RecordTypes")]: "false",
            [key("Actions")]: "false",
          },
        },
      },
      {
        Sid: "ReadZone",
        Effect: "Allow",
        Action: "route53:ListResourceRecordSets",
        Resource: this.zoneArn,
      },
      {
        Sid: "WaitForChange",
        Effect: "Allow",
        Action: "route53:GetChange",
        Resource: "arn:aws:route53:::change/*",
      },
    ]);
    new aws.iam.RolePolicy(
      name,
      { role: to.principal, policy },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
  }

  point(
    name: string,
    { host, loadBalancer }: { readonly host: string; readonly loadBalancer: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
  ): aws.route53.Record {
    return this.alias(name, { host, type: "A", target: loadBalancer }, opts);
  }

  /** Makes the record by which a certificate authority knows that the zone is ours. */
  prove(
    name: string,
    proof: {
      readonly host: pulumi.Input<string>;
      readonly type: pulumi.Input<string>;
      readonly value: pulumi.Input<string>;
    },
    opts: pulumi.ComponentResourceOptions,
  ): aws.route53.Record {
    const { host, type, value } = proof;
    return new aws.route53.Record(
      name,
      { zoneId: this.zoneId, name: host, type, ttl: provingTtl, records: [value] },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
  }

  /** Gives a name of the zone the addresses of CloudFront or of a load balancer in the stack's region. */
  alias(
    name: string,
    {
      host,
      type,
      target,
    }: { readonly host: string; readonly type: "A" | "AAAA"; readonly target: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
  ): aws.route53.Record {
    if (host !== this.domain && !host.endsWith(`.${this.domain}`)) {
      throw new RangeError(`host: expected ${this.domain} or a name below it, got "${host}"`);
    }
    const explicit = { ...opts, provider: explicitProvider(this, "aws") };
    const balancers = (loadBalancerType: "network" | "application"): pulumi.Output<string> =>
      aws.lb.getHostedZoneIdOutput(
        { loadBalancerType, region: this.region },
        { parent: this, provider: explicit.provider },
      ).id;
    const [network, application] = [balancers("network"), balancers("application")];
    const zoneId = pulumi.all([target, network, application]).apply(([of, ofNetwork, ofApplication]) => {
      if (of.endsWith(".cloudfront.net")) return cloudFrontZoneId;
      // a network load balancer's name has the region after "elb": https://docs.aws.amazon.com/general/latest/gr/elb.html
      return of.endsWith(".elb.amazonaws.com") ? ofApplication : ofNetwork;
    });
    return new aws.route53.Record(
      name,
      {
        zoneId: this.zoneId,
        name: host,
        type,
        aliases: [{ name: target, zoneId, evaluateTargetHealth: false }],
      },
      explicit,
    );
  }
}

/**
 * May make and change addresses, aliases and notes of a zone, but none of the names that are kept.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
 */
function recordsPolicy(zoneArn: pulumi.Input<string>, kept: readonly string[]): pulumi.Output<string> {
  const key = (of: string): string => `route53:ChangeResourceRecordSets${of}`;
  const write = { Action: "route53:ChangeResourceRecordSets", Resource: zoneArn };
  return policyDocument([
    {
      Sid: "WriteRecords",
      Effect: "Allow",
      ...write,
      Condition: {
        "ForAllValues:StringEquals": {
          [key("RecordTypes")]: ["A", "AAAA", "CNAME", "TXT"],
          [key("Actions")]: ["CREATE", "UPSERT"],
        },
        // where a key is missing, ForAllValues holds
        Null: { [key("RecordTypes")]: "false", [key("Actions")]: "false" },
      },
    },
    {
      Sid: "KeepOwnNames",
      Effect: "Deny",
      ...write,
      Condition: { "ForAnyValue:StringLike": { [key("NormalizedRecordNames")]: [...kept] } },
    },
    { Sid: "ReadZone", Effect: "Allow", Action: "route53:ListResourceRecordSets", Resource: zoneArn },
    // it looks for its zone among all of them, and a list has no resource
    { Sid: "FindZone", Effect: "Allow", Action: "route53:ListHostedZones", Resource: "*" },
  ]);
}

/** The zone as this cloud made it. */
export function awsDnsZone(zone: DnsZone): AwsDnsZone {
  if (!(zone instanceof AwsDnsZone)) {
    throw new Error(`zone: expected a zone of this cloud, got a ${zone.constructor.name}`);
  }
  return zone;
}
