import * as mongodbatlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import type { MachineShape } from "../cluster/nodePools";
import { textIn } from "../cluster/upgrade";
import type { AtlasAccess, AtlasProject } from "./atlas";
import { checkMongoStep, type MongoArgs, mongoRecoveryNodes } from "./mongo";

/** A tier of Atlas. */
export interface AtlasTier {
  readonly name: string;
  /** Memory of a node, GiB. */
  readonly memoryGiB: number;
  /** Disk that it comes with, GB. */
  readonly diskGb: number;
}

/**
 * Tiers by vCPUs and GiB of memory, the same on AWS and Google Cloud; M general, R with twice the memory a vCPU.
 * https://www.mongodb.com/docs/atlas/reference/amazon-aws/, https://www.mongodb.com/docs/atlas/reference/google-gcp/
 */
const tiers: Readonly<Record<string, AtlasTier>> = {
  "2x8": { name: "M30", memoryGiB: 8, diskGb: 40 },
  "4x16": { name: "M40", memoryGiB: 16, diskGb: 80 },
  "8x32": { name: "M50", memoryGiB: 32, diskGb: 160 },
  "16x64": { name: "M60", memoryGiB: 64, diskGb: 320 },
  "2x16": { name: "R40", memoryGiB: 16, diskGb: 80 },
  "4x32": { name: "R50", memoryGiB: 32, diskGb: 160 },
  "8x64": { name: "R60", memoryGiB: 64, diskGb: 320 },
  "16x128": { name: "R80", memoryGiB: 128, diskGb: 750 },
};

/** @throws RangeError naming a shape that is no tier's */
export function atlasTier({ vcpus, memoryGiB }: MachineShape): AtlasTier {
  const tier = tiers[`${vcpus}x${memoryGiB}`];
  if (tier === undefined) {
    throw new RangeError(
      `machine: expected a tier of Atlas, 4 or 8 GiB a vCPU, got ${vcpus} vCPUs and ${memoryGiB} GiB`,
    );
  }
  return tier;
}

/** Arguments of {@link atlasCluster}. */
export interface AtlasClusterArgs extends Pick<
  MongoArgs,
  "version" | "machine" | "diskGiB" | "nodes" | "backupRetentionDays"
> {
  readonly project: AtlasProject;
  readonly cloud: "AWS" | "GCP";
  /** Region of the nodes, by Atlas's name. */
  readonly region: string;
  /** Region that takes over, by Atlas's name. */
  readonly recoveryRegion: string | undefined;
  readonly backupLock: AtlasAccess["backupLock"];
  /** What must stand before it: the key, and the endpoints that its addresses go by. */
  readonly ready: readonly pulumi.Resource[];
  readonly protect: boolean;
}

/** Its project has one cluster, so that a fixed name will do; Atlas takes no dash beyond the 22nd character of one. */
const clusterName = "main";

/** Priorities in an election: the highest there is for the stack's own region, the next for the other. */
const priorities = { own: 7, recovery: 6 } as const;

/** Hours that every node's log of operations reaches back: how long one may be away and still catch up. */
const oplogHours = 24;

/** A snapshot so often, hours, from which point-in-time recovery plays the log of operations on. */
const snapshotHours = 6;

/** When the day's snapshot is taken, UTC. */
const snapshotHour = 3;

/** Makes the replica set and its backups. */
export function atlasCluster(name: string, args: AtlasClusterArgs): mongodbatlas.AdvancedCluster {
  const { project, cloud, version, ready, protect } = args;
  const cluster = new mongodbatlas.AdvancedCluster(
    name,
    {
      projectId: project.id,
      name: clusterName,
      clusterType: "REPLICASET",
      mongoDbMajorVersion: version,
      // patches come by themselves, majors by the config alone
      versionReleaseSystem: "LTS",
      replicationSpecs: [{ regionConfigs: regionsOf(args) }],
      // what grew is not made smaller by an update
      useEffectiveFields: true,
      encryptionAtRestProvider: cloud,
      advancedConfiguration: {
        minimumEnabledTlsProtocol: "TLS1_2",
        javascriptEnabled: false,
        defaultWriteConcern: "majority",
        oplogMinRetentionHours: oplogHours,
      },
      redactClientLogData: true,
      backupEnabled: true,
      pitEnabled: true,
      terminationProtectionEnabled: protect,
      retainBackupsEnabled: protect,
      // a failed creation is looked into, and not deleted with what it may hold
      deleteOnCreateTimeout: false,
    },
    { ...project.options, dependsOn: [...ready], protect, hooks: guardVersion(name) },
  );
  backups(name, cluster, args);
  return cluster;
}

/** Nodes of the stack's own region, which Atlas spreads over its zones, and those of the region that takes over. */
function regionsOf({
  cloud,
  region,
  recoveryRegion,
  machine,
  diskGiB,
  nodes,
}: AtlasClusterArgs): mongodbatlas.types.input.AdvancedClusterReplicationSpecRegionConfig[] {
  const tier = atlasTier(machine);
  const of = (regionName: string, priority: number, nodeCount: number) => ({
    providerName: cloud,
    regionName,
    priority,
    electableSpecs: {
      instanceSize: tier.name,
      nodeCount,
      // on AWS a size is to be left out where it is the tier's own; on Google Cloud it is always said
      ...((cloud === "GCP" || diskGiB !== tier.diskGb) && { diskSizeGb: diskGiB }),
    },
    // grows at nine tenths, up to what the tier takes: fifty times its memory
    autoScaling: { diskGbEnabled: true, computeEnabled: false, computeScaleDownEnabled: false },
  });
  return [
    of(region, priorities.own, nodes),
    ...(recoveryRegion === undefined ? [] : [of(recoveryRegion, priorities.recovery, mongoRecoveryNodes)]),
  ];
}

const days = "days";

function backups(
  name: string,
  cluster: mongodbatlas.AdvancedCluster,
  { project, cloud, recoveryRegion, backupRetentionDays: retentionValue, backupLock }: AtlasClusterArgs,
): void {
  const kept = { retentionUnit: days, retentionValue };
  const policies = {
    policyItemHourly: { frequencyInterval: snapshotHours, ...kept },
    policyItemDaily: { frequencyInterval: 1, ...kept },
    restoreWindowDays: retentionValue,
  };
  const schedule = new mongodbatlas.CloudBackupSchedule(
    `${name}-backups`,
    {
      projectId: project.id,
      clusterName: cluster.name,
      referenceHourOfDay: snapshotHour,
      referenceMinuteOfHour: 0,
      ...policies,
      ...(recoveryRegion !== undefined && {
        copyPolicyItemsEnabled: true,
        copySettings: [
          {
            cloudProvider: cloud,
            regionName: recoveryRegion,
            zoneId: cluster.replicationSpecs.apply(zoneOf),
            shouldCopyOplogs: true,
            copyPolicyItems: ["hourly", "daily"].map((frequencyType) => ({ frequencyType, ...kept })),
          },
        ],
      }),
      // what is locked outlives the cluster
      skipDestroy: backupLock !== undefined,
    },
    project.options,
  );
  if (backupLock === undefined) return;
  new mongodbatlas.BackupCompliancePolicy(
    `${name}-backup-lock`,
    {
      projectId: project.id,
      authorizedEmail: backupLock.email,
      authorizedUserFirstName: backupLock.firstName,
      authorizedUserLastName: backupLock.lastName,
      copyProtectionEnabled: recoveryRegion !== undefined,
      encryptionAtRestEnabled: true,
      pitEnabled: true,
      ...policies,
      // what somebody takes by hand has no frequency
      onDemandPolicyItem: { frequencyInterval: 0, ...kept },
    },
    { ...project.options, protect: true, dependsOn: [schedule] },
  );
}

function zoneOf(specs: readonly mongodbatlas.types.output.AdvancedClusterReplicationSpec[]): string {
  const [spec] = specs;
  if (spec === undefined) throw new Error("replicationSpecs: expected one, got none");
  return spec.zoneId;
}

/** Refuses a step of majors that MongoDB does not take, before Atlas hears of it. */
function guardVersion(name: string): pulumi.ResourceHookBinding {
  const check = ({ oldOutputs, newInputs }: pulumi.ResourceHookArgs): void => {
    checkMongoStep(textIn(oldOutputs, "mongoDbMajorVersion"), textIn(newInputs, "mongoDbMajorVersion"));
  };
  return { beforeUpdate: [new pulumi.ResourceHook(`${name}-version`, check, { onDryRun: true })] };
}

/** Where the cluster answers through private endpoints. */
export function privateHosts({ connectionStrings }: mongodbatlas.AdvancedCluster): pulumi.Output<string> {
  return connectionStrings.apply(({ privateEndpoints }) => {
    const [endpoint] = privateEndpoints;
    if (endpoint === undefined) {
      throw new Error(
        "connectionStrings: expected an address of the private endpoints, got none; Atlas names it once every region has its endpoint: pulumi refresh",
      );
    }
    return endpoint.srvConnectionString;
  });
}
