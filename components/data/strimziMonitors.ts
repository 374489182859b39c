import type * as pulumi from "@pulumi/pulumi";
import { podMonitor } from "../platform/podMonitor";
import { strimziCluster, strimziPods } from "./strimziKinds";

/**
 * Has Prometheus scrape the brokers with their exporter, and the three operators, which answer on the port of their probes
 * (strimzi/strimzi-kafka-operator 1.2.0, packaging/examples/metrics/prometheus-install/pod-monitors). Needs the monitoring
 * stack's kinds.
 */
export function strimziMonitors(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  const brokers = { "strimzi.io/cluster": strimziCluster, "strimzi.io/kind": "Kafka" };
  const { operator, entityOperator } = strimziPods;
  for (const [key, monitor, podLabels, port] of [
    ["metrics", "kafka", brokers, "tcp-prometheus"],
    ["operator-metrics", "operator", operator, "http"],
    ["topic-operator-metrics", "topic-operator", entityOperator, "healthcheck-to"],
    ["user-operator-metrics", "user-operator", entityOperator, "healthcheck-uo"],
  ] as const) {
    podMonitor(`${name}-${key}`, { namespace, monitor, podLabels, port }, opts);
  }
}
