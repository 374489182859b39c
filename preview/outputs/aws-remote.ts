import type * as aws from "@pulumi/aws";
import { accessEntryRow, accessPolicyRow } from "./aws-cluster";
import { computes, type OutputTable, type Registered } from "./table";

/**
 * Computed outputs of what the remote components of `@pulumi/awsx` and `@pulumi/eks` make. Only the real engine sees those
 * resources, so only the stand-in plugins read this part of the table.
 */
export const remoteOutputs: OutputTable = {
  "aws:ec2/vpc:Vpc": computes<aws.ec2.Vpc>()((r) => {
    const id = idOf(r, "vpc");
    return {
      ...id,
      arn: arnOf(r, `vpc/${id.id}`),
      ownerId: r.account,
      defaultNetworkAclId: `acl-${r.hex(17)}`,
      defaultRouteTableId: `rtb-${r.hex(17)}`,
      defaultSecurityGroupId: `sg-${r.hex(17)}`,
      mainRouteTableId: `rtb-${r.hex(17)}`,
    };
  }),
  "aws:ec2/internetGateway:InternetGateway": computes<aws.ec2.InternetGateway>()((r) => {
    const id = idOf(r, "igw");
    return { ...id, arn: arnOf(r, `internet-gateway/${id.id}`), ownerId: r.account };
  }),
  "aws:ec2/subnet:Subnet": computes<aws.ec2.Subnet>()((r) => {
    const id = idOf(r, "subnet");
    return { ...id, arn: arnOf(r, `subnet/${id.id}`), ownerId: r.account };
  }),
  "aws:ec2/routeTable:RouteTable": computes<aws.ec2.RouteTable>()((r) => {
    const id = idOf(r, "rtb");
    return { ...id, arn: arnOf(r, `route-table/${id.id}`), ownerId: r.account };
  }),
  "aws:ec2/eip:Eip": computes<aws.ec2.Eip>()((r) => {
    const id = idOf(r, "eipalloc");
    // 203.0.113.0/24 is for documentation (RFC 5737)
    const publicIp = `203.0.113.${String((parseInt(r.hex(2), 16) % 254) + 1)}`;
    return { ...id, allocationId: id.id, arn: arnOf(r, `elastic-ip/${id.id}`), publicIp };
  }),
  "aws:ec2/natGateway:NatGateway": computes<aws.ec2.NatGateway>()((r) => idOf(r, "nat")),
  "aws:eks/cluster:Cluster": computes<aws.eks.Cluster>()((r) => {
    const name = text(r, "name");
    const digits = r.hex(32).toUpperCase();
    return {
      id: name,
      arn: `arn:aws:eks:${r.region}:${r.account}:cluster/${name}`,
      endpoint: `https://${digits}.gr7.${r.region}.eks.amazonaws.com`,
      certificateAuthority: { data: Buffer.from(`certificate of ${name}`).toString("base64") },
      identities: [{ oidcs: [{ issuer: `https://oidc.eks.${r.region}.amazonaws.com/id/${digits}` }] }],
      platformVersion: "eks.1",
      status: "ACTIVE",
    };
  }),
  "aws:eks/accessEntry:AccessEntry": accessEntryRow,
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicyRow,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": computes<aws.iam.OpenIdConnectProvider>()((r) => {
    const arn = `arn:aws:iam::${r.account}:oidc-provider/${text(r, "url").replace("https://", "")}`;
    return { id: arn, arn };
  }),
};

function idOf({ hex }: Registered, prefix: string): { id: string } {
  return { id: `${prefix}-${hex(17)}` };
}

function arnOf({ region, account }: Registered, resource: string): string {
  return `arn:aws:ec2:${region}:${account}:${resource}`;
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
