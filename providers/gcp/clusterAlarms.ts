import * as pulumi from "@pulumi/pulumi";
import type { Metric, PolicyOptions } from "./alertPolicy";
import { makeAll } from "./storeAlarms";

/**
 * The control plane, by what GKE itself sends to Cloud Monitoring
 * (https://cloud.google.com/kubernetes-engine/docs/how-to/control-plane-metrics), and its nodes. Nodes and operators' loops
 * call the API server all the time, so that no call at all says that it, or all of them, are gone.
 */
export function clusterAlarms(
  name: string,
  { clusterName, location }: { readonly clusterName: pulumi.Output<string>; readonly location: string },
  opts: PolicyOptions,
): void {
  const requests = (more = ""): Metric => ({
    filter: pulumi.interpolate`metric.type="prometheus.googleapis.com/apiserver_request_total/counter" AND resource.type="prometheus_target" AND resource.labels.cluster="${clusterName}" AND resource.labels.location="${location}"${more}`,
    align: "ALIGN_RATE",
    reduce: "REDUCE_SUM",
    groupBy: ["resource.labels.cluster"],
  });
  makeAll(
    name,
    {
      "cluster-silent": {
        severity: "critical",
        description: "Cluster: nobody calls the API server, or it does not say. It or every node is gone.",
        silent: requests(),
      },
      "cluster-errors": {
        severity: "warning",
        description: "Cluster: the API server fails one call in twenty.",
        metric: requests(' AND metric.labels.code=monitoring.regex.full_match("5..")'),
        partOf: requests(),
        limit: { above: 0.05 },
      },
    },
    opts,
  );
}

/** The way out: https://cloud.google.com/nat/docs/monitoring#metrics */
export function networkAlarms(name: string, natGateway: pulumi.Output<string>, opts: PolicyOptions): void {
  const of = (metric: string, align: Metric["align"], more = ""): Metric => ({
    filter: pulumi.interpolate`metric.type="router.googleapis.com/nat/${metric}" AND resource.type="nat_gateway" AND resource.labels.gateway_name="${natGateway}"${more}`,
    align,
  });
  makeAll(
    name,
    {
      "nat-addresses": {
        severity: "critical",
        description: "Network: Cloud NAT has no address for a node. Connections out of it fail.",
        metric: of("nat_allocation_failed", "ALIGN_COUNT_TRUE"),
        limit: { above: 0 },
      },
      "nat-ports": {
        severity: "critical",
        description:
          "Network: Cloud NAT has no port left and drops packets. Connections out of the network fail.",
        metric: {
          ...of("dropped_sent_packets_count", "ALIGN_DELTA", ' AND metric.labels.reason="OUT_OF_RESOURCES"'),
          reduce: "REDUCE_SUM",
          groupBy: ["resource.labels.gateway_name"],
        },
        limit: { above: 0 },
      },
    },
    opts,
  );
}
