import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policyDocument";

/** Services that nodes, pods and the cluster's add-ons call, reached without NAT by an interface endpoint each. */
export const interfaceServices = [
  "autoscaling",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "kms",
  "logs",
  "secretsmanager",
  "sqs",
  "ssm",
  "ssmmessages",
  "sts",
] as const;
export type InterfaceService = (typeof interfaceServices)[number];

/** Services whose endpoint is a route, free of charge. */
const gatewayServices = ["dynamodb", "s3"] as const;

/** Of the interface services, those that hold data and take a policy of ours; some others refuse any but AWS's own. */
const dataServices: ReadonlySet<InterfaceService> = new Set(["kms", "logs", "secretsmanager", "sqs"]);

/** Arguments of {@link endpoints}. */
export interface EndpointsArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Block whose addresses may call, the whole network's. */
  readonly cidr: string;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** Services to reach by an interface endpoint; about 7 USD a month each and zone (us-east-1, 2026). */
  readonly services: readonly InterfaceService[];
  /** Where the interface endpoints stand: one subnet a zone. */
  readonly subnetIds: pulumi.Input<string[]>;
  /** Route tables that learn the way to the gateway endpoints. */
  readonly routeTableIds: pulumi.Input<string[]>;
}

/** Private ways to AWS's own services: gateways to S3 and DynamoDB always, interfaces as asked. */
export function endpoints(
  name: string,
  args: EndpointsArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  gateways(name, args, opts);
  if (args.services.length > 0) {
    interfaces(name, args, opts);
  }
}

function gateways(
  name: string,
  { vpcId, region, accountId, routeTableIds }: EndpointsArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  for (const service of gatewayServices) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds,
        policy: policyDocument([
          ourPrincipals({ accountId, resources: "ours" }),
          ...(service === "s3" ? [anyonesDownloads] : []),
        ]),
      },
      opts,
    );
  }
}

function interfaces(
  name: string,
  { vpcId, cidr, region, accountId, services, subnetIds }: EndpointsArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const securityGroup = new aws.ec2.SecurityGroup(
    name,
    { vpcId, description: "Interface endpoints: HTTPS from the network", tags: { Name: name } },
    opts,
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-https`,
    {
      securityGroupId: securityGroup.id,
      description: "HTTPS from the network",
      cidrIpv4: cidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    },
    opts,
  );
  for (const service of services) {
    new aws.ec2.VpcEndpoint(
      `${name}-${service.replace(".", "-")}`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds,
        securityGroupIds: [securityGroup.id],
        ...(dataServices.has(service)
          ? { policy: policyDocument([ourPrincipals({ accountId, resources: "any" })]) }
          : {}),
      },
      opts,
    );
  }
}

/** Credentials of this account only, so that none brought in from elsewhere carries data out. */
function ourPrincipals({
  accountId,
  resources,
}: {
  readonly accountId: string;
  readonly resources: "ours" | "any";
}): aws.iam.PolicyStatement {
  return {
    Sid: "OwnAccount",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: "*",
    Resource: "*",
    Condition: {
      StringEquals: {
        "aws:PrincipalAccount": accountId,
        ...(resources === "ours" ? { "aws:ResourceAccount": accountId } : {}),
      },
    },
  };
}

/** Layers of container images (ECR's, registry.k8s.io's) and packages lie in others' buckets, read unsigned or by them. */
const anyonesDownloads: aws.iam.PolicyStatement = {
  Sid: "Downloads",
  Effect: "Allow",
  Principal: { AWS: "*" },
  Action: "s3:GetObject",
  Resource: "*",
};
