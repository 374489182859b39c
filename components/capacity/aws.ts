import { platformNodes } from "../cluster/serverlessCluster";
import type { CloudCapacity, ServerlessSize } from "./clouds";
import type { PlatformPodsArgs, Row } from "./platformPods";
import { agent, podsPerNode, systemGroup } from "./pods";

/**
 * What Fargate gives a pod: vCPUs, and for each the memory, GiB, that it may have with them
 * (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
 */
const fargateSizes: readonly (readonly [vcpus: number, memoryGiB: readonly number[]])[] = [
  [0.25, [0.5, 1, 2]],
  [0.5, [1, 2, 3, 4]],
  [1, [2, 3, 4, 5, 6, 7, 8]],
  [2, wholesFrom(4, 16, 1)],
  [4, wholesFrom(8, 30, 1)],
  [8, wholesFrom(16, 60, 4)],
  [16, wholesFrom(32, 120, 8)],
];

/** What Fargate takes of a pod's memory for what Kubernetes itself runs beside it, MiB; it is added to what is asked for. */
export const fargateOverheadMiB = 256;

function wholesFrom(least: number, most: number, step: number): readonly number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);
}

function fargateSize(vcpus: number, memoryGiB: number): ServerlessSize | undefined {
  const whole = memoryGiB + fargateOverheadMiB / 1024;
  for (const [size, memories] of fargateSizes) {
    const memory = memories.find((each) => each >= whole);
    if (size >= vcpus && memory !== undefined) return { vcpus: size, memoryGiB: memory };
  }
  return undefined;
}

function addedPods({
  highlyAvailable,
  provisioning,
  platform,
  serverless,
}: PlatformPodsArgs): readonly Row[] {
  const two = highlyAvailable ? 2 : 1;
  return [
    ["kube-system/aws-load-balancer-controller", 100, 256, 2],
    ["kube-system/cluster-autoscaler", 100, 600, 2],
    ["metrics-server/metrics-server", 100, 300, two],
    ...(platform.vpa === undefined
      ? []
      : [["vpa/vertical-pod-autoscaler-recommender", 20, 256, two] as const]),
    ...(provisioning && !serverless
      ? [["kube-system/karpenter", 250, 1024, 2, { apart: true }] as const]
      : []),
  ];
}

/** Capacity of EKS, and of Fargate for pods without nodes. */
export const awsCapacity: CloudCapacity = {
  /*
   * Karpenter's own `vm-memory-overhead-percent` (https://karpenter.sh/docs/reference/settings/, 0.075); nodes of 8 GiB were seen with
   * 6.7 % less, of 16 with 5.2 % (2i2c-org/infrastructure, instance_capacities.yaml: m5.large, m5.xlarge).
   */
  hiddenPart: 0.075,
  // 255 and 11 for each pod that a node may have (awslabs/amazon-eks-ami, nodeadm, kubelet's reserved memory)
  reservedMiB: () => 255 + 11 * podsPerNode,
  nodeAgents: [
    /*
     * aws-node and its policy agent 50m, kube-proxy 100m, the driver of volumes 30m and 120 MiB, node monitoring 10m and 30 MiB, the
     * agent of Pod Identity nothing (the add-ons' own manifests; clusters were seen with 195m and 250 MiB with two of their own among
     * them, 2i2c-org/infrastructure, daemonset_requests.yaml).
     */
    agent("kube-system", 190, 150, 5),
    // NVIDIA's plugin, which EKS leaves to us, and the daemon that shares GPUs
    { ...agent("kube-system/nvidia-device-plugin", 50, 128), gpuNodes: true },
    { ...agent("kube-system/nvidia-device-plugin-mps-control-daemon", 50, 128), gpuNodes: true },
  ],
  /*
   * CoreDNS (the add-on's own 100m and 70 MiB; from two to ten, as its autoscaler is told), the controllers of volumes (six containers
   * of 10m and 40 MiB, kubernetes-sigs/aws-ebs-csi-driver, chart's values) and of snapshots (none asked).
   */
  systemPods: () => [
    systemGroup("coredns", [100, 70], 2, 10),
    systemGroup("ebs-csi-controller", [60, 240], 2),
    systemGroup("snapshot-controller", [0, 0], 2),
  ],
  addedPods,
  groupsByZone: true,
  hasSearch: true,
  backsUpMongo: true,
  serverless: {
    size: fargateSize,
    // those of the services' namespace alone
    takesAll: false,
    pools: (zones) => ({ system: platformNodes(zones) }),
  },
};
