import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import { allowTraffic, egressToApiServer, podsHere, tcp } from "../platform/networkPolicy";
import { strimziPods, strimziPorts } from "./strimziKinds";

/** Brokers to each other, operators and exporter to the brokers, Prometheus to the metrics; clients are let in one by one. */
export function strimziTraffic(
  name: string,
  namespace: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  const { controlPlane, replication, agent, metrics, topicOperatorMetrics, userOperatorMetrics } =
    strimziPorts;
  const { brokers, operator, entityOperator, exporter } = strimziPods;
  const scraped = { from: [prometheusPods], ports: tcp(metrics) };
  const toBrokers = { to: [podsHere(brokers)], ports: tcp(replication) };
  return [
    allowTraffic(
      `${name}-brokers`,
      {
        namespace,
        policy: "brokers",
        podLabels: brokers,
        ingress: [
          { from: [podsHere(brokers)], ports: tcp(controlPlane, replication) },
          { from: [podsHere(operator)], ports: tcp(controlPlane, replication, agent) },
          { from: [podsHere(entityOperator), podsHere(exporter)], ports: tcp(replication) },
          scraped,
        ],
        egress: [
          { to: [podsHere(brokers)], ports: tcp(controlPlane, replication) },
          // before it starts, a broker asks for the zone of its node
          egressToApiServer,
        ],
      },
      opts,
    ),
    allowTraffic(
      `${name}-entities`,
      {
        namespace,
        policy: "entity-operator",
        podLabels: entityOperator,
        ingress: [{ from: [prometheusPods], ports: tcp(topicOperatorMetrics, userOperatorMetrics) }],
        egress: [egressToApiServer, toBrokers],
      },
      opts,
    ),
    allowTraffic(
      `${name}-exporter`,
      { namespace, policy: "exporter", podLabels: exporter, ingress: [scraped], egress: [toBrokers] },
      opts,
    ),
  ];
}
