import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../../components/containers/plan";
import { physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import type { Destination, PortRange } from "../../components/platform/networkPolicy";
import { explicitProvider } from "./explicit";
import { maxCidrKey } from "./storeAccess";

/** Whom a service speaks to. */
export interface ContainerTrafficArgs {
  readonly plan: ContainerPlan;
  readonly network: Network;
  readonly region: string;
  /** Where its stores answer. */
  readonly destinations: readonly Destination[];
  /** Groups of the services that it calls, by name. */
  readonly callees: Readonly<Record<string, aws.ec2.SecurityGroup>>;
  /** Group of the load balancer; `undefined` of a service without a route. */
  readonly front: aws.ec2.SecurityGroup | undefined;
}

const everywhere = "0.0.0.0/0";

/**
 * The security group of a service's tasks: in from the load balancer and from those that call it, out to those that it
 * calls, to its stores and to AWS's own APIs. Both ends of a call have a rule of it.
 */
export function containerTraffic(
  name: string,
  args: ContainerTrafficArgs,
  opts: { readonly parent: pulumi.ComponentResource },
): aws.ec2.SecurityGroup {
  const { plan, network, callees, front } = args;
  const { service, port, peers } = plan;
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.networkId, description: `Tasks of ${service}` },
    opts,
  );
  if (front !== undefined && port !== undefined) {
    passage(`${name}-front`, { from: front, to: group, port, who: ["Load balancer", service] }, opts);
  }
  for (const [callee, of] of Object.entries(callees)) {
    const calleePort = peers.callees[callee];
    if (calleePort === undefined) continue;
    passage(`${name}-${callee}`, { from: group, to: of, port: calleePort, who: [service, callee] }, opts);
  }
  outwards(name, group, args, opts);
  return group;
}

interface PassageArgs {
  readonly from: aws.ec2.SecurityGroup;
  readonly to: aws.ec2.SecurityGroup;
  readonly port: number;
  readonly who: readonly [from: string, to: string];
}

/** Lets one group out to another, and in there. */
function passage(
  name: string,
  { from, to, port, who: [caller, callee] }: PassageArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const ports = { ipProtocol: "tcp", fromPort: port, toPort: port };
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-out`,
    {
      securityGroupId: from.id,
      referencedSecurityGroupId: to.id,
      description: `To ${callee}`,
      ...ports,
    },
    opts,
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-in`,
    {
      securityGroupId: to.id,
      referencedSecurityGroupId: from.id,
      description: `From ${caller}`,
      ...ports,
    },
    opts,
  );
}

/** To what is no task: stores, AWS's APIs, and the internet for who may speak to it. */
function outwards(
  name: string,
  group: aws.ec2.SecurityGroup,
  { plan: { internetEgress = false }, network, region, destinations }: ContainerTrafficArgs,
  opts: { readonly parent: pulumi.ComponentResource },
): void {
  const allow = (
    key: string,
    description: string,
    to: Partial<aws.vpc.SecurityGroupEgressRuleArgs>,
    port: PortRange,
  ): void => {
    const range = typeof port === "number" ? { from: port, to: port } : port;
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-to-${key}`,
      {
        securityGroupId: group.id,
        description,
        ipProtocol: "tcp",
        fromPort: range.from,
        toPort: range.to,
        ...to,
      },
      opts,
    );
  };
  // images' layers and the bucket, by the gateway endpoint that each network has
  const s3 = aws.ec2.getManagedPrefixListOutput(
    { name: `com.amazonaws.${region}.s3` },
    { ...opts, provider: explicitProvider(opts.parent, "aws") },
  );
  allow("s3", "S3", { prefixListId: s3.id }, 443);
  for (const { cidr, port } of addresses(destinations)) {
    if (port === 443 && network.workloadCidrs.includes(cidr)) continue; // the endpoints, below
    const key = `${physicalName(maxCidrKey, cidr)}-${typeof port === "number" ? port : port.from}`;
    allow(key, "Stores", { cidrIpv4: cidr }, port);
  }
  const open = internetEgress || !network.privateApis;
  for (const cidr of open ? [] : network.workloadCidrs) {
    allow(
      `apis-${physicalName(maxCidrKey, cidr)}`,
      "AWS's APIs, by their endpoints",
      { cidrIpv4: cidr },
      443,
    );
  }
  // without endpoints AWS's APIs answer at public addresses
  if (open) allow("internet", "The internet", { cidrIpv4: everywhere }, 443);
  if (internetEgress) allow("internet-plain", "The internet", { cidrIpv4: everywhere }, 80);
}

interface Address {
  readonly cidr: string;
  readonly port: PortRange;
}

/** Each block and port once. What answers at AWS's public addresses is reached as its APIs are. */
function addresses(destinations: readonly Destination[]): readonly Address[] {
  const found = new Map<string, Address>();
  for (const destination of destinations) {
    if (!("cidrs" in destination)) continue;
    for (const cidr of destination.cidrs.filter((one) => one !== everywhere)) {
      for (const port of destination.ports) found.set(JSON.stringify([cidr, port]), { cidr, port });
    }
  }
  return [...found.values()];
}
