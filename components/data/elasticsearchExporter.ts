import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { installChart } from "../platform/release";
import { elasticsearchName, elasticsearchPorts } from "./elasticsearchNodes";
import { exporterPort } from "./elasticsearchTraffic";
import { userSecret } from "./elasticsearchUsers";

/** Whom the exporter signs in as. */
export const exporterUser = "exporter";

/** Has Prometheus know how the nodes are: Elasticsearch has no metrics of its own in its words. */
export function elasticsearchExporter(
  name: string,
  { namespace }: { readonly namespace: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  return installChart(name, { chart: "elasticsearchExporter", namespace, values: exporterValues() }, opts);
}

/** Values of the chart. */
export function exporterValues(): Record<string, unknown> {
  const certificates = "/etc/search";
  const fromUser = (key: string) => ({ secret: userSecret(exporterUser), key });
  return {
    es: {
      uri: `https://${elasticsearchName}-es-http:${elasticsearchPorts.http}`,
      all: true,
      // of each index and shard there would be a series: too many, and nothing of ours asks for them
      indices: false,
      indices_settings: false,
      indices_mappings: false,
      shards: false,
      snapshots: true,
      ssl: {
        enabled: true,
        useExistingSecrets: true,
        ca: { path: `${certificates}/ca.crt` },
        client: { enabled: false },
      },
    },
    extraEnvSecrets: { ES_USERNAME: fromUser("username"), ES_PASSWORD: fromUser("password") },
    secretMounts: [
      {
        name: "certificates",
        secretName: `${elasticsearchName}-es-http-certs-public`,
        path: certificates,
      },
    ],
    service: { httpPort: exporterPort },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    priorityClassName: platformPriority,
    serviceAccount: { create: true, name: "exporter", automountServiceAccountToken: false },
    podMonitor: { enabled: true, interval: "30s", honorLabels: true },
  };
}
