import * as gcp from "@pulumi/gcp";
import * as mongodbatlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import {
  type AtlasAccess,
  type AtlasIdentityProvider,
  type AtlasProject,
  atlasProject,
  atlasUser,
} from "../../components/data/atlas";
import { atlasAlerts } from "../../components/data/atlasAlerts";
import { atlasCluster, atlasTier, privateHosts } from "../../components/data/atlasCluster";
import { checkMongo, type Mongo, type MongoArgs, mongoDatabase, mongoUri } from "../../components/data/mongo";
import type { Access, Admission, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Destination } from "../../components/platform/networkPolicy";
import { atlasRegion } from "./atlasRegions";
import { gcpIdentity } from "./identity";
import { GcpKey } from "./key";
import { type GcpNetwork, gcpNetwork } from "./network";
import type { GcpPlacement, GcpProject } from "./project";
import { type GcpRecoveryPlace, gcpRecovery } from "./recovery";

/** Arguments of a {@link GcpMongo}. */
export interface GcpMongoArgs extends MongoArgs, GcpPlacement {
  readonly atlas: AtlasAccess;
}

/**
 * Ports of an endpoint, of which each node behind it has its own.
 * https://www.mongodb.com/docs/atlas/security-private-endpoint/#port-ranges-used-for-private-endpoints
 */
const endpointPorts = { from: 1024, to: 65535 } as const;

/**
 * {@link Mongo} on MongoDB Atlas, on Google Cloud: reached over Private Service Connect, encrypted with a key of ours that
 * Atlas's own service account uses, its users the workloads' service accounts, by tokens that Google signs.
 *
 * With a region that takes over, two more nodes stand there, and an endpoint that pods of the stack's own region reach too,
 * as a driver has to reach every node. Atlas knows one key a project: it is one of that region then, so that with the
 * stack's own region the key is not lost. Nodes that run need it no more than once.
 */
export class GcpMongo extends pulumi.ComponentResource implements Mongo {
  readonly uri: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly project: AtlasProject;
  private readonly clusterName: pulumi.Output<string>;
  private readonly identityProvider: AtlasIdentityProvider;

  constructor(name: string, args: GcpMongoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Mongo", name, {}, opts);
    const { machine, atlas, region, project: gcpProject, protect = true } = args;
    checkMongo(args);
    const tier = atlasTier(machine);
    const network = gcpNetwork(args.network);
    const recovery = args.recovery === undefined ? undefined : gcpRecovery(args.recovery);
    if (atlas.identityProvider === undefined) {
      throw new Error("atlas.identityProvider: expected who proves to Atlas who a workload is, got nothing");
    }

    const project = atlasProject(name, atlas, { parent: this, protect });
    const encryption = encryptionAtRest(
      name,
      { project, gcpProject, keyRegion: recovery?.region ?? region, away: recovery !== undefined, protect },
      { parent: this },
    );
    const links = endpoints(name, { project, gcpProject, network, region, recovery }, { parent: this });
    const cluster = atlasCluster(name, {
      ...args,
      project,
      cloud: "GCP",
      region: atlasRegion(region),
      recoveryRegion: recovery === undefined ? undefined : atlasRegion(recovery.region),
      backupLock: atlas.backupLock,
      ready: [encryption, ...links],
      protect,
    });
    atlasAlerts(`${name}-alert`, project, tier, atlas);

    this.project = project;
    this.clusterName = cluster.name;
    this.identityProvider = atlas.identityProvider;
    this.uri = mongoUri(privateHosts(cluster), {
      authMechanism: "MONGODB-OIDC",
      // the driver asks the metadata server for a token of the pod's service account
      authMechanismProperties: `ENVIRONMENT:gcp,TOKEN_RESOURCE:${encodeURIComponent(atlas.identityProvider.audience)}`,
      authSource: "%24external",
      retryWrites: "true",
      w: "majority",
    });
    const recoveryCidrs = recovery === undefined ? [] : [recovery.endpointCidr];
    this.destinations = [{ cidrs: [...network.dataCidrs, ...recoveryCidrs], ports: [endpointPorts] }];
    this.connection = { MONGODB_URI: this.uri, MONGODB_DATABASE: pulumi.output(mongoDatabase) };
    this.registerOutputs({ connection: this.connection });
  }

  /** Makes the identity's service account a user, known by the subject of its tokens. */
  grant(name: string, to: WorkloadIdentity, access: Access, opts: pulumi.CustomResourceOptions): Admission {
    const username = pulumi.interpolate`${this.identityProvider.id}/${gcpIdentity(to).uniqueId}`;
    const { project, clusterName } = this;
    atlasUser(name, { project, clusterName, access, identity: { username, oidcAuthType: "USER" } }, opts);
    return {};
  }
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** Lets the service account that Atlas has for the project use a key of ours, and tells the project of it. */
function encryptionAtRest(
  name: string,
  {
    project: { id: projectId, options },
    gcpProject,
    keyRegion,
    away,
    protect,
  }: {
    readonly project: AtlasProject;
    readonly gcpProject: GcpProject;
    readonly keyRegion: string;
    /** Whether that is the region that takes over. */
    readonly away: boolean;
    readonly protect: boolean;
  },
  opts: Child,
): mongodbatlas.EncryptionAtRest {
  const setup = new mongodbatlas.CloudProviderAccessSetup(
    `${name}-access`,
    { projectId, providerName: "GCP" },
    options,
  );
  const member = setup.gcpConfigs.apply(([config]) => {
    if (config === undefined) throw new Error("gcpConfigs: expected Atlas's service account, got nothing");
    return `serviceAccount:${config.serviceAccountForAtlas}`;
  });
  const keyName = away ? `${name}-recovery-key` : `${name}-key`;
  const key = new GcpKey(
    keyName,
    { region: keyRegion, project: gcpProject, protect, users: { atlas: member } },
    opts,
  );
  // it also looks at the key, to see that it can be used
  const viewer = new gcp.kms.CryptoKeyIAMMember(
    `${keyName}-atlas-viewer`,
    { cryptoKeyId: key.keyId, role: "roles/cloudkms.viewer", member },
    opts,
  );
  const authorization = new mongodbatlas.CloudProviderAccessAuthorization(
    `${name}-access`,
    { projectId, roleId: setup.roleId },
    options,
  );
  return new mongodbatlas.EncryptionAtRest(
    name,
    {
      projectId,
      googleCloudKmsConfig: {
        enabled: true,
        keyVersionResourceId: key.primaryVersion,
        roleId: authorization.roleId,
      },
    },
    { ...options, dependsOn: [...key.grants, viewer] },
  );
}

/** An endpoint in the stack's own VPC to the nodes of each region, open to its pods wherever they are. */
function endpoints(
  name: string,
  {
    project: { id: projectId, options },
    gcpProject,
    network,
    region,
    recovery,
  }: {
    readonly project: AtlasProject;
    readonly gcpProject: GcpProject;
    readonly network: GcpNetwork;
    readonly region: string;
    readonly recovery: GcpRecoveryPlace | undefined;
  },
  opts: Child,
): mongodbatlas.PrivateLinkEndpointService[] {
  const places = [
    { at: region, subnetwork: network.dataSubnetIds.apply(only) },
    ...(recovery === undefined ? [] : [{ at: recovery.region, subnetwork: recovery.endpointSubnetId }]),
  ];
  return places.map(({ at, subnetwork }) => {
    const service = new mongodbatlas.PrivateLinkEndpoint(
      `${name}-${at}`,
      // one address for all nodes, each with a port of its own
      { projectId, providerName: "GCP", region: atlasRegion(at), portMappingEnabled: true },
      options,
    );
    const address = new gcp.compute.Address(
      `${name}-${at}`,
      { region: at, addressType: "INTERNAL", subnetwork },
      opts,
    );
    const rule = new gcp.compute.ForwardingRule(
      `${name}-${at}`,
      {
        region: at,
        network: network.networkId,
        ipAddress: address.id,
        target: service.serviceAttachmentNames.apply(only),
        // none, where the target is a service of another
        loadBalancingScheme: "",
        allowPscGlobalAccess: true,
      },
      opts,
    );
    return new mongodbatlas.PrivateLinkEndpointService(
      `${name}-${at}`,
      {
        projectId,
        privateLinkId: service.privateLinkId,
        providerName: "GCP",
        endpointServiceId: rule.name,
        privateEndpointIpAddress: address.address,
        gcpProjectId: gcpProject.projectId,
      },
      options,
    );
  });
}

/** Of the endpoints' subnets there is one, and with mapped ports one service for all nodes. */
function only([first, ...more]: readonly string[]): string {
  if (first === undefined || more.length > 0) {
    throw new Error(
      `endpoint: expected one subnet and one service, got ${first === undefined ? 0 : 1 + more.length}`,
    );
  }
  return first;
}
