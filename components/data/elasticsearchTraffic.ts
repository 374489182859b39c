import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import { allowTraffic, type Destination, egressTo, podsHere, podsIn, tcp } from "../platform/networkPolicy";
import { elasticsearchPods, elasticsearchPorts } from "./elasticsearchNodes";
import { snapshotsPods } from "./elasticsearchSnapshots";

/** Where the operator stands, and nothing else. */
export const operatorNamespace = "elastic-system";

/** Labels that its chart gives the operator's pods. */
export const operatorPods = { "app.kubernetes.io/name": "elastic-operator" } as const;

/** Labels that its chart gives the exporter's pods. */
export const exporterPods = { "app.kubernetes.io/name": "prometheus-elasticsearch-exporter" } as const;

export const exporterPort = 9108;

/**
 * Nodes to each other, the operator and those that ask or tell them something to the nodes, Prometheus to the exporter; the
 * nodes to their cloud, for snapshots.
 */
export function elasticsearchTraffic(
  name: string,
  { namespace, cloud }: { readonly namespace: pulumi.Output<string>; readonly cloud: readonly Destination[] },
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  const { http, transport } = elasticsearchPorts;
  const nodes = podsHere(elasticsearchPods);
  return [
    allowTraffic(
      `${name}-nodes`,
      {
        namespace,
        policy: "nodes",
        podLabels: elasticsearchPods,
        ingress: [
          { from: [nodes], ports: tcp(http, transport) },
          {
            from: [podsIn(operatorNamespace, operatorPods), podsHere(exporterPods), podsHere(snapshotsPods)],
            ports: tcp(http),
          },
        ],
        egress: [{ to: [nodes], ports: tcp(http, transport) }, ...cloud.map(egressTo)],
      },
      opts,
    ),
    allowTraffic(
      `${name}-exporter`,
      {
        namespace,
        policy: "exporter",
        podLabels: exporterPods,
        ingress: [{ from: [prometheusPods], ports: tcp(exporterPort) }],
        egress: [{ to: [nodes], ports: tcp(http) }],
      },
      opts,
    ),
  ];
}
