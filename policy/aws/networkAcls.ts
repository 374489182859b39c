import { isOpenToAll } from "../check";
import { always } from "../levels";
import { adminPorts } from "../ports";
import type { ResourceOf } from "../resource";
import { resourceRule } from "../rule";

const types = ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"] as const;

/** FTP's two, and those by which people sign in to machines. */
const refused = [20, 21, ...adminPorts];

/** A rule that lets something in. */
interface Inbound {
  readonly blocks: readonly unknown[];
  readonly from: number;
  readonly to: number;
  /** Lower ones come first, and the first that matches decides. */
  readonly number: number;
}

/** 6 and 17 are the numbers of TCP and UDP; -1 is every protocol, whose ports are not looked at. */
const withPorts = ["6", "tcp", "17", "udp"];

/** What an ACL, or a rule beside one, lets in by TCP or UDP. */
function inboundOf(resource: ResourceOf<(typeof types)[number]>): readonly Inbound[] {
  const rules =
    resource.type === "aws:ec2/networkAcl:NetworkAcl"
      ? (resource.props.ingress ?? []).filter(({ action }) => action === "allow")
      : resource.props.ruleAction === "allow" && resource.props.egress !== true
        ? [resource.props]
        : [];
  return rules.flatMap((rule) => {
    const { protocol = "-1", cidrBlock, ipv6CidrBlock, fromPort = 0, toPort = 65_535 } = rule;
    const facts = {
      blocks: [cidrBlock, ipv6CidrBlock],
      number: ("ruleNo" in rule ? rule.ruleNo : "ruleNumber" in rule ? rule.ruleNumber : undefined) ?? 0,
    };
    if (protocol === "-1" || protocol === "all") return [{ ...facts, from: 0, to: 65_535 }];
    return withPorts.includes(protocol) ? [{ ...facts, from: fromPort, to: toPort }] : [];
  });
}

/**
 * Whether an earlier rule of the ACL refuses the port to everybody. Ranges that answers come back by (AWS, ephemeral ports: 1024 to
 * 65535 behind a NAT gateway) hold Remote Desktop's: a rule beside an ACL, whose neighbours are resources of their own, may be one.
 */
function isDenied(resource: ResourceOf<(typeof types)[number]>, port: number, before: number): boolean {
  if (resource.type !== "aws:ec2/networkAcl:NetworkAcl") {
    const { fromPort = 0, toPort = 0 } = resource.props;
    return port >= 1024 && fromPort >= 1024 && toPort === 65_535;
  }
  return (resource.props.ingress ?? []).some(
    ({ action, ruleNo = 0, protocol = "-1", cidrBlock, ipv6CidrBlock, fromPort = 0, toPort = 65_535 }) =>
      action === "deny" &&
      ruleNo < before &&
      [cidrBlock, ipv6CidrBlock].some(isOpenToAll) &&
      (protocol === "-1" ||
        protocol === "all" ||
        (withPorts.includes(protocol) && fromPort <= port && port <= toPort)),
  );
}

export const noAdminPorts = resourceRule({
  id: "aws-vpc-nacl-no-admin-ports",
  title: "Network ACLs let nobody sign in to machines from the internet",
  severity: "high",
  description:
    "The ACL is what still holds when a security group is wrong: SSH, Remote Desktop and FTP have no business with the internet.",
  remedy: "Leave ports 20, 21, 22 and 3389 out of the ranges that 0.0.0.0/0 and ::/0 are allowed.",
  controls: { cisAws: ["6.2"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.2"] },
  levels: always,
  types,
  check: (resource) =>
    inboundOf(resource)
      .filter(({ blocks }) => blocks.some(isOpenToAll))
      .flatMap(({ from, to, number }) =>
        refused.filter((port) => from <= port && port <= to && !isDenied(resource, port, number)),
      )
      .map((port) => `port ${port} is allowed from everywhere`),
});
