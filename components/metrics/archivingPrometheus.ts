import type * as pulumi from "@pulumi/pulumi";
import { charts } from "../platform/charts";
import { namespaces } from "../platform/names";
import { allowTraffic, egressTo } from "../platform/networkPolicy";
import type { ServicePlace } from "../platform/service";
import { letIntoArchive, type MetricsArchive, objstore, thanosImage } from "./metricsArchive";

/** Service account of Prometheus, as its chart names it. */
export const prometheusAccount = "kube-prometheus-stack-prometheus";

/** Service of Prometheus' sidecars, as its chart names it, by which all of them are found. */
export const sidecarService = "kube-prometheus-stack-thanos-discovery";

/** Ports of the sidecars. */
export const sidecarPorts = { grpc: 10901, metrics: 10902 } as const;

/** Memory of a sidecar, MiB. */
export const sidecarMemoryMiB = 256;

/** What Prometheus needs for its blocks to be kept in the archive. */
export interface ArchivingArgs extends Pick<ServicePlace, "identify" | "identityEndpoints"> {
  readonly archive: MetricsArchive;
  /** What its identity waits for: the cluster. */
  readonly dependsOn: pulumi.ComponentResourceOptions["dependsOn"];
  /** Of the monitoring stack, as the namespace itself says it. */
  readonly namespace: pulumi.Input<string>;
}

/** What Prometheus' chart is told of it. */
export interface Archiving {
  readonly accountAnnotations: pulumi.Input<Readonly<Record<string, string>>>;
  /** What has to stand before its pods, which get their credentials as they start; for the rest they wait themselves. */
  readonly ready: readonly pulumi.Resource[];
}

/** Lets Prometheus' pods into the archive: the sidecar of each writes a block there every two hours. */
export function letPrometheusArchive(
  name: string,
  { archive, identify, identityEndpoints, dependsOn = [], namespace }: ArchivingArgs,
  parent: pulumi.Resource,
): Archiving {
  const { identity } = letIntoArchive(
    name,
    {
      archive,
      identify,
      namespace: namespaces.monitoring,
      standing: namespace,
      serviceAccount: prometheusAccount,
    },
    { parent, dependsOn },
  );
  allowTraffic(
    `${name}-archive`,
    {
      namespace,
      policy: "prometheus-archive",
      podLabels: { "app.kubernetes.io/name": "prometheus" },
      egress: [...archive.bucket.destinations.map(egressTo), ...identityEndpoints.map(egressTo)],
    },
    { parent },
  );
  return { accountAnnotations: identity.serviceAccountAnnotations, ready: [identity] };
}

/** Values of Prometheus' chart for it, below `prometheus`. */
export function archivingValues({ accountAnnotations }: Pick<Archiving, "accountAnnotations">): {
  readonly beside: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
} {
  return {
    beside: {
      serviceAccount: { name: prometheusAccount, annotations: accountAnnotations },
      thanosService: { enabled: true },
      thanosServiceMonitor: { enabled: true },
    },
    spec: {
      thanos: {
        image: thanosImage,
        version: charts.thanos.appVersion,
        logFormat: "json",
        resources: {
          requests: { cpu: "50m", memory: `${sidecarMemoryMiB}Mi` },
          limits: { cpu: "1", memory: `${sidecarMemoryMiB}Mi` },
        },
        objectStorageConfig: { existingSecret: { name: objstore.secret, key: objstore.key } },
      },
    },
  };
}
