import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { MachineShape } from "../../components/cluster/nodePools";
import { physicalName } from "../../components/names";
import { databaseInstanceClass } from "./machines";
import type { AdministratorPassword } from "./sqlAdministrator";
import type { RdsEngine } from "./sqlEngines";
import { nodeLogGroups, type SqlPlace } from "./sqlPlace";

/** Longest identifier that RDS takes of an instance. */
const maxIdentifier = 63;

/** Longest name of a snapshot. */
const maxSnapshotName = 255;

/** Largest disk, GiB. */
export const mostDiskGiB = 65_536;

/** Database that the workloads share. */
export const databaseName = "app";

/** The administrator: letters and digits only, at most 16. */
export const administrator = "platformadmin";

/** Authority of the server's certificate. */
const certificateAuthority = "rds-ca-rsa2048-g1";

/** When a node may be worked on, UTC. */
export interface NodeWindows {
  /** Before maintenance begins. */
  readonly backup: string;
  readonly maintenance: string;
}

/** What every node of a server is made from. */
export interface SqlNodeArgs {
  readonly engine: RdsEngine;
  readonly version: string;
  readonly machine: MachineShape;
  readonly diskGiB: number;
  readonly maxDiskGiB: number;
  readonly backupRetentionDays: number;
  readonly allowMajorUpgrade: boolean;
  readonly logRetentionDays: number;
  /** Role by which RDS writes what the node's operating system measures. */
  readonly monitoringRoleArn: pulumi.Input<string>;
  readonly protect: boolean;
  /** What stands in the node's region. */
  readonly place: SqlPlace;
}

type Opts = { readonly parent: pulumi.Resource; readonly provider?: pulumi.ProviderResource };

/** Identifier of a node, fixed, so that its log groups are there before it. */
export function nodeIdentifier(name: string): string {
  return physicalName(maxIdentifier, name);
}

/** The node that takes writes. */
export function primaryNode(
  name: string,
  args: SqlNodeArgs & {
    readonly windows: NodeWindows;
    readonly password: AdministratorPassword;
    readonly highAvailability: boolean;
    /** @default - whichever of the subnets' zones RDS takes */
    readonly zone?: string;
  },
  opts: pulumi.CustomResourceOptions & Opts,
): aws.rds.Instance {
  const { engine, version, place, diskGiB, backupRetentionDays, protect, password, highAvailability, zone } =
    args;
  return new aws.rds.Instance(
    name,
    {
      ...nodeSettings(name, args),
      ...password.settings,
      username: administrator,
      engine: engine.engine,
      engineVersion: version,
      // an older major is upgraded by its owner, or by AWS when its support ends: not billed for years more
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      ...(place.options !== undefined && { optionGroupName: place.options.name }),
      dbName: databaseName,
      dbSubnetGroupName: place.subnetGroup.name,
      multiAz: highAvailability,
      ...(zone !== undefined && { availabilityZone: zone }),
      allocatedStorage: diskGiB,
      backupRetentionPeriod: backupRetentionDays,
      backupWindow: args.windows.backup,
      deleteAutomatedBackups: !protect,
      skipFinalSnapshot: !protect,
      ...(protect ? { finalSnapshotIdentifier: physicalName(maxSnapshotName, name, "final") } : {}),
    },
    { ...opts, protect, dependsOn: logsOf(name, args, opts) },
  );
}

/** A node in the primary's region that answers reads. RDS takes it to a new major with the primary. */
export function readNode(
  name: string,
  args: SqlNodeArgs & {
    readonly primary: aws.rds.Instance;
    readonly maintenance: string;
    readonly zone: string;
    /** Replicas that are made first: while one is, RDS makes no other of the same source. */
    readonly after: readonly pulumi.Resource[];
  },
  opts: Opts,
): aws.rds.Instance {
  const { place, primary, zone, maintenance, protect, after } = args;
  return new aws.rds.Instance(
    name,
    {
      ...nodeSettings(name, { ...args, windows: { maintenance } }),
      replicateSourceDb: primary.identifier,
      ...(place.options !== undefined && { optionGroupName: place.options.name }),
      multiAz: false,
      availabilityZone: zone,
      skipFinalSnapshot: true,
    },
    { ...opts, protect, dependsOn: [...logsOf(name, args, opts), ...after] },
  );
}

/**
 * A replica in another region, with backups of its own there: what the system goes on with when the primary's region is
 * lost. It has no standby until somebody promotes it.
 */
export function recoveryNode(
  name: string,
  args: SqlNodeArgs & {
    readonly primary: aws.rds.Instance;
    readonly windows: NodeWindows;
    /** Replicas that are made first. */
    readonly after: readonly pulumi.Resource[];
  },
  opts: Opts,
): aws.rds.Instance {
  const { place, primary, backupRetentionDays, windows, protect, after } = args;
  return new aws.rds.Instance(
    name,
    {
      ...nodeSettings(name, args),
      replicateSourceDb: primary.arn,
      ...(place.options !== undefined && { optionGroupName: place.options.name }),
      dbSubnetGroupName: place.subnetGroup.name,
      multiAz: false,
      backupRetentionPeriod: backupRetentionDays,
      backupWindow: windows.backup,
      deleteAutomatedBackups: !protect,
      // RDS takes none of a replica
      skipFinalSnapshot: true,
    },
    { ...opts, protect, dependsOn: [...logsOf(name, args, opts), ...after] },
  );
}

function nodeSettings(
  name: string,
  args: SqlNodeArgs & {
    readonly windows: Pick<NodeWindows, "maintenance">;
  },
): aws.rds.InstanceArgs {
  const { engine, machine, maxDiskGiB, place, windows, allowMajorUpgrade, monitoringRoleArn, protect } = args;
  return {
    identifier: nodeIdentifier(name),
    instanceClass: databaseInstanceClass(machine),
    port: engine.port,
    caCertIdentifier: certificateAuthority,
    iamDatabaseAuthenticationEnabled: true,
    publiclyAccessible: false,
    vpcSecurityGroupIds: [place.securityGroup.id],
    parameterGroupName: place.parameters.name,
    storageType: "gp3",
    maxAllocatedStorage: maxDiskGiB,
    storageEncrypted: true,
    kmsKeyId: place.key.arn,
    autoMinorVersionUpgrade: true,
    // a new major is an outage that somebody has to choose the hour of, and then it is now
    allowMajorVersionUpgrade: allowMajorUpgrade,
    applyImmediately: allowMajorUpgrade,
    maintenanceWindow: windows.maintenance,
    copyTagsToSnapshot: true,
    deletionProtection: protect,
    enabledCloudwatchLogsExports: [...engine.logs],
    monitoringInterval: 60,
    monitoringRoleArn,
    databaseInsightsMode: "standard",
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: place.key.arn,
    performanceInsightsRetentionPeriod: 7,
  };
}

function logsOf(
  name: string,
  { engine, place, logRetentionDays: retentionDays, protect }: SqlNodeArgs,
  { parent, provider }: Opts,
): aws.cloudwatch.LogGroup[] {
  const args = { identifier: nodeIdentifier(name), engine, key: place.key, retentionDays, protect };
  return nodeLogGroups(name, args, { parent, ...(provider !== undefined && { provider }) });
}
