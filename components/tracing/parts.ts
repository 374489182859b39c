import { namespaces } from "../platform/names";

/** Collectors by the names of their resources: those beside the pods that send spans, and those that decide which are kept. */
export type CollectorName = "agent" | "gateway";

/** Ports of OTLP (opentelemetry.io, OTLP specification), of what collectors tell of themselves, and of their probe. */
export const collectorPorts = { grpc: 4317, http: 4318, metrics: 8888, health: 13133 } as const;

/** Labels that the operator gives a collector's pods (opentelemetry-operator v0.158.0, internal/manifests/manifestutils/labels.go). */
export function collectorPods(name: CollectorName): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/component": "opentelemetry-collector",
    "app.kubernetes.io/instance": `${namespaces.tracing}.${name}`,
  };
}

/** Name of what the operator makes of a collector: its workload and its Service (internal/naming/main.go). */
export function collectorObject(name: CollectorName): string {
  return `${name}-collector`;
}

/** Name of a Service in the namespace of traces, as others of the cluster call it. */
export function tracingHost(service: string): string {
  return `${service}.${namespaces.tracing}.svc`;
}

/** Folder with a pod's certificate, and its files, as cert-manager names them. */
const certificates = "/etc/tracing/tls";
export const tlsFiles = {
  folder: certificates,
  authority: `${certificates}/ca.crt`,
  certificate: `${certificates}/tls.crt`,
  key: `${certificates}/tls.key`,
} as const;

/** How often files of certificates are read anew: cert-manager has others in them well before they end. */
const reloadInterval = "1h";

/** Shown by who is called, who asks callers for theirs (opentelemetry-collector v0.158.0, config/configtls/README.md). */
export const serverTls = {
  cert_file: tlsFiles.certificate,
  key_file: tlsFiles.key,
  client_ca_file: tlsFiles.authority,
  reload_interval: reloadInterval,
  min_version: "1.3",
} as const;

/** The same of who calls. */
export const clientTls = {
  ca_file: tlsFiles.authority,
  cert_file: tlsFiles.certificate,
  key_file: tlsFiles.key,
  reload_interval: reloadInterval,
  min_version: "1.3",
} as const;

/** Has what runs by the collector's code tell its figures to Prometheus, under names with the suffixes of their types. */
export const ownTelemetry = {
  logs: { level: "info", encoding: "json" },
  metrics: {
    level: "normal",
    readers: [
      {
        pull: {
          exporter: {
            prometheus: {
              host: "0.0.0.0",
              port: collectorPorts.metrics,
              without_type_suffix: false,
              without_units: false,
              without_scope_info: true,
            },
          },
        },
      },
    ],
  },
} as const;

/** User of the images of the collectors, of Jaeger and of Tempo. */
export const collectorUser = 10001;
