import type { Cloud } from "../cloud";
import { planMesh } from "../mesh/istioSpec";
import type { PlatformSpec } from "../platform/platformSpec";
import { capacityOf } from "./clouds";
import { agent, type NodeAgent } from "./pods";

/** Everything that runs once on each node, with what it asks for there; a test holds it to the charts. */
export function nodeAgents(cloud: Cloud, platform: PlatformSpec, gpus: boolean): readonly NodeAgent[] {
  const ofCloud = capacityOf[cloud].nodeAgents;
  const { loki, elasticStack, openTelemetry, falco, istio } = platform;
  const of = (spec: unknown, ...agents: readonly NodeAgent[]) => (spec === undefined ? [] : agents);
  const ambient = istio !== undefined && planMesh(istio).mode === "ambient";
  return [
    ...ofCloud.filter(({ gpuNodes = false }) => !gpuNodes),
    agent("node-exporter/kube-prometheus-stack-prometheus-node-exporter", 50, 64),
    ...of(loki, agent("alloy/alloy", 50, 192)),
    ...of(elasticStack, agent("filebeat/logs", 50, 160)),
    ...of(openTelemetry, agent("tracing/agent", 50, 192)),
    ...of(falco, agent("falco/falco", 100, 256)),
    ...of(istio, agent("istio-nodes/istio-cni-node", 20, 200)),
    ...(ambient ? [agent("istio-nodes/ztunnel", 100, 256)] : []),
    ...(gpus ? ofCloud.filter(({ gpuNodes = false }) => gpuNodes) : []),
  ];
}
