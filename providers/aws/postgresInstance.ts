import * as aws from "@pulumi/aws";
import { physicalName } from "../../components/names";
import { databaseInstanceClass } from "./machines";
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

/** Longest identifier that RDS takes of an instance. */
const maxIdentifier = 63;

/** A server without read replicas: one instance, with a standby in another zone where it is to be highly available. */
export function postgresInstance(name: string, args: ServerArgs, opts: Child): Server {
  const {
    network,
    version,
    machine,
    diskGiB,
    maxDiskGiB = Math.min(4 * diskGiB, 65_536),
    key,
    logRetentionDays: retentionDays = storeLogRetentionDays,
    protect = true,
  } = args;
  const identifier = physicalName(maxIdentifier, name);
  const logs = logGroups(name, { kind: "instance", identifier, key, retentionDays, protect }, opts);
  const subnetGroup = new aws.rds.SubnetGroup(name, { subnetIds: network.dataSubnetIds }, opts);
  const parameters = new aws.rds.ParameterGroup(
    `${name}-${version}`,
    { family: `postgres${version}`, description: `PostgreSQL ${name}`, parameters: serverParameters },
    opts,
  );
  const instance = new aws.rds.Instance(
    name,
    {
      ...serverSettings(name, args, opts),
      username: administrator,
      caCertIdentifier: certificateAuthority,
      identifier,
      instanceClass: databaseInstanceClass(machine),
      dbName: databaseName,
      dbSubnetGroupName: subnetGroup.name,
      parameterGroupName: parameters.name,
      publiclyAccessible: false,
      multiAz: args.highAvailability,
      // of the subnets' zones RDS would take any: beside the nodes nothing is paid for between zones
      ...(network.zones.length === 1 && { availabilityZone: network.zones[0] }),
      allocatedStorage: diskGiB,
      maxAllocatedStorage: maxDiskGiB,
      backupWindow: windows.backup,
      maintenanceWindow: windows.maintenance,
      deleteAutomatedBackups: !protect,
      skipFinalSnapshot: !protect,
      ...(protect ? { finalSnapshotIdentifier: physicalName(maxSnapshotName, name, "final") } : {}),
    },
    { ...opts, protect, dependsOn: logs },
  );
  return {
    host: instance.address,
    resourceId: instance.resourceId,
    watched: {
      identifier,
      nodes: [instance.identifier],
      memoryGiB: args.machine.memoryGiB,
      diskGiB,
      diskGrows: true,
    },
  };
}
