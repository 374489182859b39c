import * as pulumi from "@pulumi/pulumi";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressToApiServer, podsIn, tcp } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { eventsPipeline, nodePipeline, type PipelineArgs } from "./alloyConfig";
import { alloyPort, eventPods, eventValues, nodePods, nodeValues } from "./alloyValues";
import { lokiPort } from "./lokiSpec";
import { lokiPods } from "./lokiValues";

/** Arguments of {@link Alloy}. */
export interface AlloyArgs extends Pick<ServicePlace, "nodeSelector">, PipelineArgs {}

/**
 * Sends Loki what pods say, from each node, and Kubernetes' events, from one pod. What reads nodes is alone in a namespace whose pods
 * may reach for the node, and has no right in the cluster; what reads events has that one right, and is closed as any.
 *
 * From the node's files and not by the API server, which would have to send every line of the cluster once more, on connections
 * that each of its upgrades breaks, and would be asked for it by somebody who may read every pod's logs.
 */
export class Alloy extends pulumi.ComponentResource {
  constructor(name: string, args: AlloyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:logging:Alloy", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };
    const ingress = [{ from: [prometheusPods], ports: tcp(alloyPort) }];
    const toLoki = { to: [podsIn(namespaces.loki, lokiPods)], ports: tcp(lokiPort) };

    const nodes = new SecureNamespace(
      name,
      {
        namespace: namespaces.alloy,
        podSecurity: {
          level: "privileged",
          reason:
            "Alloy reads what pods of the node say from the kubelet's files (/var/log/pods, read-only), and keeps beside them how far it is (/var/lib/alloy)",
        },
        // a pod for each node
        quota: {
          requests: { cpu: "50", memory: "256Gi" },
          limits: { cpu: "500", memory: "512Gi" },
          pods: 1000,
        },
      },
      child,
    );
    const nodeTraffic = allowTraffic(
      `${name}-nodes`,
      { namespace: nodes.namespaceName, policy: "nodes", podLabels: nodePods, ingress, egress: [toLoki] },
      child,
    );
    installChart(
      name,
      { chart: "alloy", namespace: nodes.namespaceName, values: nodeValues(nodePipeline(args)) },
      afterAll(child, opts, [nodeTraffic]),
    );

    const events = new SecureNamespace(
      `${name}-events`,
      {
        namespace: namespaces.alloyEvents,
        quota: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" }, pods: 4 },
      },
      child,
    );
    const eventTraffic = allowTraffic(
      `${name}-events-traffic`,
      {
        namespace: events.namespaceName,
        policy: "events",
        podLabels: eventPods,
        ingress,
        egress: [toLoki, egressToApiServer],
      },
      child,
    );
    installChart(
      `${name}-events`,
      {
        chart: "alloy",
        namespace: events.namespaceName,
        values: eventValues(eventsPipeline(args), args.nodeSelector),
      },
      afterAll(child, opts, [eventTraffic]),
    );
    this.registerOutputs({});
  }
}
