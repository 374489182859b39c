import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { installChart } from "../platform/release";
import { authoritySecret, elasticsearchName, elasticsearchPorts, hostOf } from "./elasticsearchNodes";
import { exporterPort } from "./elasticsearchTraffic";
import { userSecret } from "./elasticsearchUsers";

/** Whom the exporter signs in as. */
export const exporterUser = "exporter";

/** Has Prometheus know how the nodes are: Elasticsearch has no metrics of its own in its words. */
export function elasticsearchExporter(
  name: string,
  { namespace, ...args }: { readonly namespace: pulumi.Output<string> } & ExporterArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  return installChart(
    name,
    { chart: "elasticsearchExporter", namespace, values: exporterValues(args) },
    opts,
  );
}

/** What the exporter asks, and what for. */
export interface ExporterArgs {
  /**
   * Name of the cluster.
   *
   * @default `elasticsearchName`
   */
  readonly cluster?: string;
  /**
   * `logs`: of the nodes, and of each index what tells whether its retention goes on and whether a line of it was taken away.
   *
   * @default "nodes" - of each index and shard there would be a series: too many, and nothing of ours asks for them
   */
  readonly watches?: "nodes" | "logs";
  /**
   * Labels of its nodes.
   *
   * @default {} - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

/** Values of the chart. */
export function exporterValues({
  cluster = elasticsearchName,
  watches = "nodes",
  nodeSelector = {},
}: ExporterArgs = {}): Record<string, unknown> {
  const certificates = "/etc/search";
  const fromUser = (key: string) => ({ secret: userSecret(exporterUser), key });
  return {
    es: {
      uri: `https://${hostOf(cluster)}:${elasticsearchPorts.http}`,
      all: true,
      indices: watches === "logs",
      indices_settings: false,
      indices_mappings: false,
      shards: false,
      snapshots: true,
      ...(watches === "logs" && { data_stream: true, ilm: true }),
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
        secretName: authoritySecret(cluster),
        path: certificates,
      },
    ],
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    service: { httpPort: exporterPort },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    priorityClassName: platformPriority,
    serviceAccount: { create: true, name: "exporter", automountServiceAccountToken: false },
    podMonitor: {
      enabled: true,
      interval: "30s",
      honorLabels: true,
      ...(watches === "logs" && { metricRelabelings: fewOfIndices }),
    },
  };
}

/** Series of an index that something asks for, of some eighty that the exporter has (collector/indices.go and ilm.go). */
const askedOfIndices = "elasticsearch_(indices_(deleted_docs|docs)_primary|ilm_index_status)";

/** Drops all others of an index: what is asked for is marked, what is of an index and unmarked goes. */
const fewOfIndices = [
  { sourceLabels: ["__name__"], regex: askedOfIndices, targetLabel: "__tmp_asked", replacement: "yes" },
  { sourceLabels: ["index", "__tmp_asked"], regex: "[^;]+;", action: "drop" },
  { regex: "__tmp_asked", action: "labeldrop" },
];
