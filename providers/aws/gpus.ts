import type * as k8s from "@pulumi/kubernetes";
import {
  gpuTaint,
  type GpuType,
  type NodeMachine,
  type NodePoolArgs,
} from "../../components/cluster/nodePools";
import { installChart } from "../../components/platform/release";
import type { ControllerOpts } from "./controller";

/**
 * Label by which Cluster Autoscaler knows that a node will have GPUs before the device plugin has said so: without it the
 * autoscaler takes the new node for one without, and starts another for the same pod.
 * (kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md, "Special note on GPU instances")
 */
const acceleratorLabel = "k8s.amazonaws.com/accelerator";

/** What that label says, in the words that GKE has for it. */
const accelerators: Readonly<Record<GpuType, string>> = { t4: "nvidia-tesla-t4", l4: "nvidia-l4" };

/** Labels of nodes with GPUs; others have none. */
export function acceleratorLabels({ gpu }: NodeMachine): Readonly<Record<string, string>> {
  return gpu === undefined ? {} : { [acceleratorLabel]: accelerators[gpu.type] };
}

/**
 * NVIDIA's device plugin, which tells Kubernetes what GPUs a node has: a DaemonSet of the nodes with GPUs alone. The image
 * of those nodes has the driver and the runtime, and leaves the plugin to the cluster; GKE has one of its own.
 * https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-k8s-device-plugin.html
 *
 * Nothing where no pool has GPUs.
 */
export function gpuDevicePlugin(
  name: string,
  nodePools: Readonly<Record<string, NodePoolArgs>>,
  { parent, kubernetes, dependsOn }: ControllerOpts,
): readonly k8s.helm.v3.Release[] {
  if (Object.values(nodePools).every(({ machine }) => machine.gpu === undefined)) return [];
  return [
    installChart(
      name,
      {
        chart: "nvidiaDevicePlugin",
        // a part of the nodes, as the network's and the volumes' are: its class of priority is kube-system's
        namespace: "kube-system",
        values: {
          fullnameOverride: "nvidia-device-plugin",
          // whole GPUs: no pod gets a part of one
          migStrategy: "none",
          // nodes carry their labels from the start, and need nobody who finds out what they are
          gfd: { enabled: false },
          nfd: { enabled: false },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
          },
          resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "128Mi" } },
          priorityClassName: "system-node-critical",
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: acceleratorLabel, operator: "Exists" }] }],
              },
            },
          },
          tolerations: [{ key: gpuTaint.key, operator: "Exists", effect: gpuTaint.effect }],
        },
      },
      { parent, provider: kubernetes, dependsOn: [...dependsOn] },
    ),
  ];
}
