import type { Cloud } from "../cloud";
import { planMesh } from "../mesh/istioSpec";
import type { PlatformSpec } from "../platform/platformSpec";
import type { Room } from "./pods";

/** A DaemonSet, or what a cloud runs of them: what its pods on one node ask for. */
export interface NodeAgent {
  readonly name: string;
  readonly each: Room;
  /**
   * Only on nodes with GPUs.
   *
   * @default false
   */
  readonly gpuNodes?: boolean;
}

function agent(name: string, cpu: number, memoryMiB: number, pods = 1): NodeAgent {
  return { name, each: { cpu, memoryMiB, pods, gpus: 0 } };
}

/**
 * What the cloud itself runs on each node. EKS: aws-node and its policy agent 50m, kube-proxy 100m, the driver of volumes 30m and
 * 120 MiB, node monitoring 10m and 30 MiB, the agent of Pod Identity nothing (the add-ons' own manifests; clusters were seen with
 * 195m and 250 MiB with two of their own among them, 2i2c-org/infrastructure, daemonset_requests.yaml). GKE: the most that was
 * seen of its DaemonSets together (2i2c-org/infrastructure#4131: 454m and 656 MiB); what each of them asks for Google changes
 * with its versions.
 */
const ofCloud: Readonly<Record<Cloud, NodeAgent>> = {
  aws: agent("kube-system", 190, 150, 5),
  gcp: agent("kube-system", 454, 656, 9),
};

/** NVIDIA's plugin, which EKS leaves to us, and the daemon that shares GPUs; GKE's own is among what the cloud runs. */
const gpuPlugin: readonly NodeAgent[] = [
  { ...agent("kube-system/nvidia-device-plugin", 50, 128), gpuNodes: true },
  { ...agent("kube-system/nvidia-device-plugin-mps-control-daemon", 50, 128), gpuNodes: true },
];

/** Everything that runs once on each node, with what it asks for there; a test holds it to the charts. */
export function nodeAgents(cloud: Cloud, platform: PlatformSpec, gpus: boolean): readonly NodeAgent[] {
  const { loki, elasticStack, openTelemetry, falco, istio } = platform;
  const of = (spec: unknown, ...agents: readonly NodeAgent[]) => (spec === undefined ? [] : agents);
  const ambient = istio !== undefined && planMesh(istio).mode === "ambient";
  return [
    ofCloud[cloud],
    agent("node-exporter/kube-prometheus-stack-prometheus-node-exporter", 50, 64),
    ...of(loki, agent("alloy/alloy", 50, 192)),
    ...of(elasticStack, agent("filebeat/logs", 50, 160)),
    ...of(openTelemetry, agent("tracing/agent", 50, 192)),
    ...of(falco, agent("falco/falco", 100, 256)),
    ...of(istio, agent("istio-nodes/istio-cni-node", 20, 200)),
    ...(ambient ? [agent("istio-nodes/ztunnel", 100, 256)] : []),
    ...(gpus && cloud === "aws" ? gpuPlugin : []),
  ];
}
