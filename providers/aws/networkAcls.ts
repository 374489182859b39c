import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type RegionPlan, type Tier, tiers } from "../../components/network/plan";

/** Arguments of {@link networkAcls}. */
export interface NetworkAclsArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Block of the whole network. */
  readonly cidr: string;
  /** Blocks of the tiers. */
  readonly blocks: RegionPlan;
  /** Of the tiers that the network has. */
  readonly subnetIds: Readonly<Partial<Record<Tier, pulumi.Input<string[]>>>>;
}

/** A rule of either direction. */
type Rule = Omit<aws.types.input.ec2.NetworkAclIngress, "ruleNo" | "action">;

const anywhere = "0.0.0.0/0";

/**
 * Ports to which answers from the internet come, NAT gateways and nodes using 1024 to 65535. RDP's is left out, as CIS
 * AWS Foundations 6.2 (EC2.21 of Security Hub) asks; of the connections a NAT gateway opens, one in 64,512 picks that
 * port and has to be tried again.
 */
const answerPorts: readonly (readonly [number, number])[] = [
  [1024, 3388],
  [3390, 65535],
];

/**
 * One network ACL a tier, the fence behind the security groups: stores speak to nodes and pods and to each other, not to
 * load balancers, NAT gateways or the internet, whatever a security group says.
 */
export function networkAcls(
  name: string,
  { vpcId, cidr, blocks, subnetIds }: NetworkAclsArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const fromNetworkAndAnswers = [everythingOf(cidr), ...visitors(), ...answers()];
  const storesAndTheirClients = [everythingOf(blocks.nodes), everythingOf(blocks.data)];
  const rules: Readonly<
    Record<Tier, { readonly ingress: readonly Rule[]; readonly egress: readonly Rule[] }>
  > = {
    public: { ingress: fromNetworkAndAnswers, egress: [everythingOf(anywhere)] },
    // visitors reach pods from their own address, which the load balancer keeps, and answers come back through NAT
    private: { ingress: fromNetworkAndAnswers, egress: [everythingOf(anywhere)] },
    data: { ingress: storesAndTheirClients, egress: storesAndTheirClients },
  };

  for (const tier of tiers) {
    const { ingress, egress } = rules[tier];
    const within = subnetIds[tier];
    if (within === undefined) continue;
    new aws.ec2.NetworkAcl(
      `${name}-${tier}`,
      {
        vpcId,
        subnetIds: within,
        ingress: numbered(ingress),
        egress: numbered(egress),
        tags: { Name: `${name}-${tier}` },
      },
      opts,
    );
  }
}

/** What load balancers listen on, and the ingress controller's pods behind them. */
function visitors(): Rule[] {
  return [80, 443].map((port) => ({ protocol: "tcp", cidrBlock: anywhere, fromPort: port, toPort: port }));
}

/** What comes back from the internet, an ACL knowing no connections. */
function answers(): Rule[] {
  const ports = ["tcp", "udp"].flatMap((protocol) =>
    answerPorts.map(([fromPort, toPort]) => ({ protocol, cidrBlock: anywhere, fromPort, toPort })),
  );
  // "fragmentation needed", without which a path of smaller packets swallows large ones
  const fragmentation = {
    protocol: "icmp",
    cidrBlock: anywhere,
    fromPort: 0,
    toPort: 0,
    icmpType: 3,
    icmpCode: 4,
  };
  return [...ports, fragmentation];
}

function everythingOf(cidrBlock: string): Rule {
  return { protocol: "-1", cidrBlock, fromPort: 0, toPort: 0 };
}

/** Numbers a hundred apart, so that a rule can be put between by hand in an incident. */
function numbered(rules: readonly Rule[]): aws.types.input.ec2.NetworkAclIngress[] {
  return rules.map((rule, place) => ({ ...rule, action: "allow", ruleNo: (place + 1) * 100 }));
}
