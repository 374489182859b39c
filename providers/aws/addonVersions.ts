import { type KubernetesVersion, kubernetesVersions } from "../../components/cluster/nodePools";
import { minorOf } from "../../components/cluster/upgrade";

/** Add-ons that EKS runs for us. */
export type AddonName =
  | "vpc-cni"
  | "kube-proxy"
  | "eks-pod-identity-agent"
  | "coredns"
  | "snapshot-controller"
  | "aws-ebs-csi-driver"
  | "eks-node-monitoring-agent";

/** What goes with one Kubernetes minor. */
export interface MinorPins {
  readonly addons: Readonly<Record<AddonName, string>>;
  /** Tag of Cluster Autoscaler's image, whose minor has to be the cluster's. */
  readonly clusterAutoscaler: string;
}

/** Add-ons whose builds serve every minor we offer. */
const everyMinor = {
  "vpc-cni": "v1.22.4-eksbuild.3",
  "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
  "snapshot-controller": "v8.6.0-eksbuild.4",
  "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
  "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
} as const;

/**
 * Builds by Kubernetes minor, exact, so that two updates of one commit give the same cluster.
 *
 * Read on 2026-11-21 from public configurations of running clusters of that minor, kube-proxy's and CoreDNS' beside the
 * EKS user guide's tables, and not from EKS itself: `aws eks describe-addon-versions --kubernetes-version 1.35
 * --addon-name vpc-cni` lists what it offers, and it refuses a build that it does not. Those of 1.36 are what EKS
 * resolved its defaults to in September 2026. The node monitoring agent's and the snapshot
 * controller's were seen on 1.35 only. Cluster Autoscaler's are
 * tags of its repository.
 */
const pins: Readonly<Record<KubernetesVersion, MinorPins>> = {
  "1.36": {
    addons: { ...everyMinor, "kube-proxy": "v1.36.0-eksbuild.21", coredns: "v1.14.3-eksbuild.16" },
    clusterAutoscaler: "v1.36.1",
  },
  "1.35": {
    addons: { ...everyMinor, "kube-proxy": "v1.35.3-eksbuild.18", coredns: "v1.14.3-eksbuild.3" },
    clusterAutoscaler: "v1.35.2",
  },
  "1.34": {
    addons: { ...everyMinor, "kube-proxy": "v1.34.6-eksbuild.18", coredns: "v1.13.2-eksbuild.11" },
    clusterAutoscaler: "v1.34.5",
  },
};

/** What goes with that minor; an error for one that is not offered. */
export function pinsOf(version: string): MinorPins {
  const known = kubernetesVersions.find((candidate) => candidate === version);
  if (known === undefined) {
    throw new Error(`version: expected one of ${kubernetesVersions.join(", ")}, got "${version}"`);
  }
  const found = pins[known];
  const problem = misfit(known, found);
  if (problem !== undefined) throw new Error(problem);
  return found;
}

/**
 * What of these does not go with the minor. kube-proxy and Cluster Autoscaler are built for one: kube-proxy must not be
 * newer than the control plane (https://kubernetes.io/releases/version-skew-policy/#kube-proxy), and the autoscaler
 * simulates the scheduler of its own minor. The other add-ons' builds serve several, as EKS lists them.
 */
export function misfit(version: string, { addons, clusterAutoscaler }: MinorPins): string | undefined {
  const minor = minorOf(version);
  const ofOneMinor = { "kube-proxy": addons["kube-proxy"], "cluster-autoscaler": clusterAutoscaler };
  const wrong = Object.entries(ofOneMinor).find(([, build]) => minorOf(build) !== minor);
  return wrong === undefined
    ? undefined
    : `${wrong[0]}: expected a build for Kubernetes 1.${minor}, got "${wrong[1]}"`;
}
