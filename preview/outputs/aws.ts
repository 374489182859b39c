import type * as aws from "@pulumi/aws";
import { vpcRow } from "./aws-network";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that the AWS network, bucket and key register. */
export const outputs: OutputTable = {
  "awsx:ec2:Vpc": vpcRow,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": computes<aws.ec2.DefaultSecurityGroup>()((r) => ({
    ...ec2(r, "security-group", "sg"),
    name: "default",
    ownerId: r.account,
  })),
  "aws:ec2/flowLog:FlowLog": computes<aws.ec2.FlowLog>()((r) => ec2(r, "vpc-flow-log", "fl")),
  "aws:ec2/networkAcl:NetworkAcl": computes<aws.ec2.NetworkAcl>()((r) => ({
    ...ec2(r, "network-acl", "acl"),
    ownerId: r.account,
  })),
  "aws:ec2/securityGroup:SecurityGroup": computes<aws.ec2.SecurityGroup>()((r) => ({
    ...ec2(r, "security-group", "sg"),
    name: r.autoName,
    ownerId: r.account,
  })),
  "aws:ec2/vpcEndpoint:VpcEndpoint": computes<aws.ec2.VpcEndpoint>()((r) => ({
    ...ec2(r, "vpc-endpoint", "vpce"),
    ownerId: r.account,
    state: "available",
  })),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": computes<aws.vpc.SecurityGroupEgressRule>()(
    (r) => ({ ...ec2(r, "security-group-rule", "sgr"), securityGroupRuleId: `sgr-${r.hex(17)}` }),
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": computes<aws.vpc.SecurityGroupIngressRule>()(
    (r) => ({ ...ec2(r, "security-group-rule", "sgr"), securityGroupRuleId: `sgr-${r.hex(17)}` }),
  ),
  "aws:iam/rolePolicy:RolePolicy": computes<aws.iam.RolePolicy>()((r) => ({
    id: `${text(r, "role")}:${r.autoName}`,
    name: r.autoName,
  })),
  "aws:kms/alias:Alias": computes<aws.kms.Alias>()((r) => ({
    id: `alias/${r.autoName}`,
    name: `alias/${r.autoName}`,
    arn: `arn:aws:kms:${r.region}:${r.account}:alias/${r.autoName}`,
    targetKeyArn: `arn:aws:kms:${r.region}:${r.account}:key/${text(r, "targetKeyId")}`,
  })),
  "aws:kms/key:Key": computes<aws.kms.Key>()((r) => {
    const id = r.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return { id, keyId: id, arn: `arn:aws:kms:${r.region}:${r.account}:key/${id}` };
  }),
  "aws:s3/bucket:Bucket": computes<aws.s3.Bucket>()((r) => ({
    id: r.autoName,
    bucket: r.autoName,
    arn: `arn:aws:s3:::${r.autoName}`,
    bucketDomainName: `${r.autoName}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${r.autoName}.s3.${r.region}.amazonaws.com`,
    region: r.region,
  })),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
    computes<aws.s3.BucketLifecycleConfiguration>()(ofBucket),
  "aws:s3/bucketLogging:BucketLogging": computes<aws.s3.BucketLogging>()(ofBucket),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls":
    computes<aws.s3.BucketOwnershipControls>()(ofBucket),
  "aws:s3/bucketPolicy:BucketPolicy": computes<aws.s3.BucketPolicy>()(ofBucket),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":
    computes<aws.s3.BucketPublicAccessBlock>()(ofBucket),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    computes<aws.s3.BucketServerSideEncryptionConfiguration>()(ofBucket),
  "aws:s3/bucketVersioning:BucketVersioning": computes<aws.s3.BucketVersioning>()(ofBucket),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** Id and ARN of a resource of EC2. */
function ec2(
  { hex, region, account }: Registered,
  kind: string,
  prefix: string,
): { id: string; arn: string } {
  const id = `${prefix}-${hex(17)}`;
  return { id, arn: `arn:aws:ec2:${region}:${account}:${kind}/${id}` };
}

/** A part of a bucket's configuration has the bucket's name as its id. */
function ofBucket(registered: Registered): { id: string } {
  return { id: text(registered, "bucket") };
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
