import type { ResourceOf } from "../resource";

/** What lets something in by a security group: the group's own rules, and those that stand beside it. */
export const ingressTypes = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
] as const;

/** What lets something out by one. */
export const egressTypes = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
] as const;

/** A range of ports, and the blocks of addresses that it is open to. */
export interface Opening {
  readonly cidrs: readonly unknown[];
  readonly from: number;
  readonly to: number;
  /** True for a rule about every protocol. */
  readonly everything: boolean;
}

const allPorts = { from: 0, to: 65_535, everything: true };

/** What a resource lets in. */
export function ingressOf(resource: ResourceOf<(typeof ingressTypes)[number]>): readonly Opening[] {
  switch (resource.type) {
    case "aws:ec2/securityGroup:SecurityGroup":
      return (resource.props.ingress ?? []).map(inlineRule);
    case "aws:ec2/securityGroupRule:SecurityGroupRule":
      return resource.props.type === "ingress" ? [inlineRule(resource.props)] : [];
    case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
      return [standaloneRule(resource.props)];
  }
}

/** What a resource lets out. */
export function egressOf(resource: ResourceOf<(typeof egressTypes)[number]>): readonly Opening[] {
  switch (resource.type) {
    case "aws:ec2/securityGroup:SecurityGroup":
      return (resource.props.egress ?? []).map(inlineRule);
    case "aws:ec2/securityGroupRule:SecurityGroupRule":
      return resource.props.type === "egress" ? [inlineRule(resource.props)] : [];
    case "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":
      return [standaloneRule(resource.props)];
  }
}

/** True where the range holds the port. */
export function holdsPort({ from, to }: Opening, port: number): boolean {
  return from <= port && port <= to;
}

function inlineRule(rule: {
  readonly protocol?: string | undefined;
  readonly fromPort?: number | undefined;
  readonly toPort?: number | undefined;
  readonly cidrBlocks?: readonly string[] | undefined;
  readonly ipv6CidrBlocks?: readonly string[] | undefined;
}): Opening {
  const { protocol, cidrBlocks, ipv6CidrBlocks } = rule;
  return { cidrs: [...(cidrBlocks ?? []), ...(ipv6CidrBlocks ?? [])], ...portsOf(protocol, rule) };
}

function standaloneRule(rule: {
  readonly ipProtocol?: string | undefined;
  readonly fromPort?: number | undefined;
  readonly toPort?: number | undefined;
  readonly cidrIpv4?: string | undefined;
  readonly cidrIpv6?: string | undefined;
}): Opening {
  const cidrs = [rule.cidrIpv4, rule.cidrIpv6].filter((cidr) => cidr !== undefined);
  return { cidrs, ...portsOf(rule.ipProtocol, rule) };
}

function portsOf(
  protocol: string | undefined,
  { fromPort, toPort }: { readonly fromPort?: number | undefined; readonly toPort?: number | undefined },
): Omit<Opening, "cidrs"> {
  return protocol === "-1"
    ? allPorts
    : { from: fromPort ?? allPorts.from, to: toPort ?? allPorts.to, everything: false };
}
