import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudScript } from "./cloudScript";
import { jobPods, snapshotter, vaultHosts, vaultPorts } from "./vaultParts";
import { vaultModules, vaultPod, vaultProgram } from "./vaultPod";

/** When a snapshot is kept, UTC: before those of stores in the cluster. */
export const snapshotSchedule = "15 1 * * *";

/** Name of the one object, of which each day makes another version. */
export const snapshotObject = "vault.snap";

/** How long those of earlier days are kept, days: as long as backups of the cluster. */
export const snapshotDays = 30;

/** What a run asks for: it has the snapshot in memory, and for a moment all that is in it. */
export const snapshotRequests = { cpu: "50m", memory: "256Mi" } as const;
const snapshotLimits = { cpu: "500m", memory: "512Mi" } as const;

/** Longest that a run may take, seconds. */
const deadlineSeconds = 1200;

/** Arguments of {@link vaultSnapshots}. */
export interface VaultSnapshotsArgs {
  readonly namespace: pulumi.Output<string>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly serviceAccountAnnotations: pulumi.Input<Record<string, string>>;
  readonly objectStore: CloudScript;
  readonly bucketName: pulumi.Output<string>;
}

/** Has a snapshot of all that Vault has kept in a bucket each day. */
export function vaultSnapshots(
  name: string,
  args: VaultSnapshotsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.CronJob {
  const { namespace, nodeSelector, serviceAccountAnnotations, objectStore, bucketName } = args;
  const address = `https://${vaultHosts.leader}:${vaultPorts.api}`;
  const told = bucketName.apply((bucket) =>
    JSON.stringify({ address, role: snapshotter, bucket, object: snapshotObject }, undefined, 1),
  );
  const program = vaultProgram(
    name,
    {
      account: snapshotter,
      namespace,
      serviceAccountAnnotations,
      files: { ...vaultModules("snapshot.cjs", "vaultApi.cjs"), ...objectStore.files, "config.json": told },
    },
    opts,
  );
  return new k8s.batch.v1.CronJob(
    name,
    {
      metadata: { name: snapshotter, namespace },
      spec: {
        schedule: snapshotSchedule,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        // one that could not start in time does so within six hours
        startingDeadlineSeconds: 6 * 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            backoffLimit: 3,
            activeDeadlineSeconds: deadlineSeconds,
            template: vaultPod({
              program,
              main: "snapshot.cjs",
              container: "snapshot",
              labels: jobPods.snapshot,
              env: objectStore.env,
              nodeSelector,
              resources: { requests: snapshotRequests, limits: snapshotLimits },
            }),
          },
        },
      },
    },
    opts,
  );
}
