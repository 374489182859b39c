import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { MachineShape } from "../../components/cluster/nodePools";
import type { StorePlace } from "../../components/data/store";
import type { BackedUpStore, RestoreGroups } from "./backedUpStore";
import { type AwsRecoveryPlace, awsRecovery } from "./recovery";
import { awsRole, trustService } from "./role";
import type { AdministratorSecret } from "./sqlAdministration";
import { managedPassword, ownPassword } from "./sqlAdministrator";
import { connectionLimit, type RdsEngine } from "./sqlEngines";
import {
  administrator,
  mostDiskGiB,
  nodeIdentifier,
  type NodeWindows,
  primaryNode,
  readNode,
  recoveryNode,
  type SqlNodeArgs,
} from "./sqlNodes";
import { type SqlPlace, sqlPlace, versionedName } from "./sqlPlace";
import { guardServer } from "./sqlUpgradeGuard";
import { storeLogRetentionDays } from "./storeAccess";

/** What a server is made from, whatever its engine. */
export interface SqlServerArgs extends StorePlace {
  readonly engine: RdsEngine;
  readonly windows: SqlWindows;
  readonly version: string;
  readonly machine: MachineShape;
  readonly diskGiB: number;
  readonly maxDiskGiB?: number;
  readonly highAvailability: boolean;
  /** @default 0 */
  readonly readReplicas?: number;
  readonly backupRetentionDays: number;
  readonly allowMajorUpgrade?: boolean;
  readonly region: string;
  /** Account that owns the server, 12 digits. */
  readonly accountId: string;
}

/** When nodes may be worked on, UTC: replicas before their primary, since a replica takes a minor version first. */
export interface SqlWindows {
  readonly primary: NodeWindows;
  /** Maintenance of each read replica. */
  readonly readers: readonly string[];
  readonly recovery: NodeWindows;
}

/** What of a server the program goes on with. */
export interface SqlServer {
  readonly primary: aws.rds.Instance;
  readonly readers: readonly aws.rds.Instance[];
  /** What nodes of the region share. */
  readonly place: SqlPlace;
  /** Users of the database by ARN, on each of its nodes, as IAM knows them. */
  readonly usersOf: (user: string) => readonly pulumi.Output<string>[];
  /** What its administrator signs in with. */
  readonly administrator: AdministratorSecret;
  readonly watched: WatchedServer;
  readonly backedUp: BackedUpStore["backedUp"];
}

/** What alarms are set by. */
export interface WatchedServer {
  readonly engine: RdsEngine;
  /** The server's own identifier: its nodes' begin with it. */
  readonly identifier: string;
  readonly primary: pulumi.Output<string>;
  /** Identifiers of the read replicas. */
  readonly readers: readonly pulumi.Output<string>[];
  /** The replica in the other region. */
  readonly recovery?: { readonly place: AwsRecoveryPlace; readonly node: pulumi.Output<string> };
  /** Memory of a node, GiB. */
  readonly memoryGiB: number;
  /** Connections that a node takes. */
  readonly connections: number;
  /** Disk of a node at first, GiB. */
  readonly diskGiB: number;
  /** Whether the processors are lent, for credits. */
  readonly burstable: boolean;
  /** Name of the proxy before it, if it has one. */
  readonly pool?: pulumi.Output<string>;
}

/**
 * A server on Amazon RDS: an instance with a standby in another zone where it is to be highly available, read replicas in
 * zones apart from each other, and a replica in the region for recovery, under a key of that region.
 *
 * That replica is named after the major too: RDS takes the replicas of the primary's own region to a new major with it, and
 * no others (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html), so that a new
 * major makes a new replica, and only then gives the old one up.
 */
export function sqlServer(
  name: string,
  args: SqlServerArgs,
  opts: { readonly parent: pulumi.Resource },
): SqlServer {
  const { engine, windows, version, network, highAvailability, readReplicas = 0, region, accountId } = args;
  const { logRetentionDays = storeLogRetentionDays, protect = true } = args;
  const elsewhere = args.recovery === undefined ? undefined : awsRecovery(args.recovery);

  const place = sqlPlace(name, { engine, version, network, region, accountId, protect }, opts);
  const kept = { engine, key: place.key, username: administrator, logRetentionDays };
  const password =
    readReplicas > 0 || elsewhere !== undefined
      ? ownPassword(name, { ...kept, region, accountId, protect }, opts)
      : managedPassword(place);
  const monitoringRoleArn = monitoringRole(`${name}-monitoring`, { name, engine, accountId }, opts);
  const node = nodeArgs(args, { place, monitoringRoleArn, logRetentionDays, protect });
  const primary = primaryNode(
    name,
    { ...node, windows: windows.primary, password, highAvailability, ...onlyZone(network.zones) },
    { ...opts, hooks: guardServer(name, engine.engine) },
  );
  // one after the other: a server of which a replica is being made is not available, and no other is made of it then
  const readers: aws.rds.Instance[] = [];
  for (const { zone, maintenance } of readerPlaces(network.zones, readReplicas, windows.readers)) {
    const reader = { ...node, primary, zone, maintenance, after: readers.slice(-1) };
    readers.push(readNode(`${name}-read-${letterOf(zone)}`, reader, opts));
  }
  const recovery =
    elsewhere === undefined
      ? undefined
      : recoveryServer(
          `${name}-recovery`,
          { node, primary, windows: windows.recovery, elsewhere, accountId, after: readers.slice(-1) },
          opts,
        );
  // nor is it changed
  password.rotate?.(primary, lastOf(readers, recovery));

  const known: readonly (readonly [string, aws.rds.Instance])[] = [
    ...[primary, ...readers].map((instance) => [region, instance] as const),
    ...(recovery === undefined ? [] : [[recovery.place.region, recovery.instance] as const]),
  ];
  return {
    primary,
    readers,
    place,
    usersOf: (user) =>
      known.map(
        ([where, { resourceId }]) =>
          pulumi.interpolate`arn:aws:rds-db:${where}:${accountId}:dbuser:${resourceId}/${user}`,
      ),
    administrator: { arn: password.secretArn(primary), key: place.key, region },
    watched: {
      engine,
      identifier: nodeIdentifier(name),
      primary: primary.identifier,
      readers: readers.map(({ identifier }) => identifier),
      ...(recovery !== undefined && {
        recovery: { place: recovery.place, node: recovery.instance.identifier },
      }),
      ...sizeOf(args),
    },
    backedUp: { arn: primary.arn, groups: { [region]: groupsOf(place), ...groupsThere(recovery) } },
  };
}

function groupsOf({ parameters, options }: SqlPlace): RestoreGroups {
  return { parameterGroup: parameters.name, ...(options !== undefined && { optionGroup: options.name }) };
}

function groupsThere(recovery: RecoveryServer | undefined): Readonly<Record<string, RestoreGroups>> {
  return recovery?.groups ?? {};
}

/** What every node of the server is, in the place where the primary stands. */
function nodeArgs(
  { engine, version, machine, diskGiB, maxDiskGiB = mostDiskFor(diskGiB), ...args }: SqlServerArgs,
  given: Pick<SqlNodeArgs, "place" | "monitoringRoleArn" | "logRetentionDays" | "protect">,
): SqlNodeArgs {
  const { backupRetentionDays, allowMajorUpgrade = false } = args;
  return {
    ...{ engine, version, machine, diskGiB, maxDiskGiB, backupRetentionDays, allowMajorUpgrade },
    ...given,
  };
}

function sizeOf({
  engine,
  machine,
  diskGiB,
}: SqlServerArgs): Pick<WatchedServer, "memoryGiB" | "connections" | "diskGiB" | "burstable"> {
  const { memoryGiB, burstable = false } = machine;
  return { memoryGiB, connections: connectionLimit(engine, memoryGiB), diskGiB, burstable };
}

/** Of the subnets' zones RDS would take any: beside the nodes nothing is paid for between zones. */
function onlyZone([zone, ...others]: readonly string[]): { readonly zone?: string } {
  return zone === undefined || others.length > 0 ? {} : { zone };
}

/** By which RDS writes what a node's operating system measures. */
function monitoringRole(
  roleName: string,
  {
    name,
    engine,
    accountId,
  }: { readonly name: string; readonly engine: RdsEngine; readonly accountId: string },
  opts: { readonly parent: pulumi.Resource },
): pulumi.Output<string> {
  const { role } = awsRole(
    roleName,
    {
      description: `Enhanced monitoring of ${engine.title} ${name}`,
      trust: [trustService("monitoring.rds.amazonaws.com", accountId)],
      managedPolicies: {
        monitoring: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
      },
    },
    opts,
  );
  return role.arn;
}

/** Of the replicas, made one after the other, the last. */
function lastOf(
  readers: readonly aws.rds.Instance[],
  recovery: { readonly instance: aws.rds.Instance } | undefined,
): readonly aws.rds.Instance[] {
  return recovery === undefined ? readers.slice(-1) : [recovery.instance];
}

/** A replica in another region, and what a server is restored with there. */
interface RecoveryServer extends Pick<BackedUpStore["backedUp"], "groups"> {
  readonly place: AwsRecoveryPlace;
  readonly instance: aws.rds.Instance;
}

/** The replica in another region, with its own key, subnets, parameters and security group there. */
function recoveryServer(
  name: string,
  {
    node,
    primary,
    windows,
    elsewhere,
    accountId,
    after,
  }: {
    readonly node: SqlNodeArgs;
    readonly primary: aws.rds.Instance;
    readonly windows: NodeWindows;
    readonly elsewhere: AwsRecoveryPlace;
    readonly accountId: string;
    readonly after: readonly pulumi.Resource[];
  },
  { parent }: { readonly parent: pulumi.Resource },
): RecoveryServer {
  const { engine, version, protect } = node;
  const { region, network, provider } = elsewhere;
  const opts = { parent, provider };
  const shared = sqlPlace(name, { engine, version, network, region, accountId, protect }, opts);
  const instance = recoveryNode(
    versionedName(name, version),
    { ...node, primary, windows, place: shared, after },
    opts,
  );
  return { place: elsewhere, instance, groups: { [region]: groupsOf(shared) } };
}

/** Four times as much as at first, as far as there are such disks. */
function mostDiskFor(diskGiB: number): number {
  return Math.min(4 * diskGiB, mostDiskGiB);
}

/** A zone for each replica, the network's last first, and a maintenance window of its own. */
function readerPlaces(
  zones: readonly string[],
  readReplicas: number,
  maintenance: readonly string[],
): { readonly zone: string; readonly maintenance: string }[] {
  const last = [...zones].reverse().slice(0, readReplicas);
  if (last.length < readReplicas || maintenance.length < readReplicas) {
    throw new Error(`readReplicas: expected at most one a zone of ${zones.join(", ")}, got ${readReplicas}`);
  }
  return last.flatMap((zone, place) => {
    const window = maintenance[place];
    return window === undefined ? [] : [{ zone, maintenance: window }];
  });
}

/** The letter by which a region knows its zone: `b` of `us-east-1b`. */
function letterOf(zone: string): string {
  return zone.slice(-1);
}

/** @throws Error where RDS has no such disk, or can't let it grow */
export function checkServer({
  diskGiB,
  maxDiskGiB = mostDiskFor(diskGiB),
  backupRetentionDays,
}: Pick<SqlServerArgs, "diskGiB" | "maxDiskGiB" | "backupRetentionDays">): void {
  if (!Number.isInteger(backupRetentionDays) || backupRetentionDays < 1 || backupRetentionDays > 35) {
    throw new Error(`backupRetentionDays: expected 1 to 35, got ${backupRetentionDays}`);
  }
  if (diskGiB < 20 || maxDiskGiB > mostDiskGiB || maxDiskGiB < diskGiB * 1.1) {
    throw new Error(
      `diskGiB, maxDiskGiB: expected 20 or more, and a most of 1.1 times that to ${mostDiskGiB}, got ${diskGiB} and ${maxDiskGiB}`,
    );
  }
}
