import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import { collectorPorts, collectorUser, serverTls, tlsFiles } from "./parts";

/** Labels of Tempo's pods, as the chart gives them. */
export const tempoPods = {
  "app.kubernetes.io/name": "tempo",
  "app.kubernetes.io/instance": "tempo",
} as const;

/** Name of its service account. */
export const tempoAccount = "tempo";

/** Where it is asked for traces, and tells its figures; and the name that its container has for it. */
export const tempoPort = { number: 3200, name: "prom-metrics" } as const;

/** Name of the Secret with its certificate. */
export const tempoTlsSecret = "tempo-tls";

/** Disk for what has not been written to the bucket yet, GiB: of the last half hour. */
export const tempoDiskGiB = 10;

/** What the chart's values are made from. */
export interface TempoValuesArgs {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly storageClassName: string;
  /** How long traces are kept, days. */
  readonly retentionDays: number;
  /** The bucket, as Tempo's `storage.trace` names it. */
  readonly bucket: Readonly<Record<string, unknown>>;
  readonly serviceAccountAnnotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function tempoValues(args: TempoValuesArgs): Record<string, unknown> {
  return {
    replicas: 1,
    revisionHistoryLimit: 3,
    priorityClassName: platformPriority,
    nodeSelector: args.nodeSelector,
    tempo: {
      // a heap that nothing uses, for Go of before the memory target
      memBallastSizeMbs: 0,
      reportingEnabled: false,
      retention: `${args.retentionDays * 24}h`,
      ingester: { max_block_duration: "15m", complete_block_timeout: "15m" },
      receivers: {
        otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${collectorPorts.grpc}`, tls: serverTls } } },
      },
      server: { http_listen_port: tempoPort.number, log_format: "json" },
      storage: { trace: { ...args.bucket, wal: { path: "/var/tempo/wal" } } },
      resources: { requests: { cpu: "100m", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
      extraEnv: [{ name: "GOMEMLIMIT", value: "768MiB" }],
      extraVolumeMounts: [{ name: "tls", mountPath: tlsFiles.folder, readOnly: true }],
      securityContext: closedContainer(),
    },
    extraVolumes: [{ name: "tls", secret: { secretName: tempoTlsSecret } }],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: collectorUser,
      runAsGroup: collectorUser,
      fsGroup: collectorUser,
      seccompProfile: { type: "RuntimeDefault" },
    },
    serviceAccount: {
      create: true,
      name: tempoAccount,
      annotations: args.serviceAccountAnnotations,
      // it signs in to the cloud, not to Kubernetes
      automountServiceAccountToken: false,
    },
    persistence: {
      enabled: true,
      storageClassName: args.storageClassName,
      size: `${tempoDiskGiB}Gi`,
    },
  };
}
