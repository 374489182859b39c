import { isOpenToAll, isWithin } from "../check";
import { always } from "../levels";
import { adminPorts } from "../ports";
import type { ResourceOf } from "../resource";
import { resourceRule } from "../rule";

const types = ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"] as const;

/** FTP's two, and those by which people sign in to machines. */
const refused = [20, 21, ...adminPorts];

/** By name and by number; every protocol holds every port. Others, such as ICMP, have none. */
const protocols: Readonly<Record<string, "tcp" | "udp" | "all" | undefined>> = {
  "6": "tcp",
  tcp: "tcp",
  "17": "udp",
  udp: "udp",
  "-1": "all",
  all: "all",
};

/** A rule about what comes in, within an ACL or beside it. */
interface Inbound {
  readonly action: string | undefined;
  readonly protocol: "tcp" | "udp" | "all" | undefined;
  readonly blocks: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Lower ones come first, and the first that matches decides. */
  readonly number: number;
}

function inboundOf(resource: ResourceOf<(typeof types)[number]>): readonly Inbound[] {
  if (resource.type === "aws:ec2/networkAcl:NetworkAcl")
    return resource.props.ingress?.map((rule) => inbound(rule, rule.action, rule.ruleNo)) ?? [];
  const { props } = resource;
  return props.egress === true ? [] : [inbound(props, props.ruleAction, props.ruleNumber)];
}

function inbound(
  rule: {
    readonly protocol?: string | undefined;
    readonly cidrBlock?: string | undefined;
    readonly ipv6CidrBlock?: string | undefined;
    readonly fromPort?: number | undefined;
    readonly toPort?: number | undefined;
  },
  action: string | undefined,
  number = 0,
): Inbound {
  const protocol = protocols[rule.protocol ?? "all"];
  const { fromPort = 0, toPort = 65_535 } = protocol === "all" ? {} : rule;
  const blocks = [rule.cidrBlock, rule.ipv6CidrBlock].filter((block) => block !== undefined);
  return { action, protocol, blocks, from: fromPort, to: toPort, number };
}

function holds({ protocol, from, to }: Inbound, port: number): boolean {
  return protocol !== undefined && from <= port && port <= to;
}

/** Whether the rule refuses the port to all whom a later one lets in: by TCP, without which nobody signs in, where that is of both. */
function refuses(rule: Inbound, allowing: Inbound, port: number): boolean {
  const asked = allowing.protocol === "all" ? "tcp" : allowing.protocol;
  return (
    rule.action === "deny" &&
    rule.number < allowing.number &&
    (rule.protocol === "all" || rule.protocol === asked) &&
    holds(rule, port) &&
    allowing.blocks.filter(isOpenToAll).every((block) => isWithin(block, rule.blocks))
  );
}

/**
 * Ranges that answers come back by (AWS, ephemeral ports: 1024 to 65535 behind a NAT gateway) hold Remote Desktop's: a rule beside an
 * ACL, whose neighbours are resources of their own, may be one.
 */
function isForAnswers({ from, to }: Inbound): boolean {
  return from >= 1024 && to === 65_535;
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
  check: (resource) => {
    const rules = inboundOf(resource);
    const isBeside = resource.type !== "aws:ec2/networkAcl:NetworkAcl";
    return rules
      .filter(({ action, blocks }) => action === "allow" && blocks.some(isOpenToAll))
      .filter((rule) => !(isBeside && isForAnswers(rule)))
      .flatMap((rule) =>
        refused.filter((port) => holds(rule, port) && !rules.some((other) => refuses(other, rule, port))),
      )
      .map((port) => `port ${port} is allowed from everywhere`);
  },
});
