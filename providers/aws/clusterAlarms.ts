import type * as pulumi from "@pulumi/pulumi";
import type { Series } from "./metricAlarm";
import { type AlarmSet, makeAll } from "./storeAlarms";

type Opts = { readonly parent: pulumi.Resource };

/** Size at which EKS's etcd takes no more writes: https://docs.aws.amazon.com/eks/latest/best-practices/known-limits-and-service-quotas.html */
const etcdLimitBytes = 8 * 2 ** 30;

/**
 * The control plane, by what EKS itself sends to CloudWatch each minute
 * (https://docs.aws.amazon.com/eks/latest/userguide/cloudwatch.html). Nodes and the operators' own loops call it all the
 * time, so that no call at all says that it, or all of them, are gone: nothing in the cluster could tell that.
 */
export function clusterAlarms(
  name: string,
  clusterName: pulumi.Input<string>,
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  const series = (metric: string, statistic: Series["statistic"]): Series => ({
    namespace: "AWS/EKS",
    metric,
    statistic,
    dimensions: { ClusterName: clusterName },
  });
  makeAll(
    name,
    {
      "cluster-silent": {
        severity: "critical",
        description: "Cluster: nobody calls the API server, or it does not say. It or every node is gone.",
        series: { requests: series("apiserver_request_total", "Sum") },
        limit: { below: 1 },
        alarmOnSilence: true,
      },
      "cluster-storage": {
        severity: "critical",
        description:
          "Cluster: etcd is four fifths full. Full, it takes no more writes, and nothing in the cluster can change.",
        series: { size: series("apiserver_storage_size_bytes", "Maximum") },
        limit: { above: Math.round(etcdLimitBytes * 0.8) },
      },
      "cluster-errors": {
        severity: "warning",
        description: "Cluster: the API server fails one call in twenty.",
        series: {
          errors: series("apiserver_request_total_5XX", "Sum"),
          requests: series("apiserver_request_total", "Sum"),
        },
        expression: "100 * errors / requests",
        limit: { above: 5 },
      },
    },
    topicArn,
    opts,
  );
}

/**
 * The ways out, gateway by gateway. AWS asks to look at its own status where more than one packet in ten thousand is
 * dropped: https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
 */
export function networkAlarms(
  name: string,
  natGateways: Readonly<Record<string, pulumi.Output<string>>>,
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  for (const [zone, id] of Object.entries(natGateways)) {
    const sum = (metric: string): Series => ({
      namespace: "AWS/NATGateway",
      metric,
      statistic: "Sum",
      dimensions: { NatGatewayId: id },
    });
    makeAll(
      name,
      {
        [`nat-${zone}-ports`]: {
          severity: "critical",
          description: `Network: the NAT gateway of zone ${zone} has no port left for a destination. Connections out of it fail.`,
          series: { errors: sum("ErrorPortAllocation") },
          limit: { above: 0 },
        },
        [`nat-${zone}-drops`]: {
          severity: "warning",
          description: `Network: the NAT gateway of zone ${zone} drops more than one packet in ten thousand.`,
          series: {
            drops: sum("PacketsDropCount"),
            out: sum("PacketsInFromSource"),
            back: sum("PacketsInFromDestination"),
          },
          expression: "100 * drops / (out + back)",
          limit: { above: 0.01 },
        },
      },
      topicArn,
      opts,
    );
  }
}
