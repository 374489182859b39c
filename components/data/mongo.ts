import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud";
import { refuse, type VersionProblem } from "../cluster/upgrade";
import type { MachineShape } from "../cluster/nodePools";
import type { Access } from "../identity/workloadIdentity";
import { lost, type Recovery, type RecoveryPlanner } from "./recovery";
import type { SpecOf, Store, StorePlace } from "./store";

/** MongoDB majors that Atlas and Percona's operator both offer today, newest first. */
export const mongoVersions = ["8.0", "7.0"] as const;

/** Who runs it: MongoDB's own service on the stack's cloud, or an operator in the stack's cluster. */
export const mongoHostings = ["atlas", "cluster"] as const;
export type MongoHosting = (typeof mongoHostings)[number];

/** Database that the workloads share. */
export const mongoDatabase = "app";

/** Nodes of a replica set: an odd number, so that an election has a majority; with those of a recovery region seven at most. */
export const mongoNodeCounts = [3, 5] as const;

/**
 * Nodes in the region that takes over: enough that one of them may fail there, few enough that those of the stack's own
 * region stay the majority, which elects without them.
 */
export const mongoRecoveryNodes = 2;

/** Arguments of a {@link Mongo}, wherever it runs. */
export interface MongoArgs extends StorePlace {
  /** Major version, one of `mongoVersions`. */
  readonly version: string;
  readonly machine: MachineShape;
  /** Disk of a node, GiB; Atlas enlarges it by itself, as far as the machine's tier goes. */
  readonly diskGiB: number;
  /** Nodes in the stack's own region, spread over its zones, one of `mongoNodeCounts`. */
  readonly nodes: number;
  /** How long backups and the log for point-in-time recovery are kept, days, 1 to 35; one backup a day in the cluster. */
  readonly backupRetentionDays: number;
}

/** What a blueprint and its stack say of a {@link Mongo}. */
export type MongoSpec = SpecOf<MongoArgs> & { readonly hosting: MongoHosting };

/**
 * A replica set of MongoDB: private, encrypted with our key, TLS required, with backups and point-in-time recovery.
 *
 * `connection` holds `MONGODB_URI`, which names the mechanism to sign in by and no credential, and `MONGODB_DATABASE`.
 * Workloads sign in with their own identity where Atlas runs it; in the cluster a grant gives `MONGODB_USERNAME` and, by
 * reference, `MONGODB_PASSWORD`.
 */
export interface Mongo extends Store {
  /** Where it answers and how to sign in, without a credential. */
  readonly uri: pulumi.Output<string>;
}

/** MongoDB's own roles, by what a workload may do. */
export const mongoRoles: Readonly<Record<Access, string>> = { read: "read", readWrite: "readWrite" };

/** How far a node may be behind the primary before somebody is told, seconds. */
export const mongoLagSeconds = 60;

/** What coming back from the loss of the stack's own region takes, minutes. */
const takeover = {
  /** An alarm is answered, and somebody decides: the nodes that are left are a minority, and elect nobody by themselves. */
  decide: 15,
  /** Atlas reconfigures the set with the nodes that are left, and they elect a primary. */
  reconfigure: 15,
  /** Endpoints in the other region, and the workloads are told of them. */
  repoint: 15,
} as const;

/** How long Atlas may take to notice a lag, minutes: an average of five, told without delay. */
const lagNoticeMinutes = 5;

/** How often the log of operations goes to the bucket of a set in the cluster, minutes. */
export const mongoOplogMinutes = 5;

/** How long agents may fail to write before somebody is told, minutes. */
export const mongoAgentMinutes = 5;

/** What coming back of a set in the cluster from the bucket's copy takes, minutes. */
const restoration = {
  /** An alarm is answered, and somebody decides. */
  decide: 15,
  /** Nodes and volumes of another set in the stack of the other region, as long as they may take. */
  nodes: 30,
  /** The workloads are told its address: they stand beside it. */
  repoint: 15,
} as const;

/**
 * What is restored a second, MiB: a volume of the cluster's class writes 125
 * (https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html), and of each document three things are written,
 * itself, the journal and the log of operations.
 */
const restoredMiBPerSecond = 125 / 3;

/** What the copy of the bucket is behind by at most, minutes. */
const copyMinutes = 15;

const copySource = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html";

/** How a set in the cluster comes back in the other region: from its backups' copy there, with a full disk of data. */
function restored(diskGiB: number): Recovery {
  const { decide, nodes, repoint } = restoration;
  const restore = Math.ceil((diskGiB * 1024) / restoredMiBPerSecond / 60);
  return {
    by: "copied backups and the log between them, restored into a set in the other region",
    rpoMinutes: mongoOplogMinutes + mongoAgentMinutes + copyMinutes,
    rtoMinutes: decide + nodes + restore + repoint,
    source:
      `the log is written every ${mongoOplogMinutes} minutes, for which an alarm waits ${mongoAgentMinutes}, and copied in ` +
      `${copyMinutes} (${copySource}); ${decide} minutes to decide, ${nodes} for nodes, ${restore} to restore ${diskGiB} GiB ` +
      `at a third of a volume's throughput, ${repoint} to point workloads to it, from when the stack stands there`,
  };
}

/** By the cloud whose cluster it is in: on Google Cloud it has no backups of its own (providers/unsupported.ts). */
const inCluster: Readonly<Record<Cloud, (diskGiB: number) => Recovery>> = { aws: restored, gcp: () => lost };

const takeoverSource = "https://www.mongodb.com/docs/atlas/reconfigure-replica-set-during-regional-outage/";

/**
 * What comes back of MongoDB when its region is lost. On Atlas its nodes in the other region have what was replicated, which
 * is asynchronous: the alarm on their lag bounds it. In the cluster the nodes are in the region that was lost; on AWS their
 * backups are in both, and on Google Cloud there are none of its own.
 */
export const mongoRecovery: RecoveryPlanner<MongoSpec> = (
  { hosting, diskGiB },
  { cloud, recoveryRegion },
) => {
  if (!recoveryRegion) return lost;
  if (hosting === "cluster") return inCluster[cloud](diskGiB);
  const { decide, reconfigure, repoint } = takeover;
  return {
    by: "nodes in the other region, made the whole set",
    rpoMinutes: mongoLagSeconds / 60 + lagNoticeMinutes,
    rtoMinutes: decide + reconfigure + repoint,
    source:
      `${mongoLagSeconds / 60} minute of lag, which takes ${lagNoticeMinutes} to notice; ${decide} minutes to decide, ` +
      `${reconfigure} to reconfigure (${takeoverSource}), ${repoint} to point workloads to it`,
  };
};

/** @throws Error naming what no replica set can have */
export function checkMongo({ version, nodes, backupRetentionDays }: MongoArgs): void {
  if (!(mongoVersions as readonly string[]).includes(version)) {
    throw new Error(`version: expected one of ${mongoVersions.join(", ")}, got ${version}`);
  }
  if (!(mongoNodeCounts as readonly number[]).includes(nodes)) {
    throw new Error(`nodes: expected one of ${mongoNodeCounts.join(", ")}, got ${nodes}`);
  }
  if (!Number.isInteger(backupRetentionDays) || backupRetentionDays < 1 || backupRetentionDays > 35) {
    throw new Error(`backupRetentionDays: expected a whole number from 1 to 35, got ${backupRetentionDays}`);
  }
}

/** MongoDB's majors in the order in which a set goes through them, one at a time. */
const majors = ["6.0", "7.0", "8.0"];

/** What is wrong with taking a set from one major to another: never back, one at a time. */
export function mongoStep(running: string, wanted: string): VersionProblem | undefined {
  const [from, to] = [running, wanted].map((version) => majors.indexOf(majorOf(version)));
  if (from === undefined || to === undefined || from < 0 || to < 0) {
    return { expected: `one of ${majors.join(", ")}, as the set runs ${running}`, got: wanted };
  }
  if (to < from) {
    return {
      expected: `${running} or newer, as the set runs ${running} and never goes back; restore a backup into another set for that`,
      got: wanted,
    };
  }
  return to <= from + 1
    ? undefined
    : {
        expected: `${running} or the major after it, as the set runs ${running} and goes one major at a time; update the stack to each in turn`,
        got: wanted,
      };
}

/** Throws what is wrong with that step, naming the key of the stack file. */
export function checkMongoStep(running: string | undefined, wanted: string | undefined): void {
  if (running !== undefined && wanted !== undefined) refuse("mongo.version", mongoStep(running, wanted));
}

/** 8.0 of `8.0` and `8.0.12`. */
function majorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** A URI of hosts with MongoDB's names of options, whose values are encoded already. */
export function mongoUri(
  hosts: pulumi.Output<string>,
  options: Readonly<Record<string, string>>,
): pulumi.Output<string> {
  const query = Object.entries(options)
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
  return hosts.apply((base) => `${base.replace(/\/$/, "")}/${mongoDatabase}?${query}`);
}
