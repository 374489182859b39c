import type { Setting } from "./setting";

const area = "GPUs";

/** What pools with GPUs have on AWS without being told. */
export const awsGpuSettings: readonly Setting[] = [
  {
    area,
    setting: "nodes with GPUs for pods that ask for one",
    type: "aws:eks/nodeGroup:NodeGroup",
    only: /-inference-/,
    path: "taints.*.key",
    expected: "nvidia.com/gpu",
    elsewhere: "GKE the same, EKS none",
    why: "other pods would fill nodes that cost several times as much",
  },
  {
    area,
    setting: "device plugin of GPUs without privileges",
    type: "kubernetes:helm.sh/v3:Release",
    only: /-gpus$/,
    path: "values.securityContext.allowPrivilegeEscalation",
    expected: false,
    elsewhere: "its chart false",
    why: "it stands in kube-system, on each node with GPUs",
  },
  {
    area,
    setting: "no search for GPUs' features, which would run privileged",
    type: "kubernetes:helm.sh/v3:Release",
    only: /-gpus$/,
    path: "values.gfd.enabled",
    expected: false,
    elsewhere: "its chart false",
    why: "the nodes have their labels from the start",
  },
];

const pool = { area, type: "gcp:container/nodePool:NodePool", only: /-inference$/ };

/** What pools with GPUs have on GCP without being told. */
export const gcpGpuSettings: readonly Setting[] = [
  {
    ...pool,
    setting: "nodes with GPUs for pods that ask for one",
    path: "nodeConfig.taints.*.key",
    expected: "nvidia.com/gpu",
    elsewhere: "GKE the same, where other pools stand already",
    why: "other pods would fill nodes that cost several times as much",
  },
  {
    ...pool,
    setting: "verified boot beside a GPU",
    path: "nodeConfig.shieldedInstanceConfig.enableSecureBoot",
    expected: true,
    elsewhere: "GKE false",
    why: "GKE's drivers are signed: no node has to go without",
  },
  {
    ...pool,
    setting: "driver of GPUs kept by GKE with the node's version",
    path: "nodeConfig.guestAccelerators.*.gpuDriverInstallationConfig.gpuDriverVersion",
    expected: "DEFAULT",
    elsewhere: "GKE the same since 1.30",
    why: "a driver that nobody upgrades gets no fixes",
  },
];
