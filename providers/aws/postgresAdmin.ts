import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import { maxCidrKey } from "./storeAccess";

/** The password a server starts with, and what puts it under rotation once the server stands. */
export interface AdminPassword {
  /** Inputs of the server. */
  readonly inputs: Pick<
    aws.rds.InstanceArgs,
    "manageMasterUserPassword" | "masterUserSecretKmsKeyId" | "passwordWo" | "passwordWoVersion"
  >;
  readonly rotate: (server: aws.rds.Instance, securityGroup: aws.ec2.SecurityGroup) => void;
}

/** Arguments of {@link adminPassword}. */
export interface AdminPasswordArgs {
  readonly network: Network;
  /** Key of the secret. */
  readonly keyArn: pulumi.Input<string>;
  readonly username: string;
  readonly port: number;
  readonly region: string;
  /** Whether the server gets read replicas. */
  readonly replicated: boolean;
  readonly protect: boolean;
}

/** Longest name Lambda takes. */
const maxFunctionName = 64;

/** How often a password of our own changes, days: as often as RDS changes its own. */
const rotationDays = 7;

/**
 * AWS's own rotation function for PostgreSQL, from the Serverless Application Repository; the account and the version are
 * those that aws-cdk-lib 2.276 installs.
 */
const rotationApplication = {
  applicationId:
    "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSPostgreSQLRotationSingleUser",
  semanticVersion: "1.1.671",
} as const;

/**
 * The administrator's password: RDS makes, keeps and rotates it, where it can.
 *
 * RDS does not make read replicas of a server whose password it keeps
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html, limitations). Such a server starts
 * with one of ours, which Secrets Manager replaces at once and then each week: the one in the stack's state, encrypted
 * like every secret there, is no longer valid when the update ends.
 */
export function adminPassword(
  name: string,
  args: AdminPasswordArgs,
  opts: { readonly parent: pulumi.Resource },
): AdminPassword {
  if (!args.replicated) {
    return {
      inputs: { manageMasterUserPassword: true, masterUserSecretKmsKeyId: args.keyArn },
      rotate: () => undefined,
    };
  }
  const provider = new random.Provider(`${name}-random`, {}, opts);
  const first = new random.RandomPassword(name, { length: 40, special: false }, { ...opts, provider });
  return {
    // write-only, so that neither state nor drift detection has to do with it after the first time
    inputs: { passwordWo: first.result, passwordWoVersion: 1 },
    rotate: (server, securityGroup) => {
      rotateWeekly(name, { ...args, server, securityGroup, password: first.result }, opts);
    },
  };
}

interface RotationArgs extends AdminPasswordArgs {
  readonly server: aws.rds.Instance;
  /** Group of the server, which lets the function in. */
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly password: pulumi.Output<string>;
}

function rotateWeekly(name: string, args: RotationArgs, opts: { readonly parent: pulumi.Resource }): void {
  const { server, username, port, password, keyArn, protect } = args;
  const secret = new aws.secretsmanager.Secret(
    name,
    { description: `Administrator of PostgreSQL ${name}`, kmsKeyId: keyArn },
    { ...opts, protect },
  );
  const version = new aws.secretsmanager.SecretVersion(
    name,
    {
      secretId: secret.id,
      // the keys that the function reads
      secretStringWo: pulumi.jsonStringify({
        engine: "postgres",
        host: server.address,
        port,
        username,
        password,
      }),
      secretStringWoVersion: 1,
    },
    opts,
  );
  const rotation = rotationFunction(`${name}-rotation`, args, opts);
  new aws.secretsmanager.SecretRotation(
    name,
    {
      secretId: secret.id,
      rotationLambdaArn: rotation.outputs.apply((outputs) => outputs["RotationLambdaARN"] ?? ""),
      rotationRules: { automaticallyAfterDays: rotationDays },
      rotateImmediately: true,
    },
    { ...opts, dependsOn: [version] },
  );
}

/** The function, in the nodes' subnets, where the network has its endpoint of Secrets Manager. */
function rotationFunction(
  name: string,
  { network, port, region, securityGroup, keyArn }: RotationArgs,
  opts: { readonly parent: pulumi.Resource },
): aws.serverlessrepository.CloudFormationStack {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.networkId, description: "Rotation of PostgreSQL's administrator" },
    opts,
  );
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-database`,
    {
      securityGroupId: group.id,
      description: "PostgreSQL",
      referencedSecurityGroupId: securityGroup.id,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    },
    opts,
  );
  for (const cidr of network.workloadCidrs) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-secrets-${physicalName(maxCidrKey, cidr)}`,
      {
        securityGroupId: group.id,
        description: "Endpoint of Secrets Manager",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      opts,
    );
  }
  return new aws.serverlessrepository.CloudFormationStack(
    name,
    {
      ...rotationApplication,
      capabilities: ["CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"],
      parameters: {
        endpoint: `https://secretsmanager.${region}.amazonaws.com`,
        functionName: physicalName(maxFunctionName, name),
        kmsKeyArn: keyArn,
        vpcSecurityGroupIds: group.id,
        vpcSubnetIds: network.privateSubnetIds.apply((ids) => ids.join(",")),
      },
    },
    opts,
  );
}
