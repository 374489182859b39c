import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";

const anywhere = "0.0.0.0/0";

/** Networks that are open, and machines in them. */
export function networkAndMachines(opts: CustomResourceOptions): void {
  const vpc = new aws.ec2.Vpc("office", { cidrBlock: "10.0.0.0/16" }, opts);
  const subnet = new aws.ec2.Subnet(
    "office-a",
    { vpcId: vpc.id, cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: true },
    opts,
  );
  new aws.ec2.DefaultSecurityGroup(
    "office-default",
    { vpcId: vpc.id, ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] },
    opts,
  );
  const everywhere = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [anywhere], description: "all" };
  const bastion = new aws.ec2.SecurityGroup(
    "bastion",
    {
      vpcId: vpc.id,
      description: "machines for the team",
      ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [anywhere], description: "ssh" }],
      egress: [everywhere],
    },
    opts,
  );
  new aws.ec2.SecurityGroupRule(
    "desktop",
    {
      type: "ingress",
      securityGroupId: bastion.id,
      protocol: "tcp",
      fromPort: 3389,
      toPort: 3389,
      ipv6CidrBlocks: ["::/0"],
      description: "remote desktop",
    },
    opts,
  );
  const data = new aws.ec2.SecurityGroup("data", { vpcId: vpc.id, description: "databases" }, opts);
  new aws.vpc.SecurityGroupIngressRule(
    "data-postgres",
    {
      securityGroupId: data.id,
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      cidrIpv4: anywhere,
      description: "postgres",
    },
    opts,
  );
  const acl = new aws.ec2.NetworkAcl("office", { vpcId: vpc.id, subnetIds: [subnet.id] }, opts);
  new aws.ec2.NetworkAclRule(
    "office-in",
    {
      networkAclId: acl.id,
      ruleNumber: 100,
      protocol: "tcp",
      ruleAction: "allow",
      cidrBlock: anywhere,
      fromPort: 3389,
      toPort: 3389,
    },
    opts,
  );
  machines(subnet, bastion, opts);
  balancer({ vpc, subnet, bastion }, opts);
}

function machines(subnet: aws.ec2.Subnet, group: aws.ec2.SecurityGroup, opts: CustomResourceOptions): void {
  new aws.ec2.Instance(
    "desk",
    {
      ami: "ami-0123456789abcdef0",
      instanceType: "t3.large",
      subnetId: subnet.id,
      vpcSecurityGroupIds: [group.id],
      associatePublicIpAddress: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "optional" },
      rootBlockDevice: { encrypted: false },
      userData: "#!/bin/sh\nexport AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n",
      monitoring: false,
    },
    opts,
  );
  new aws.ec2.LaunchTemplate(
    "nodes",
    {
      imageId: "ami-0123456789abcdef0",
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "optional", httpPutResponseHopLimit: 3 },
      networkInterfaces: [{ associatePublicIpAddress: "true" }],
    },
    opts,
  );
  new aws.ebs.Volume("scratch", { availabilityZone: "eu-west-1a", size: 100, encrypted: false }, opts);
  new aws.ebs.EncryptionByDefault("disks", { enabled: false }, opts);
  new aws.ebs.SnapshotBlockPublicAccess("snapshots", { state: "unblocked" }, opts);
}

interface Place {
  readonly vpc: aws.ec2.Vpc;
  readonly subnet: aws.ec2.Subnet;
  readonly bastion: aws.ec2.SecurityGroup;
}

function balancer({ vpc, subnet, bastion }: Place, opts: CustomResourceOptions): void {
  const front = new aws.lb.LoadBalancer(
    "front",
    {
      loadBalancerType: "application",
      internal: false,
      subnets: [subnet.id],
      securityGroups: [bastion.id],
      dropInvalidHeaderFields: false,
      enableDeletionProtection: false,
    },
    opts,
  );
  const web = new aws.lb.TargetGroup("web", { vpcId: vpc.id, port: 80, protocol: "HTTP" }, opts);
  const forward = [{ type: "forward", targetGroupArn: web.arn }];
  new aws.lb.Listener(
    "front-plain",
    { loadBalancerArn: front.arn, port: 80, protocol: "HTTP", defaultActions: forward },
    opts,
  );
  new aws.lb.Listener(
    "front-tls",
    {
      loadBalancerArn: front.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-2016-08",
      certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/front",
      defaultActions: forward,
    },
    opts,
  );
  new aws.cloudfront.Distribution(
    "site",
    {
      enabled: true,
      origins: [
        {
          originId: "front",
          domainName: front.dnsName,
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "http-only",
            originSslProtocols: ["SSLv3"],
          },
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "front",
        viewerProtocolPolicy: "allow-all",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/site",
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1",
      },
    },
    opts,
  );
}
