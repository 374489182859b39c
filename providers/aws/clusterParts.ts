import { type ClusterPart, jobOf } from "../../components/cluster/clusterPart";
import type { ControlPlanePart } from "../../components/cluster/controlPlanePart";
import type { AlertRule } from "../../components/platform/alertRules";
import { autoscalerPods } from "./autoscaler";
import { karpenterPods } from "./karpenter";
import { balancerPods } from "./loadBalancerController";

/** Twice in an hour: what was counted there is stretched to the whole of it, and may come to a little more or less. */
const twice = 1.5;

/** Part of the calls to EC2 that may fail before somebody looks. */
const mostFailing = 0.2;

/**
 * Load balancer controller, by controller-runtime's own series (kubernetes-sigs/controller-runtime,
 * pkg/internal/controller/metrics). What fails is tried again after at most 1000 seconds
 * (aws-load-balancer-controller v3.5.0, pkg/config/controller_config.go), so that what lasts is seen in every 20 minutes, and what many
 * tries of one minute left is gone after them.
 */
const balancerAlerts = (job: string): Readonly<Record<string, AlertRule>> => ({
  "balancer-away": {
    severity: "critical",
    description:
      "Load balancer: its controller is not there. Pods that start are not called, and those that are gone still are.",
    expr: `absent(up{job="${job}"} == 1)`,
    minutes: 10,
  },
  "balancer-failed": {
    severity: "warning",
    description: "Load balancer: its controller can't do what a Service or a target group asks for.",
    expr: `sum by (controller) (increase(controller_runtime_reconcile_errors_total{job="${job}"}[20m])) > 0`,
    minutes: 30,
  },
});

/** Cluster Autoscaler (kubernetes/autoscaler, cluster-autoscaler-1.35.2: cluster-autoscaler/metrics/metrics.go). */
const autoscalerAlerts: Readonly<Record<string, AlertRule>> = {
  "node-autoscaler": {
    severity: "critical",
    description:
      "Nodes: the autoscaler does not work. Pods that find no room wait, and nodes that stand empty are paid for.",
    // of two one leads, and tells this; a round takes ten seconds
    expr: [
      `time() - max(cluster_autoscaler_last_activity{activity="main"}) > 600`,
      `absent(cluster_autoscaler_last_activity{activity="main"})`,
      "sum(rate(cluster_autoscaler_errors_total[15m])) > 0.05",
    ].join(" or "),
    minutes: 10,
  },
  "node-autoscaler-refused": {
    severity: "warning",
    description: "Nodes: a pool was to grow, and got no node, more than once in an hour.",
    expr: `sum by (reason) (increase(cluster_autoscaler_failed_scale_ups_total[1h])) > ${twice}`,
    minutes: 5,
  },
};

/**
 * Karpenter (sigs.k8s.io/karpenter v1.14.1: pkg/controllers/state/metrics.go, pkg/controllers/provisioning/scheduling/metrics.go,
 * pkg/cloudprovider/metrics/cloudprovider.go, pkg/controllers/metrics/nodepool/controller.go).
 */
const karpenterAlerts: Readonly<Record<string, AlertRule>> = {
  "node-provisioning": {
    severity: "critical",
    description:
      "Nodes made to measure: Karpenter does not work. Pods that ask for such nodes wait, and spot nodes go without notice.",
    expr: "max(karpenter_cluster_state_synced) == 0 or absent(karpenter_cluster_state_synced)",
    minutes: 15,
  },
  "node-provisioning-impossible": {
    severity: "warning",
    description: "Nodes made to measure: there are pods for which Karpenter knows no node that it may start.",
    // it counts them when it looks for nodes, and not when they are gone
    expr:
      `max(karpenter_scheduler_unschedulable_pods_count{controller="provisioner"}) > 0 ` +
      "and on () sum(kube_pod_status_unschedulable) > 0",
  },
  "node-provisioning-refused": {
    severity: "warning",
    description: "Nodes made to measure: EC2 refuses to start machines, and not for want of them.",
    // it looks for other machines by itself where there are none of a kind
    expr:
      "sum by (error) (increase(" +
      `karpenter_cloudprovider_errors_total{method="Create",error!="InsufficientCapacityError"}[1h])) > ${twice}`,
    minutes: 5,
  },
  "node-provisioning-limit": {
    severity: "warning",
    description: "Nodes made to measure: nine tenths of what they may be in all are used.",
    expr:
      "max by (nodepool, resource_type) (karpenter_nodepools_usage) " +
      "/ max by (nodepool, resource_type) (karpenter_nodepools_limit) > 0.9",
  },
};

/** The network's agent (aws/amazon-vpc-cni-k8s: utils/prometheusmetrics/prometheusmetrics.go). */
const networkAlerts: Readonly<Record<string, AlertRule>> = {
  "node-addresses": {
    severity: "critical",
    description:
      "Nodes: pods get no address, and don't start. A subnet is full, or a node has all that it may.",
    expr: "sum(increase(awscni_no_available_ip_addresses[10m])) > 0",
  },
  "node-network-calls": {
    severity: "warning",
    description: "Nodes: more than a fifth of the calls by which the network's agent gets addresses fail.",
    expr:
      "sum by (fn) (rate(awscni_ec2api_error_count[15m])) " +
      `/ (sum by (fn) (rate(awscni_ec2api_req_count[15m])) > 0) > ${mostFailing}`,
    minutes: 30,
  },
};

/** Port of the network's agent, on the node's own address (aws/amazon-vpc-cni-k8s, charts/aws-vpc-cni). */
const networkPort = 61_678;

const balancers = "aws-load-balancer-controller";

/** Parts of an EKS cluster that Prometheus asks; the control plane itself is asked by the monitoring stack's own monitors. */
export function clusterParts({ karpenter }: { readonly karpenter: boolean }): readonly ClusterPart[] {
  return [
    {
      monitor: balancers,
      podLabels: balancerPods,
      port: "metrics-server",
      alerts: balancerAlerts(jobOf({ monitor: balancers })),
    },
    // its chart gives the port no name
    { monitor: "cluster-autoscaler", podLabels: autoscalerPods, port: 8085, alerts: autoscalerAlerts },
    ...(karpenter
      ? [{ monitor: "karpenter", podLabels: karpenterPods, port: "http-metrics", alerts: karpenterAlerts }]
      : []),
    {
      monitor: "aws-node",
      podLabels: { "k8s-app": "aws-node" },
      port: "metrics",
      nodePort: networkPort,
      alerts: networkAlerts,
    },
  ];
}

/** Group of the API under which EKS shows metrics of its control plane. */
const apiGroup = "metrics.eks.amazonaws.com";

/**
 * What EKS shows of its control plane
 * (https://docs.aws.amazon.com/eks/latest/userguide/view-raw-metrics.html).
 */
export const controlPlaneParts: readonly ControlPlanePart[] = [
  {
    part: "kubeScheduler",
    path: `/apis/${apiGroup}/v1/ksh/container/metrics`,
    resource: { apiGroup, name: "ksh/metrics" },
  },
  {
    part: "kubeControllerManager",
    path: `/apis/${apiGroup}/v1/kcm/container/metrics`,
    resource: { apiGroup, name: "kcm/metrics" },
  },
];
