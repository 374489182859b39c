import type * as pulumi from "@pulumi/pulumi";
import type { MachineShape } from "../cluster/nodePools";
import type { VersionProblem } from "../cluster/upgrade";
import type { Access } from "../identity/workloadIdentity";
import type { Bucket } from "./bucket";
import { lost, type RecoveryPlanner } from "./recovery";
import type { ClusterStorePlace, SpecOf, Store, StorePlace } from "./store";

/** Releases of Milvus 2.6, newest first, whose images the makers of its chart tried with it (zilliztech/milvus-helm#304, #288). */
export const milvusVersions = ["2.6.19", "2.6.15"] as const;
export type MilvusVersion = (typeof milvusVersions)[number];

/** Arguments of a {@link VectorStore}, the same on every cloud. */
export interface VectorStoreArgs extends StorePlace, ClusterStorePlace {
  readonly version: MilvusVersion;
  /** Nodes that hold loaded collections and answer searches. */
  readonly queryNodes: number;
  /** What each of them asks of its machine; what is loaded has to fit into the memory of all. */
  readonly machine: MachineShape;
  /** Disk of each of them for what is read from the bucket, GiB: a part of its machine's, gone with the pod. */
  readonly cacheGiB: number;
  /** Two of each other part, in different zones, or one. */
  readonly highAvailability: boolean;
  /** How long the daily backups are kept, days, 1 to 365. */
  readonly backupRetentionDays: number;
  /** How long restoring the newest backup takes, minutes: what the system's drill has measured. */
  readonly restoreMinutes: number;
  /** Makes the bucket for vectors, their log and their backups. */
  readonly objectBucket: (name: string, opts: pulumi.ComponentResourceOptions) => Bucket;
  /** Who may be let in, by the service account's name. */
  readonly users: Readonly<Record<string, Access>>;
}

/** What a blueprint and its stack say of one. */
export type VectorStoreSpec = Omit<SpecOf<VectorStoreArgs>, "users" | "objectBucket">;

/**
 * A vector database that speaks Milvus' protocol (gRPC), over TLS: private, its data in a bucket of the stack's under our key.
 *
 * `connection` holds `MILVUS_URI` (`https://…:19530`) and `MILVUS_DATABASE`; a grant gives `MILVUS_USERNAME` and, by reference,
 * `MILVUS_PASSWORD`. `MILVUS_CA_FILE` names the file of `caBundle`.
 */
export interface VectorStore extends Store {
  readonly uri: pulumi.Output<string>;
}

/** Time that coming back takes, minutes. */
const minutes = {
  /** From one backup to the next. */
  betweenBackups: 24 * 60,
  /** A backup that takes longer is ended, and an alarm. */
  backup: 120,
  /** Until an object is in the other region: S3 Replication Time Control and turbo replication promise the same. */
  copied: 15,
  decide: 15,
  /** Until an empty Milvus answers: volumes of etcd, pods one after the other, whose probes wait for 90 seconds. */
  empty: 30,
} as const;

/** Longest that a backup may take, seconds. */
export const backupDeadlineSeconds = minutes.backup * 60;

/**
 * What is lost of the vectors, and for how long, when their region is: what was written since the newest backup that is in the
 * other region whole. The objects themselves are there too, but not etcd, which says what they are.
 */
export const vectorStoreRecovery: RecoveryPlanner<VectorStoreSpec> = (
  { restoreMinutes },
  { recoveryRegion },
) => {
  if (!recoveryRegion) return lost;
  const { betweenBackups, backup, copied, decide, empty } = minutes;
  return {
    by: "copied backup",
    rpoMinutes: betweenBackups + backup + copied,
    rtoMinutes: decide + empty + restoreMinutes,
    source:
      `a backup a day (${betweenBackups} minutes), which takes ${backup} at most and is in the other region ${copied} later ` +
      "(https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html, " +
      "https://cloud.google.com/storage/docs/availability-durability#turbo-replication); " +
      `${decide} minutes to decide, ${empty} until an empty Milvus answers in a cluster that is there, ${restoreMinutes} to restore into it`,
  };
};

/** @throws Error naming the argument that no Milvus could start with, or no backup be kept by */
export function checkVectorStore({
  version,
  queryNodes,
  cacheGiB,
  highAvailability,
  backupRetentionDays,
  restoreMinutes,
}: VectorStoreSpec): void {
  if (!(milvusVersions as readonly string[]).includes(version)) {
    throw new Error(`version: expected one of ${milvusVersions.join(", ")}, got ${version}`);
  }
  const least = highAvailability ? 2 : 1;
  mustBeWhole("queryNodes", queryNodes, least, 64);
  mustBeWhole("cacheGiB", cacheGiB, 1, 1024);
  mustBeWhole("backupRetentionDays", backupRetentionDays, 1, 365);
  if (!(restoreMinutes > 0)) {
    throw new Error(`restoreMinutes: expected more than 0, got ${restoreMinutes}`);
  }
}

function mustBeWhole(key: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${key}: expected a whole number from ${least} to ${most}, got ${value}`);
  }
}

/** What is wrong with taking Milvus from one release to another: never back, and one minor at a time. */
export function vectorStoreStep(running: string, wanted: string): VersionProblem | undefined {
  const [from, to] = [numbersOf(running), numbersOf(wanted)];
  const back = from.findIndex((number, place) => number !== to[place]);
  if (back >= 0 && (from[back] ?? 0) > (to[back] ?? 0)) {
    return { expected: `${running} or newer, as Milvus runs it and never goes back`, got: wanted };
  }
  const [[major = 0, minor = 0], [nextMajor = 0, nextMinor = 0]] = [from, to];
  return nextMajor === major && nextMinor <= minor + 1
    ? undefined
    : {
        expected: `a release of ${major}.${minor} or of ${major}.${minor + 1}, as minors go one at a time`,
        got: wanted,
      };
}

/** 2, 6 and 19 of `2.6.19` and `v2.6.19`. */
function numbersOf(version: string): readonly number[] {
  return version.replace(/^v/, "").split(".").map(Number);
}
