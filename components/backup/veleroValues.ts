import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import type { VeleroArgs } from "./velero";

/** Service account that reaches the bucket. */
export const veleroAccount = "velero";

const labels = { "app.kubernetes.io/name": "velero", "app.kubernetes.io/instance": "velero" } as const;

/** Labels of the pod that makes backups. */
export const serverPods = { ...labels } as const;

/** Labels of the job that brings its kinds to the chart's version, which the chart gives no others. */
export const crdJobPods = { "groundwork.dev/part": "velero-upgrade" } as const;

/** Name of the daily schedule's backups in the series: the chart puts its own name before it. */
export const dailySchedule = "velero-daily";

/** Whoever it runs as: everybody may run what is in the image and its plugins. */
const user = 65532;

const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
} as const;

/** What each pod may take. */
const memory = "512Mi";

/** When backups are taken, UTC, and how long each is kept. Volumes are in the vault. */
const schedules = {
  // clear of the vault's hour (clusterBackup.ts), of stores' own and of nodes' upgrades
  daily: { schedule: "40 4 * * *", keptHours: 30 * 24 },
  // for what was deleted or changed a moment ago
  hourly: { schedule: "10 * * * *", keptHours: 2 * 24 },
} as const;

/** What happened is no part of what there is, and would be most of each hour's backup. */
const excludedResources = ["events", "events.events.k8s.io"];

/** What the chart's values are made from. */
export interface VeleroValuesArgs extends Pick<VeleroArgs, "nodeSelector" | "storage"> {
  readonly bucketName: pulumi.Input<string>;
  /** What the plugin is told of the bucket. */
  readonly config: Readonly<Record<string, pulumi.Input<string>>>;
  /** Of its service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function veleroValues({
  nodeSelector,
  storage: { provider, plugin },
  bucketName,
  config,
  annotations,
}: VeleroValuesArgs): Record<string, unknown> {
  const small = { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "128Mi" } };
  return {
    initContainers: [
      {
        name: "plugin",
        image: `${plugin.repository}:${plugin.tag}`,
        imagePullPolicy: "IfNotPresent",
        resources: small,
        securityContext: containerSecurity,
        volumeMounts: [{ name: "plugins", mountPath: "/target" }],
      },
    ],
    resources: { requests: { cpu: "100m", memory }, limits: { cpu: "1", memory } },
    upgradeJobResources: small,
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containerSecurityContext: containerSecurity,
    kubectl: { labels: crdJobPods },
    priorityClassName: platformPriority,
    nodeSelector,
    // a backup goes on for minutes; one that is cut off is tried again by its schedule
    terminationGracePeriodSeconds: 300,
    serviceAccount: { server: { create: true, name: veleroAccount, annotations } },
    // no key: its pod signs in as its identity
    credentials: { useSecret: false },
    // no snapshots, no file-level backups: nothing of it runs on nodes
    snapshotsEnabled: false,
    deployNodeAgent: false,
    configuration: {
      backupStorageLocation: [
        { name: "default", provider, bucket: bucketName, prefix: "velero", default: true, config },
      ],
      volumeSnapshotLocation: [],
      logFormat: "json",
      defaultBackupTTL: "720h",
    },
    schedules: Object.fromEntries(
      Object.entries(schedules).map(([name, { schedule, keptHours }]) => [
        name,
        {
          schedule,
          template: {
            ttl: `${keptHours}h0m0s`,
            storageLocation: "default",
            includedNamespaces: ["*"],
            includeClusterResources: true,
            excludedResources,
            snapshotVolumes: false,
          },
        },
      ]),
    ),
    metrics: { enabled: true, serviceMonitor: { enabled: true, autodetect: false } },
  };
}
