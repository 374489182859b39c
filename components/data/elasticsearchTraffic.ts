import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import {
  allowTraffic,
  type Destination,
  egressTo,
  type Peer,
  podsHere,
  podsIn,
  tcp,
} from "../platform/networkPolicy";
import { elasticsearchName, elasticsearchPorts, podsOf } from "./elasticsearchNodes";
import { snapshotsPods } from "./elasticsearchSnapshots";

/** Where the operator of the index stands, and nothing else. */
export const operatorNamespace = "elastic-system";

/** Labels that its chart gives the operator's pods. */
export const operatorPods = { "app.kubernetes.io/name": "elastic-operator" } as const;

/** Labels that its chart gives the exporter's pods. */
export const exporterPods = { "app.kubernetes.io/name": "prometheus-elasticsearch-exporter" } as const;

export const exporterPort = 9108;

/** Arguments of {@link elasticsearchTraffic}. */
export interface ElasticsearchTrafficArgs {
  readonly namespace: pulumi.Output<string>;
  /** Where the nodes find their cloud, for snapshots. */
  readonly cloud: readonly Destination[];
  /**
   * Name of the cluster.
   *
   * @default `elasticsearchName`
   */
  readonly cluster?: string;
  /**
   * Namespace of the operator.
   *
   * @default `operatorNamespace`
   */
  readonly operator?: string;
  /**
   * Who asks the nodes or tells them something, beside the operator and the exporter.
   *
   * @default - the job of the snapshots
   */
  readonly clients?: readonly Peer[];
}

/**
 * Nodes to each other, the operator and those that ask or tell them something to the nodes, Prometheus to the exporter; the
 * nodes to their cloud, for snapshots.
 */
export function elasticsearchTraffic(
  name: string,
  args: ElasticsearchTrafficArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  const { namespace, cloud, cluster = elasticsearchName } = args;
  const { operator = operatorNamespace, clients = [podsHere(snapshotsPods)] } = args;
  const { http, transport } = elasticsearchPorts;
  const pods = podsOf(cluster);
  const nodes = podsHere(pods);
  return [
    allowTraffic(
      `${name}-nodes`,
      {
        namespace,
        policy: "nodes",
        podLabels: pods,
        ingress: [
          { from: [nodes], ports: tcp(http, transport) },
          {
            from: [podsIn(operator, operatorPods), podsHere(exporterPods), ...clients],
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
