import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { workloadPriorities } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import {
  backupRequests,
  limitsOf,
  milvusFiles,
  milvusFolders,
  milvusHost,
  milvusName,
  milvusPorts,
  milvusSecrets,
  passwordKey,
  restUrl,
} from "./milvusParts";
import { jobPods } from "./milvusTraffic";
import type { ObjectAccess } from "./milvusValues";
import { backupDeadlineSeconds } from "./vectorStore";

/** Name of the job and of what it is told. */
export const backupName = "milvus-backup";

/** Tool of Milvus' makers; from 0.6 on it finds HTTP at a port of its own, which Milvus with TLS has. */
export const backupImage = { repository: "docker.io/milvusdb/milvus-backup", tag: "v0.6.0" } as const;

/** Each day, UTC: after the search index's snapshots and before the backups of databases. */
export const backupSchedule = "0 2 * * *";

/** Whoever it runs as: the image names nobody. */
const backupUser = 1000;

const folders = { config: "/etc/milvus/backup", logs: "/app/logs" } as const;

/** What names of backups begin with; the rest is the time, by which they are sorted. */
const prefix = "daily_";

/** What a backup is told (zilliztech/milvus-backup, internal/cfg/v2). Both ends are the bucket, which copies its objects itself. */
export function backupConfig(
  namespace: string,
  { cloudProvider, host, region = "" }: ObjectAccess,
  bucketName: string,
): Readonly<Record<string, unknown>> {
  return {
    configVersion: "v2",
    log: { level: "info", console: true, file: { path: "logs/backup.log" } },
    milvus: {
      user: "root",
      grpc: {
        address: milvusHost(namespace),
        port: milvusPorts.grpc,
        tlsMode: "server",
        caCertPath: `${milvusFiles.server}/ca.crt`,
        serverName: milvusHost(namespace),
      },
      rest: { endpoint: restUrl(namespace) },
      management: { endpoint: `http://${milvusName}-mixcoord.${namespace}.svc:${milvusPorts.metrics}` },
      storage: {
        provider: cloudProvider,
        address: host,
        port: 443,
        region,
        useSSL: true,
        bucketName,
        rootPath: milvusFolders.data,
        auth: { type: "iam" },
      },
    },
    backup: { storage: { rootPath: milvusFolders.backups }, pauseGC: true },
  };
}

/** Takes a backup, and deletes those that are older than they have to be; an older one stays where the new one failed. */
export function backupScript(retentionDays: number): string {
  return [
    `tool="milvus-backup --config ${folders.config}/backup.yaml"`,
    `name="${prefix}$(date -u +%Y_%m_%d_%H_%M_%S)"`,
    '$tool create --name "$name"',
    `oldest="${prefix}$(date -u -d "@$(( $(date +%s) - ${retentionDays} * 86400 ))" +%Y_%m_%d_%H_%M_%S)"`,
    // it lists on standard error, between lines of its log
    "all=$($tool list 2>&1)",
    `printf '%s\\n' "$all" | awk -v oldest="$oldest" '/^${prefix}[0-9_]+$/ && $0 < oldest' | while read -r old`,
    'do $tool delete --name "$old"',
    "done",
  ].join("\n");
}

/** Arguments of {@link milvusBackups}. */
export interface MilvusBackupsArgs {
  /** Name of the namespace, before it exists. */
  readonly namespace: string;
  readonly namespaceName: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  readonly objects: ObjectAccess;
  /** The service account that may reach the bucket. */
  readonly serviceAccount: pulumi.Output<string>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** How long backups are kept, days. */
  readonly retentionDays: number;
}

/** Has all collections backed up each day, into a folder of the bucket beside them. */
export function milvusBackups(
  name: string,
  args: MilvusBackupsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.CronJob {
  const { namespace, namespaceName, bucketName, objects, serviceAccount, nodeSelector, retentionDays } = args;
  const config = new k8s.core.v1.ConfigMap(
    name,
    {
      metadata: { name: backupName, namespace: namespaceName },
      // JSON is YAML as well
      data: {
        "backup.yaml": bucketName.apply((bucket) => JSON.stringify(backupConfig(namespace, objects, bucket))),
      },
    },
    opts,
  );
  return new k8s.batch.v1.CronJob(
    name,
    {
      metadata: { name: backupName, namespace: namespaceName },
      spec: {
        schedule: backupSchedule,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        // one that could not start in time does so within six hours
        startingDeadlineSeconds: 6 * 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            backoffLimit: 1,
            activeDeadlineSeconds: backupDeadlineSeconds,
            template: {
              metadata: { labels: jobPods.backup },
              spec: {
                restartPolicy: "Never",
                serviceAccountName: serviceAccount,
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                priorityClassName: workloadPriorities.standard,
                ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
                securityContext: {
                  runAsNonRoot: true,
                  runAsUser: backupUser,
                  runAsGroup: backupUser,
                  fsGroup: backupUser,
                  seccompProfile: { type: "RuntimeDefault" },
                },
                containers: [
                  {
                    name: "backup",
                    image: `${backupImage.repository}:${backupImage.tag}`,
                    command: ["/bin/sh", "-eu", "-o", "pipefail", "-c"],
                    args: [backupScript(retentionDays)],
                    env: [
                      { name: "PATH", value: "/app:/usr/local/bin:/usr/bin:/bin" },
                      // beside the authorities of the world, which the bucket's certificate is of
                      { name: "SSL_CERT_DIR", value: milvusFiles.server },
                      {
                        name: "MILVUS_PASSWORD",
                        valueFrom: { secretKeyRef: { name: milvusSecrets.root, key: passwordKey } },
                      },
                    ],
                    resources: { requests: backupRequests, limits: { ...limitsOf(backupRequests) } },
                    securityContext: closedContainer(),
                    volumeMounts: [
                      { name: "config", mountPath: folders.config, readOnly: true },
                      { name: "authority", mountPath: milvusFiles.server, readOnly: true },
                      { name: "logs", mountPath: folders.logs },
                    ],
                  },
                ],
                volumes: [
                  { name: "config", configMap: { name: config.metadata.name } },
                  {
                    name: "authority",
                    secret: {
                      secretName: milvusSecrets.server,
                      items: [{ key: "ca.crt", path: "ca.crt" }],
                    },
                  },
                  { name: "logs", emptyDir: { sizeLimit: "1Gi" } },
                ],
              },
            },
          },
        },
      },
    },
    opts,
  );
}
