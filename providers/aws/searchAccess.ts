import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Access } from "../../components/identity/workloadIdentity";
import type { Network } from "../../components/network/network";
import { physicalName } from "../../components/names";
import { type FunctionPlace, functionPlace, ownFunction } from "./ownFunction";
import { maxCidrKey } from "./storeAccess";

type Opts = { readonly parent: pulumi.Resource };

/** Arguments of {@link accessPlace}. */
export interface AccessPlaceArgs {
  /** The domain, by the name that it will have. */
  readonly domainArn: string;
  readonly logRetentionDays: number;
  readonly region: string;
  readonly accountId: string;
  readonly protect: boolean;
}

/** As whom the domain's tables of users are written: a role before the domain, which is made with it as its master. */
export function accessPlace(
  name: string,
  { domainArn, ...args }: AccessPlaceArgs,
  opts: Opts,
): FunctionPlace {
  return functionPlace(
    name,
    {
      ...args,
      description: `Master of the domain of ${name}: writes who may do what`,
      managedPolicies: {
        // to stand in the network, where alone the domain answers
        network: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
      },
      statements: [
        {
          Sid: "Users",
          Effect: "Allow",
          Action: ["es:ESHttpDelete", "es:ESHttpPut"],
          Resource: `${domainArn}/_plugins/_security/api/*`,
        },
      ],
    },
    opts,
  );
}

/** Arguments of {@link accessFunction}. */
export interface AccessFunctionArgs {
  readonly network: Network;
  /** Host of the domain. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly place: FunctionPlace;
}

/** The function that writes the tables; it reaches the stores' port, and nothing else. */
export function accessFunction(
  name: string,
  { network, host, port, place }: AccessFunctionArgs,
  opts: Opts,
): aws.lambda.Function {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.networkId, description: `Function that lets workloads into ${name}` },
    opts,
  );
  for (const cidr of network.dataCidrs) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-${physicalName(maxCidrKey, cidr)}`,
      {
        securityGroupId: group.id,
        description: "Stores",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
      },
      opts,
    );
  }
  return ownFunction(
    name,
    {
      description: "Says in a domain of OpenSearch what an IAM role may do",
      file: "searchAccess.cjs",
      place,
      environment: { variables: { SEARCH_HOST: host } },
      vpcConfig: { subnetIds: network.privateSubnetIds, securityGroupIds: [group.id] },
      timeout: 60,
    },
    opts,
  );
}

/** Arguments of {@link letIntoIndices}. */
export interface LetIntoArgs {
  readonly writer: aws.lambda.Function;
  /** Name in the domain's tables. */
  readonly user: string;
  readonly access: Access;
  readonly roleArn: pulumi.Input<string>;
}

/** Has the function run as the grant is made, changed and taken away. */
export function letIntoIndices(
  name: string,
  { writer, user, access, roleArn }: LetIntoArgs,
  opts: pulumi.ComponentResourceOptions,
): aws.lambda.Invocation {
  return new aws.lambda.Invocation(
    name,
    {
      functionName: writer.name,
      input: pulumi.jsonStringify({ user, access, roleArn }),
      lifecycleScope: "CRUD",
    },
    opts,
  );
}
