import * as aws from "@pulumi/aws";
import * as mongodbatlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { type AtlasAccess, type AtlasProject, atlasProject, atlasUser } from "../../components/data/atlas";
import { atlasAlerts } from "../../components/data/atlasAlerts";
import { atlasCluster, atlasTier, privateHosts } from "../../components/data/atlasCluster";
import { checkMongo, type Mongo, type MongoArgs, mongoDatabase, mongoUri } from "../../components/data/mongo";
import type { Access, Admission, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Network } from "../../components/network/network";
import type { Destination } from "../../components/platform/networkPolicy";
import { awsIdentity } from "./identity";
import { AwsKey } from "./key";
import { type AwsRecoveryPlace, awsRecovery } from "./recovery";
import { awsRole } from "./role";
import { storeSecurityGroup } from "./storeAccess";

/** Arguments of an {@link AwsMongo}. */
export interface AwsMongoArgs extends MongoArgs {
  readonly atlas: AtlasAccess;
  readonly region: string;
  /** Account of the network, the key and the workloads' roles, 12 digits. */
  readonly accountId: string;
}

/**
 * Ports of an endpoint: Atlas gives each node behind it one, and another as nodes come and go.
 * https://www.mongodb.com/docs/atlas/security-private-endpoint/#port-ranges-used-for-private-endpoints
 */
const endpointPorts = { from: 1024, to: 65535 } as const;

/**
 * {@link Mongo} on MongoDB Atlas, on AWS: reached over PrivateLink, encrypted with a key of ours that Atlas uses by a role,
 * its users the workloads' IAM roles.
 *
 * With a region that takes over, two more nodes stand there and an endpoint in the stack's own VPC leads to them as well, as
 * a driver has to reach every node. Atlas knows one key a project: it is one of that region then, so that with the stack's
 * own region the key is not lost. Nodes that run need it no more than once.
 */
export class AwsMongo extends pulumi.ComponentResource implements Mongo {
  readonly uri: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly project: AtlasProject;
  private readonly clusterName: pulumi.Output<string>;
  private readonly accountId: string;

  constructor(name: string, args: AwsMongoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Mongo", name, {}, opts);
    const { network, machine, atlas, region, accountId, protect = true } = args;
    checkMongo(args);
    const tier = atlasTier(machine);
    const recovery = args.recovery === undefined ? undefined : awsRecovery(args.recovery);

    const project = atlasProject(name, atlas, { parent: this, protect });
    const encryption = encryptionAtRest(
      name,
      { project, region, accountId, recovery, protect },
      { parent: this },
    );
    const links = endpoints(name, { project, network, region, recovery }, { parent: this });
    const cluster = atlasCluster(name, {
      ...args,
      project,
      cloud: "AWS",
      region: atlasRegion(region),
      recoveryRegion: recovery === undefined ? undefined : atlasRegion(recovery.region),
      backupLock: atlas.backupLock,
      ready: [encryption, ...links],
      protect,
    });
    atlasAlerts(`${name}-alert`, project, tier, atlas);

    this.project = project;
    this.clusterName = cluster.name;
    this.accountId = accountId;
    this.uri = mongoUri(privateHosts(cluster), {
      authMechanism: "MONGODB-AWS",
      authSource: "%24external",
      retryWrites: "true",
      w: "majority",
    });
    this.destinations = [{ cidrs: network.dataCidrs, ports: [endpointPorts] }];
    this.connection = { MONGODB_URI: this.uri, MONGODB_DATABASE: pulumi.output(mongoDatabase) };
    this.registerOutputs({ connection: this.connection });
  }

  /** Makes the identity's role a user: a driver signs in with the role's own credentials. */
  grant(name: string, to: WorkloadIdentity, access: Access, opts: pulumi.CustomResourceOptions): Admission {
    const username = pulumi.interpolate`arn:aws:iam::${this.accountId}:role/${awsIdentity(to).principal}`;
    const { project, clusterName } = this;
    atlasUser(name, { project, clusterName, access, identity: { username, awsIamType: "ROLE" } }, opts);
    return {};
  }
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** AWS's `us-east-1` is Atlas's `US_EAST_1`. */
export function atlasRegion(region: string): string {
  return region.toUpperCase().replaceAll("-", "_");
}

/** Lets Atlas use a key of ours, by a role that it alone can assume, and tells the project of it. */
function encryptionAtRest(
  name: string,
  {
    project: { id: projectId, options },
    region,
    accountId,
    recovery,
    protect,
  }: {
    readonly project: AtlasProject;
    readonly region: string;
    readonly accountId: string;
    readonly recovery: AwsRecoveryPlace | undefined;
    readonly protect: boolean;
  },
  opts: Child,
): mongodbatlas.EncryptionAtRest {
  const keyRegion = recovery?.region ?? region;
  const key = new AwsKey(
    recovery === undefined ? `${name}-key` : `${name}-recovery-key`,
    {
      purpose: `MongoDB ${name}: the keys of nodes and snapshots on Atlas`,
      services: [],
      account: accountId,
      region: keyRegion,
      protect,
    },
    { ...opts, ...(recovery !== undefined && { providers: [recovery.provider] }) },
  );
  const setup = new mongodbatlas.CloudProviderAccessSetup(
    `${name}-access`,
    { projectId, providerName: "AWS" },
    options,
  );
  const atlas = setup.awsConfigs.apply(([config]) => {
    if (config === undefined) throw new Error("awsConfigs: expected Atlas's own account, got nothing");
    return config;
  });
  const { role, permissions } = awsRole(
    `${name}-atlas`,
    {
      description: `MongoDB Atlas: the key of ${name}`,
      trust: [
        {
          Effect: "Allow",
          Principal: { AWS: atlas.atlasAwsAccountArn },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": atlas.atlasAssumedRoleExternalId } },
        },
      ],
      statements: [
        {
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
          Resource: key.arn,
        },
      ],
    },
    opts,
  );
  const authorization = new mongodbatlas.CloudProviderAccessAuthorization(
    `${name}-access`,
    { projectId, roleId: setup.roleId, aws: { iamAssumedRoleArn: role.arn } },
    options,
  );
  return new mongodbatlas.EncryptionAtRest(
    name,
    {
      projectId,
      awsKmsConfig: {
        enabled: true,
        customerMasterKeyId: key.keyId,
        region: atlasRegion(keyRegion),
        roleId: authorization.roleId,
      },
    },
    { ...options, dependsOn: [...permissions] },
  );
}

/** An endpoint in the stack's own VPC to the nodes of each region: a replica set has one a region, and drivers need all. */
function endpoints(
  name: string,
  {
    project: { id: projectId, options },
    network,
    region,
    recovery,
  }: {
    readonly project: AtlasProject;
    readonly network: Network;
    readonly region: string;
    readonly recovery: AwsRecoveryPlace | undefined;
  },
  opts: Child,
): mongodbatlas.PrivateLinkEndpointService[] {
  const securityGroup = storeSecurityGroup(
    name,
    { network, port: endpointPorts, description: `MongoDB ${name}: endpoints of Atlas` },
    opts,
  );
  return [region, ...(recovery === undefined ? [] : [recovery.region])].map((at) => {
    const away = at !== region;
    const service = new mongodbatlas.PrivateLinkEndpoint(
      `${name}-${at}`,
      {
        projectId,
        providerName: "AWS",
        region: atlasRegion(at),
        ...(away && { supportedRemoteRegions: [atlasRegion(region)] }),
      },
      options,
    );
    const endpoint = new aws.ec2.VpcEndpoint(
      `${name}-${at}`,
      {
        vpcId: network.networkId,
        serviceName: service.endpointServiceName,
        ...(away && { serviceRegion: at }),
        vpcEndpointType: "Interface",
        subnetIds: network.dataSubnetIds,
        securityGroupIds: [securityGroup.id],
        tags: { Name: `${name}-${at}` },
      },
      opts,
    );
    return new mongodbatlas.PrivateLinkEndpointService(
      `${name}-${at}`,
      {
        projectId,
        privateLinkId: service.privateLinkId,
        endpointServiceId: endpoint.id,
        providerName: "AWS",
      },
      options,
    );
  });
}
