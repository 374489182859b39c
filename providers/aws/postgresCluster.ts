import * as aws from "@pulumi/aws";
import { physicalName } from "../../components/names";
import { databaseClusterClass } from "./machines";
import {
  administrator,
  certificateAuthority,
  type Child,
  databaseName,
  logGroups,
  maxSnapshotName,
  type Server,
  type ServerArgs,
  serverParameters,
  serverSettings,
  windows,
} from "./postgresServer";
import { storeLogRetentionDays } from "./storeAccess";
import { UnsupportedOnCloudError } from "../unsupported";

/** Longest identifier that RDS takes of a Multi-AZ DB cluster. */
const maxIdentifier = 52;

/** Zones, and so nodes, of a Multi-AZ DB cluster. */
const zones = 3;

/**
 * Smallest disk of a node, GiB. RDS wants a cluster's `iops` stated, and takes the statement on gp3 from 400 GiB on, where
 * it stripes volumes: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
 */
const leastDiskGiB = 400;

/** What gp3 gives PostgreSQL from 400 GiB on, and the least that can be stated there; it is in the disk's price. */
const leastIops = 12_000;

/**
 * A server with read replicas: a Multi-AZ DB cluster, which is a writer and two readable standbys in three zones
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html). A network of fewer zones has
 * no room for one, which the stack's configuration is checked for.
 *
 * A primary with replicas of their own would be the other way, but RDS makes none of a server whose password it manages.
 * What a cluster can't: its disks don't grow by themselves, and it leaves no automated backups behind, so that a deleted
 * one is restored from its last snapshot (`multi-az-db-clusters-concepts.Limitations`).
 */
export function postgresCluster(name: string, args: ServerArgs, opts: Child): Server {
  const { network, version, machine, diskGiB, key, protect = true } = args;
  const { logRetentionDays: retentionDays = storeLogRetentionDays } = args;
  const dbClusterInstanceClass = databaseClusterClass(machine);
  const allocatedStorage = Math.max(leastDiskGiB, diskGiB);
  const identifier = physicalName(maxIdentifier, name);
  const logs = logGroups(name, { kind: "cluster", identifier, key, retentionDays, protect }, opts);
  const subnetGroup = new aws.rds.SubnetGroup(
    name,
    // one subnet a zone, the network's first: a fourth zone of the network moves nothing
    { subnetIds: network.dataSubnetIds.apply((ids) => ids.slice(0, zones)) },
    opts,
  );
  const parameters = new aws.rds.ClusterParameterGroup(
    `${name}-${version}`,
    { family: `postgres${version}`, description: `PostgreSQL ${name}`, parameters: serverParameters },
    opts,
  );
  const cluster = new aws.rds.Cluster(
    name,
    {
      ...serverSettings(name, args, opts),
      masterUsername: administrator,
      caCertificateIdentifier: certificateAuthority,
      clusterIdentifier: identifier,
      dbClusterInstanceClass,
      databaseName,
      // in a subnet group of ours a cluster has no public address
      dbSubnetGroupName: subnetGroup.name,
      dbClusterParameterGroupName: parameters.name,
      allocatedStorage,
      // no less than half an operation a GiB
      iops: Math.max(leastIops, Math.ceil(allocatedStorage / 2)),
      preferredBackupWindow: windows.backup,
      preferredMaintenanceWindow: windows.maintenance,
      skipFinalSnapshot: !protect,
      ...(protect ? { finalSnapshotIdentifier: physicalName(maxSnapshotName, name, "final") } : {}),
    },
    { ...opts, protect, dependsOn: logs },
  );
  return {
    host: cluster.endpoint,
    readHost: cluster.readerEndpoint,
    resourceId: cluster.clusterResourceId,
    watched: {
      identifier,
      nodes: Array.from({ length: zones }, (_, place) =>
        cluster.clusterMembers.apply((members) => nodeAt(members, place)),
      ),
      memoryGiB: machine.memoryGiB,
      diskGiB: allocatedStorage,
      diskGrows: false,
    },
  };
}

/** Which node is the writer changes with each failover; their order by name does not. */
function nodeAt(members: readonly string[], place: number): string {
  const node = [...members].sort()[place];
  if (node === undefined) {
    throw new Error(`clusterMembers: expected ${zones} nodes, got ${members.length}`);
  }
  return node;
}

/** Refuses what of a server's arguments a cluster can't take. */
export function checkCluster({
  machine,
  diskGiB,
  maxDiskGiB,
}: Pick<ServerArgs, "machine" | "diskGiB" | "maxDiskGiB">): void {
  if (machine.burstable === true) {
    throw new UnsupportedOnCloudError("postgres.machine.burstable");
  }
  if (maxDiskGiB !== undefined) {
    throw new UnsupportedOnCloudError("postgres.maxDiskGiB");
  }
  if (diskGiB < 20 || diskGiB > 65_536) {
    throw new Error(`diskGiB: expected 20 to 65536, got ${diskGiB}`);
  }
}
