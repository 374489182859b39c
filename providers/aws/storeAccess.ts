import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import type { PortRange } from "../../components/platform/networkPolicy";

/** How long a store's logs are kept, days: a year, as SOC 2 and the CIS benchmarks read it. */
export const storeLogRetentionDays = 365;

/** Longest key that a CIDR block makes: `255-255-255-255-32`. */
export const maxCidrKey = 18;

/**
 * The security group of a store: a port or a range, from nodes and pods of the network, and nothing out. A group that Pulumi
 * makes without rules has none, not even EC2's rule that lets everything out.
 */
export function storeSecurityGroup(
  name: string,
  {
    network,
    port,
    description,
  }: { readonly network: Network; readonly port: PortRange; readonly description: string },
  opts: { readonly parent: pulumi.Resource },
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(name, { vpcId: network.networkId, description }, opts);
  const { from, to } = typeof port === "number" ? { from: port, to: port } : port;
  for (const cidr of network.workloadCidrs) {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-${physicalName(maxCidrKey, cidr)}`,
      {
        securityGroupId: group.id,
        description: "Nodes and pods",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: from,
        toPort: to,
      },
      opts,
    );
  }
  return group;
}
