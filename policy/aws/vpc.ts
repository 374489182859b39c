import { isOpenToAll, isPrivateBlock, mustBeOneOf } from "../check";
import { always, fromStaging, inProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointingAt, pointsAt, type PlacedResource, type Stack } from "../stack";

/** The VPC, and the component that makes one where its children can't be seen. */
const vpcs = ["aws:ec2/vpc:Vpc", "awsx:ec2:Vpc"] as const;

/** Where databases and caches stand. */
const storeSubnets = ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"] as const;

export const dataAclClosed = stackRule({
  id: "aws-vpc-data-acl-closed",
  title: "Network ACLs keep the internet away from stores",
  severity: "high",
  description:
    "The default network ACL lets everything through, so that one wrong security group is enough to put a database in reach of the internet or to carry its content out.",
  remedy:
    "Give the stores' subnets an aws.ec2.NetworkAcl whose allowing rules, ingress and egress, name private blocks alone.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.4"] },
  levels: fromStaging,
  types: storeSubnets,
  check: (group, stack) => {
    const subnets = group.props.subnetIds ?? [];
    const acls = stack
      .ofType("aws:ec2/networkAcl:NetworkAcl")
      .filter((acl) => (acl.props.subnetIds ?? []).some((subnet) => subnets.includes(subnet)));
    const fenced = new Set(acls.flatMap((acl) => acl.props.subnetIds ?? []));
    const bare = subnets.filter((subnet) => !fenced.has(subnet));
    return [
      bare.length > 0 && `no NetworkAcl is about its subnets ${bare.join(", ")}`,
      ...acls.flatMap((acl) =>
        openBlocks(acl, stack).map((block) => `its NetworkAcl ${acl.name} allows ${block}`),
      ),
    ];
  },
});

/** Blocks that are none of one's own which the ACL allows, by rules within it or beside it: `ingress from 0.0.0.0/0`. */
function openBlocks(acl: PlacedResource<"aws:ec2/networkAcl:NetworkAcl">, stack: Stack): readonly string[] {
  const { ingress = [], egress = [] } = acl.props;
  const within = [
    ...ingress.map((rule) => ({ ...rule, way: "ingress from" })),
    ...egress.map((rule) => ({ ...rule, way: "egress to" })),
  ].filter(({ action }) => action === "allow");
  const beside = stack
    .ofType("aws:ec2/networkAclRule:NetworkAclRule")
    .filter((rule) => rule.props.ruleAction === "allow" && pointsAt(rule, "networkAclId", acl, ["id"]))
    .map(({ props: { cidrBlock, ipv6CidrBlock, egress: out } }) => ({
      cidrBlock,
      ipv6CidrBlock,
      way: out === true ? "egress to" : "ingress from",
    }));
  return [...within, ...beside].flatMap(({ cidrBlock, ipv6CidrBlock, way }) =>
    [cidrBlock !== "" && !isPrivateBlock(cidrBlock) && cidrBlock, isOpenToAll(ipv6CidrBlock) && ipv6CidrBlock]
      .filter((block) => typeof block === "string")
      .map((block) => `${way} ${block}`),
  );
}

export const defaultSecurityGroup = stackRule({
  id: "aws-vpc-default-sg-closed",
  title: "The VPC's default security group lets nothing through",
  severity: "medium",
  description:
    "What is launched without a security group gets the default one, in which everything may speak to everything.",
  remedy: "Adopt it as an aws.ec2.DefaultSecurityGroup with empty ingress and egress.",
  controls: { cisAws: ["6.5"], soc2: ["CC6.6"] },
  levels: always,
  types: vpcs,
  applies: (vpc, stack) => !stack.hasChildOfType(vpc, "aws:ec2/vpc:Vpc"),
  check: (vpc, stack) => {
    const adopted = stack
      .ofType("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
      .find((group) => pointsAt(group, "vpcId", vpc, ["id", "vpcId"]));
    if (!adopted) return "no DefaultSecurityGroup adopts this VPC's";
    const { ingress = [], egress = [] } = adopted.props;
    return (
      ingress.length + egress.length > 0 &&
      `its DefaultSecurityGroup has ${ingress.length} ingress and ${egress.length} egress rules, expected none`
    );
  },
});

export const flowLogs = stackRule({
  id: "aws-vpc-flow-logs",
  title: "The VPC logs its traffic",
  severity: "medium",
  description: "Without flow logs there is no telling afterwards who spoke to whom.",
  remedy: 'Add an aws.ec2.FlowLog of the VPC with trafficType "ALL".',
  controls: { cisAws: ["4.7"], soc2: ["CC7.2", "CC7.3"], gdpr: ["32(1)(d)"] },
  levels: fromStaging,
  settings: {
    trafficTypes: {
      schema: { type: "array", items: { type: "string" }, description: "Traffic types that are enough." },
      values: { dev: ["ALL", "REJECT"], staging: ["ALL"], prod: ["ALL"] },
    },
  },
  types: vpcs,
  applies: (vpc, stack) => !stack.hasChildOfType(vpc, "aws:ec2/vpc:Vpc"),
  check: (vpc, stack, { trafficTypes }) => {
    const logs = stack
      .ofType("aws:ec2/flowLog:FlowLog")
      .filter((log) => pointsAt(log, "vpcId", vpc, ["id", "vpcId"]));
    if (logs.length === 0) return "no FlowLog is about this VPC";
    return (
      !logs.some((log) => trafficTypes.includes(log.props.trafficType ?? "")) &&
      mustBeOneOf(logs[0]?.props.trafficType, trafficTypes, "its FlowLog's trafficType")
    );
  },
});

/** Whether a VPC has isolated subnets alone: as awsx is asked for them, or as it tags those that it has made. */
function isForStoresOnly(vpc: PlacedResource<(typeof vpcs)[number]>, stack: Stack): boolean {
  const { props } = vpc;
  const asked: readonly { readonly type?: string }[] =
    "subnetSpecs" in props ? (props.subnetSpecs ?? []) : [];
  const made = pointingAt(stack, "aws:ec2/subnet:Subnet", "vpcId", vpc);
  const types = [
    ...asked.map(({ type }) => type),
    ...made.map((subnet) => subnet.props.tags?.["SubnetType"]),
  ];
  return types.length > 0 && types.every((type) => type === "Isolated");
}

export const endpoints = stackRule({
  id: "aws-vpc-endpoints",
  title: "AWS's services are called without the internet",
  severity: "medium",
  description:
    "Images, keys, logs and secrets then stay within AWS's network, and a policy can say that they come from nowhere else.",
  remedy: "Add an aws.ec2.VpcEndpoint for each service asked.",
  controls: { cisAws: ["6.8"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  settings: {
    services: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Services with an endpoint, by what follows the region in their name.",
      },
      values: {
        dev: ["s3"],
        staging: ["s3"],
        prod: ["ecr.api", "ecr.dkr", "kms", "logs", "s3", "secretsmanager", "sts"],
      },
    },
  },
  types: vpcs,
  // stores call no service by themselves, and where there is nothing but isolated subnets nothing else stands
  applies: (vpc, stack) => !stack.hasChildOfType(vpc, "aws:ec2/vpc:Vpc") && !isForStoresOnly(vpc, stack),
  check: (vpc, stack, { services }) => {
    const there = pointingAt(stack, "aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId", vpc).map(
      ({ props }) => props.serviceName ?? "",
    );
    return services
      .filter((service) => !there.some((name) => name.endsWith(`.${service}`)))
      .map((service) => `no VpcEndpoint of ${service} is in this VPC`);
  },
});

export const noAutoPublicIp = resourceRule({
  id: "aws-vpc-subnet-no-public-ip",
  title: "Subnets hand out no public addresses",
  severity: "high",
  description:
    "A machine put in the wrong subnet is then on the internet without anyone having asked for it.",
  remedy: "Leave mapPublicIpOnLaunch false: load balancers and NAT gateways bring their own addresses.",
  controls: { soc2: ["CC6.6"], pciDss: ["1.4.1"] },
  levels: fromStaging,
  types: ["aws:ec2/subnet:Subnet"],
  // where internet-facing load balancers stand; awsx maps public addresses there and can't be told otherwise
  applies: ({ props }) => props.tags?.["kubernetes.io/role/elb"] !== "1",
  check: ({ props }) =>
    props.mapPublicIpOnLaunch === true && "mapPublicIpOnLaunch is true, expected false or not set",
});

export const noDefaultVpc = resourceRule({
  id: "aws-vpc-no-default-vpc",
  title: "Nothing adopts the default VPC",
  severity: "high",
  description: "The default VPC's subnets are all public, and every account and region has the same one.",
  remedy: "Build on the platform's own network and take aws.ec2.DefaultVpc out.",
  controls: { soc2: ["CC6.6"] },
  levels: always,
  types: ["aws:ec2/defaultVpc:DefaultVpc"],
  check: () => "the default VPC is adopted",
});
