import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPart } from "./clusterPart";
import type { ControlPlanePart } from "./controlPlanePart";
import type { MachineShape, NodePoolArgs } from "./nodePools";
import type { NodeProvisioning, Placement, SpotNodes } from "./nodeProvisioning";
import type { ImagePolicy } from "../governance/imagePolicy";
import type { MaintenanceExclusion } from "./maintenance";
import type { Network } from "../network/network";

export type {
  ClusterPart,
  ControlPlanePart,
  MachineShape,
  MaintenanceExclusion,
  NodePoolArgs,
  NodeProvisioning,
  Placement,
};

/** Arguments of a {@link Cluster}, the same on every cloud. */
export interface ClusterArgs {
  readonly network: Network;
  /** Kubernetes minor version, such as `1.35`; one of `kubernetesVersions`. */
  readonly version: string;
  /**
   * Kubernetes minor version of the nodes, up to two behind `version`: the control plane may go first, and the nodes
   * follow in an update of their own. On GCP a release channel's nodes follow by themselves, and any other is refused.
   *
   * @default - the control plane's
   */
  readonly nodesVersion?: string;
  /** Node pools by name. The pool named `system` carries the platform's own pods. */
  readonly nodePools: Readonly<Record<string, NodePoolArgs>>;
  /**
   * Nodes made to measure beside the pools, for the pods that ask for them.
   *
   * @default - the pools are all there is
   */
  readonly nodeProvisioning?: NodeProvisioning;
  /**
   * CIDR blocks that may reach the control plane from outside the network. Empty: private access only (on GCP the DNS
   * endpoint stays, guarded by IAM). `0.0.0.0/0` and `::/0` are refused.
   *
   * @default []
   */
  readonly apiAccessCidrs?: readonly string[];
  /**
   * CIDR blocks of networks joined to this one (VPN, transit gateway, peering) from which runners and operators reach the
   * control plane's private endpoint. On GCP the DNS endpoint answers them as it is. `0.0.0.0/0` and `::/0` are refused.
   *
   * @default []
   */
  readonly privateAccessCidrs?: readonly string[];
  /**
   * Principals with cluster-admin: IAM role ARNs on AWS, IAM members (`group:…`, `user:…`) on GCP. On AWS the principal
   * that deploys has to be one of them: EKS gives the creator no rights, and what the program makes in the cluster is made
   * by that principal.
   *
   * @default [] - nobody, not even the creator
   */
  readonly admins?: readonly string[];
  /**
   * Namespaces whose pods sign in by the token of their service account, as what they run knows no agent of EKS Pod
   * Identity. On GCP every pod signs in by the metadata server.
   *
   * @default []
   */
  readonly tokenNamespaces?: readonly string[];
  /**
   * Times in which the cloud upgrades nothing by itself, or less. Not on AWS, where it does so only at the end of a
   * version's support.
   *
   * @default [] - upgrades come in the weekly window, all year
   */
  readonly maintenanceExclusions?: readonly MaintenanceExclusion[];
  /**
   * What says which images run, where the cloud has such a thing: it stands before the cluster, and changes before anything
   * in it does. Not on AWS.
   *
   * @default - any image runs, unless another stack says which
   */
  readonly imagePolicy?: ImagePolicy;
  /**
   * How long control-plane logs are kept, days.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;
  /**
   * How long daily backups of the cluster's objects and volumes are kept, days, up to 360; 0 takes none.
   *
   * @default 30
   */
  readonly backupRetentionDays?: number;
  /**
   * Refuse deletion, in the cloud and in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/** A Kubernetes cluster with its nodes and the cloud's own add-ons, ready for workloads. */
export interface Cluster extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  /** URL of the API server. */
  readonly endpoint: pulumi.Output<string>;
  /** Kubeconfig with an exec plugin and no static credential; a secret all the same. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Provider through which everything in the cluster is made. */
  readonly provider: k8s.Provider;
  /** What must stand before pods can run: nodes, CNI, DNS. Things in the cluster depend on these. */
  readonly ready: readonly pulumi.Resource[];
  /** Name of the default, encrypted StorageClass. */
  readonly storageClassName: string;
  /** What a pod says to run on nodes made to measure; not there where the cluster makes none. */
  readonly provisionedNodes?: Placement;
  /**
   * Nodes on spot that the cloud makes below pods that ask for some.
   *
   * @default - none: nodes on spot are of pools, or made to measure
   */
  readonly spotNodes?: SpotNodes;
  /**
   * Whether its nodes and the namespace kube-system are the cloud's own: then nothing can run on a node beside the pods, and
   * nothing be made in kube-system.
   *
   * @default false
   */
  readonly managedNodes?: boolean;
  /**
   * Whether the cloud keeps what its pods say: on AWS those on Fargate alone.
   *
   * @default false
   */
  readonly keepsPodLogs?: boolean;
  /**
   * Label of the nodes that stand for one pod each, where no other can run, not even one that is meant for every node.
   *
   * @default - there are none
   */
  readonly singlePodNodes?: { readonly label: string; readonly value: string };
  /**
   * Parts of its own that Prometheus can ask, once it is there.
   *
   * @default [] - the cloud runs them, and watches them itself
   */
  readonly parts?: readonly ClusterPart[];
  /**
   * Parts of its control plane whose metrics the API server shows beside its own.
   *
   * @default [] - of none
   */
  readonly controlPlane?: readonly ControlPlanePart[];
}
