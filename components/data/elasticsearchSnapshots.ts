import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import { elasticsearchName } from "./elasticsearchNodes";
import { requestsAs, settingsJob } from "./elasticsearchSettings";
import type { ElasticsearchVersion } from "./search";

/** How the nodes reach a bucket of their cloud. */
export interface SnapshotAccess {
  /** Kind of the repository, as Elasticsearch calls it; both come with it. */
  readonly type: "s3" | "gcs";
  /** What the nodes' pods have for it, beside their service account. */
  readonly pod: (identity: WorkloadIdentity) => NodePodAdditions;
}

/** Parts of a pod that are added to every node. */
export interface NodePodAdditions {
  readonly env: readonly Readonly<Record<string, unknown>>[];
  readonly volumes: readonly Readonly<Record<string, unknown>>[];
  readonly volumeMounts: readonly Readonly<Record<string, unknown>>[];
}

/** Whom the snapshots are set up as. */
export const snapshotsUser = "snapshots";

/** Name of the repository and of the policy in Elasticsearch. */
export const snapshotsName = "backups";

/** When a snapshot is taken, UTC, in Quartz's words: before the backups of databases begin. */
const schedule = "0 30 1 * * ?";

/** Labels of the job's pods. */
export const snapshotsPods = { "app.kubernetes.io/name": "search-snapshots" } as const;

/** Arguments of {@link snapshots}. */
export interface SnapshotsArgs {
  readonly namespace: pulumi.Output<string>;
  readonly version: ElasticsearchVersion;
  readonly type: SnapshotAccess["type"];
  readonly bucketName: pulumi.Output<string>;
  /** How long snapshots are kept, days. */
  readonly retentionDays: number;
}

/** What Elasticsearch is told, by path: where snapshots go, and when they are taken and forgotten. */
export function snapshotSettings(
  type: SnapshotAccess["type"],
  bucket: string,
  retentionDays: number,
): Readonly<Record<string, unknown>> {
  return {
    [`_snapshot/${snapshotsName}`]: { type, settings: { bucket, base_path: elasticsearchName } },
    [`_slm/policy/${snapshotsName}`]: {
      schedule,
      name: "<daily-{now/d}>",
      repository: snapshotsName,
      // users and settings come from the program
      config: { indices: ["*"], include_global_state: false },
      retention: { expire_after: `${retentionDays}d`, min_count: Math.min(3, retentionDays) },
    },
  };
}

/**
 * Has Elasticsearch take a snapshot of all indices each day, by itself. Its API is told so by a job: the operator's own way
 * (StackConfigPolicy) is not in its free edition. The job is another when what it says is another; saying it twice is no harm.
 */
export function snapshots(
  name: string,
  { namespace, version, type, bucketName, retentionDays }: SnapshotsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.Job {
  const settings = bucketName.apply((bucket) => snapshotSettings(type, bucket, retentionDays));
  return settingsJob(
    name,
    {
      namespace,
      job: "snapshots",
      podLabels: snapshotsPods,
      cluster: elasticsearchName,
      version,
      user: snapshotsUser,
      said: settings.apply((said) => JSON.stringify(said)),
      commands: settings.apply((each) => requestsAs(elasticsearchName, each)),
    },
    opts,
  );
}
