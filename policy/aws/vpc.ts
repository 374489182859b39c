import { mustBeOneOf } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";

/** The VPC, and the component that makes one where its children can't be seen. */
const vpcs = ["aws:ec2/vpc:Vpc", "awsx:ec2:Vpc"] as const;

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

export const noAutoPublicIp = resourceRule({
  id: "aws-vpc-subnet-no-public-ip",
  title: "Subnets hand out no public addresses",
  severity: "high",
  description:
    "A machine put in the wrong subnet is then on the internet without anyone having asked for it.",
  remedy: "Leave mapPublicIpOnLaunch false: load balancers and NAT gateways bring their own addresses.",
  controls: { soc2: ["CC6.6"] },
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
