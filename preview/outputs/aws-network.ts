import { createHash } from "node:crypto";
import type * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
import { ChildResource, computes, type Registered, type Row } from "./table";

/** A remote VPC's arguments, as far as its outputs follow from them: `awsx.ec2.VpcArgs`, plain. */
interface VpcInputs {
  readonly cidrBlock: string;
  readonly subnetSpecs: readonly {
    readonly type: awsx.types.enums.ec2.SubnetType;
    readonly name: string;
    readonly cidrBlocks: readonly string[];
  }[];
  readonly natGateways?: { readonly strategy?: awsx.types.enums.ec2.NatGatewayStrategy };
}

/**
 * `awsx.ec2.Vpc` with explicit blocks: a subnet and a route table for each.
 *
 * Of the resources that it hands out, these are the ones the program reads: the SDK looks up each by itself, at some
 * milliseconds a piece. Reading another is an error that this row answers with a line more.
 */
export const vpcRow: Row = computes<awsx.ec2.Vpc>()((registered) => {
  const { name, region, account, hex } = registered;
  const { cidrBlock, subnetSpecs, natGateways } = vpcInputs(registered);
  const { strategy = "OnePerAz" } = natGateways ?? {};
  const arnOf = (resource: string): string => `arn:aws:ec2:${region}:${account}:${resource}`;
  // awsx names a subnet and what belongs to it after the subnet's spec and the number of its zone
  const subnets = subnetSpecs.flatMap(({ type, name: spec, cidrBlocks }) =>
    cidrBlocks.map((_, zone) => ({ type, name: `${name}-${spec}-${String(zone + 1)}` })),
  );
  const idOf = (prefix: string, subnet: string): string =>
    `${prefix}-${createHash("sha256")
      .update(`${hex(64)} ${prefix} ${subnet}`)
      .digest("hex")
      .slice(0, 17)}`;
  const idsOf = (type: awsx.types.enums.ec2.SubnetType): string[] =>
    subnets.filter((subnet) => subnet.type === type).map((subnet) => idOf("subnet", subnet.name));

  const vpcId = `vpc-${hex(17)}`;
  const vpcState: Outputs<aws.ec2.Vpc> = { arn: arnOf(`vpc/${vpcId}`), cidrBlock, ownerId: account };
  return {
    vpcId,
    vpc: new ChildResource("aws:ec2/vpc:Vpc", name, vpcId, vpcState),
    publicSubnetIds: idsOf("Public"),
    privateSubnetIds: idsOf("Private"),
    isolatedSubnetIds: idsOf("Isolated"),
    natGateways: gatewaysOf(subnets, strategy).map((subnet) => {
      const id = idOf("nat", subnet.name);
      const state: Outputs<aws.ec2.NatGateway> = { subnetId: idOf("subnet", subnet.name) };
      return new ChildResource("aws:ec2/natGateway:NatGateway", subnet.name, id, state);
    }),
    routeTables: subnets.map((subnet) => {
      const id = idOf("rtb", subnet.name);
      const state: Outputs<aws.ec2.RouteTable> = { arn: arnOf(`route-table/${id}`), ownerId: account, vpcId };
      return new ChildResource("aws:ec2/routeTable:RouteTable", subnet.name, id, state);
    }),
  };
});

/** The public subnets in which NAT gateways stand. */
function gatewaysOf<T extends { readonly type: string }>(
  subnets: readonly T[],
  strategy: awsx.types.enums.ec2.NatGatewayStrategy,
): readonly T[] {
  const inPublic = subnets.filter(({ type }) => type === "Public");
  return inPublic.slice(0, { None: 0, Single: 1, OnePerAz: inPublic.length }[strategy]);
}

/** Plain text outputs of a class, by their names. */
type Outputs<R> = { readonly [K in keyof R]?: string };

function vpcInputs({ name, inputs }: Registered): VpcInputs {
  const { cidrBlock, subnetSpecs, natGateways } = inputs as Partial<VpcInputs>;
  const explicit = subnetSpecs?.every((spec: Partial<(typeof subnetSpecs)[number]>) =>
    Array.isArray(spec.cidrBlocks),
  );
  if (cidrBlock === undefined || subnetSpecs === undefined || explicit !== true) {
    throw new Error(`awsx:ec2:Vpc ${name}: expected a block and explicit blocks of each subnet, got others`);
  }
  return { cidrBlock, subnetSpecs, ...(natGateways !== undefined && { natGateways }) };
}
