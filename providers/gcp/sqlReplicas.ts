import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { parseCidr } from "../../components/network/cidr";
import { GcpKey } from "./key";
import type { SqlMachine } from "./machines";
import type { GcpNetwork } from "./network";
import type { GcpRecoveryPlace } from "./recovery";
import type { SqlEngineSpec, SqlServerArgs } from "./sqlServer";
import { diskSettings, serverSettings } from "./sqlSettings";

/** A primary, and what its copies have in common with it. */
export interface ReplicaArgs extends SqlServerArgs {
  readonly spec: SqlEngineSpec;
  readonly sql: SqlMachine;
  readonly vpc: GcpNetwork;
  readonly primary: gcp.sql.DatabaseInstance;
}

/** Options of what a server is made of. */
export interface Child {
  readonly parent: pulumi.Resource;
}

/**
 * Replicas go to a new major with their primary, which says so itself (`includeReplicasForMajorVersionUpgrade`): told of it
 * on their own they would be asked to go there a second time.
 */
const followPrimary = ["databaseVersion"];

const replicaFlags = ({ flags, replicaFlags = {} }: SqlEngineSpec) => ({ ...flags, ...replicaFlags });

/** All read replicas behind one address. Encrypted with the primary's key, which it may not name itself. */
export function readPool(
  name: string,
  args: ReplicaArgs & { readonly readReplicas: number },
  child: Child,
): gcp.sql.DatabaseInstance {
  const { spec, primary, readReplicas, region, protect = true } = args;
  return new gcp.sql.DatabaseInstance(
    name,
    {
      databaseVersion: primary.databaseVersion,
      region,
      instanceType: "READ_POOL_INSTANCE",
      masterInstanceName: primary.name,
      nodeCount: readReplicas,
      deletionProtection: protect,
      settings: serverSettings(replicaFlags(spec), args),
    },
    { ...child, protect, ignoreChanges: followPrimary },
  );
}

/**
 * A copy in the region that takes over, under a key there, of the primary's class, that nobody reads until it is promoted.
 * It has what it will need as a server of its own but a standby and backups, which Cloud SQL gives a replica that was
 * promoted: docs/runbooks has the commands.
 *
 * Of MySQL it writes a binary log, without which it could not be the primary's designated replica.
 * https://cloud.google.com/sql/docs/mysql/use-advanced-disaster-recovery
 */
export function recoveryReplica(
  name: string,
  args: ReplicaArgs,
  { region, storesReady }: GcpRecoveryPlace,
  child: Child,
): gcp.sql.DatabaseInstance {
  const { spec, primary, project, protect = true } = args;
  const { binaryLogEnabled } = spec.log;
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { sql: project.agents.sql } },
    child,
  );
  return new gcp.sql.DatabaseInstance(
    name,
    {
      databaseVersion: primary.databaseVersion,
      region,
      encryptionKeyName: key.keyId,
      instanceType: "READ_REPLICA_INSTANCE",
      masterInstanceName: primary.name,
      deletionProtection: protect,
      settings: {
        ...serverSettings(replicaFlags(spec), args),
        // as large as the primary's is by then, and no size that would have to follow it
        ...diskSettings(args),
        availabilityType: "ZONAL",
        ...(binaryLogEnabled !== undefined && { backupConfiguration: { binaryLogEnabled } }),
      },
    },
    {
      ...child,
      protect,
      dependsOn: [...key.grants, ...storesReady],
      ignoreChanges: followPrimary,
    },
  );
}

/** Prefix of the block that Cloud SQL takes of a network's range in each region where it has an instance. */
const regionPrefix = 24;

/**
 * Whether the range that Cloud SQL's addresses are from has a block for a second region.
 *
 * @throws Error where it has not
 */
export function checkRoomInOtherRegion({
  privateServicesCidr,
}: Pick<GcpNetwork, "privateServicesCidr">): void {
  const { prefix } = parseCidr(privateServicesCidr);
  if (prefix < regionPrefix) return;
  throw new Error(
    `network.cidr: expected a /21 or larger where dr.region.gcp is set, as Cloud SQL takes a /${regionPrefix} of its quarter in each region, got a /${prefix - 2}`,
  );
}
