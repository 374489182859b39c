import type { AlertCases } from "../cases";

const balancers = 'job="kube-system/aws-load-balancer-controller"';
const up = (pod: string): string => `up{${balancers}, pod="${pod}"}`;
const failed = `controller_runtime_reconcile_errors_total{${balancers}, controller="service"}`;

export const loadBalancerController: AlertCases = {
  "balancer-away": {
    fires: [
      // both are there, and neither answers
      { series: { [up("a")]: "1x4 0x30", [up("b")]: "0x40" }, at: "20m" },
      { at: "20m" },
    ],
    // one of two, and both for as long as an update takes
    silent: [
      { series: { [up("a")]: "1x40", [up("b")]: "0x40" }, at: "20m" },
      { series: { [up("a")]: "1x4 0x8 1x9", [up("b")]: "0x12 1x9" }, at: "14m" },
    ],
  },
  "balancer-failed": {
    // every 1000 seconds, as it tries again at last
    fires: { series: { [failed]: "0x4 1x16 2x16 3x16 4x16" }, at: "50m", labels: { controller: "service" } },
    // many tries within a minute, and then none that fails
    silent: { series: { [failed]: "0x4 12x70" }, at: "36m" },
  },
};

const lastRound = 'cluster_autoscaler_last_activity{activity="main"}';
const errors = 'cluster_autoscaler_errors_total{type="cloudProviderError"}';
const refused = 'cluster_autoscaler_failed_scale_ups_total{reason="cloudProviderError"}';

export const clusterAutoscaler: AlertCases = {
  "node-autoscaler": {
    fires: [
      // its last round was long ago
      { series: { [lastRound]: "0+60x5 300x40", [errors]: "0x45" }, at: "30m" },
      // nobody tells, as nobody leads
      { series: { [errors]: "0x45" }, at: "30m", labels: { activity: "main" } },
      // it goes round, and all rounds fail
      { series: { [lastRound]: "0+60x45", [errors]: "0+6x45" }, at: "30m" },
    ],
    silent: [
      { series: { [lastRound]: "0+60x45", [errors]: "0+2x45" }, at: "30m" },
      { series: { [lastRound]: "0+60x5 300x12 1080+60x20", [errors]: "0x45" }, at: "22m" },
    ],
  },
  "node-autoscaler-refused": {
    fires: { series: { [refused]: "0x4 1x20 2x40" }, at: "45m", labels: { reason: "cloudProviderError" } },
    silent: { series: { [refused]: "0x4 1x60" }, at: "45m" },
  },
};

const synced = (pod: string): string => `karpenter_cluster_state_synced{pod="${pod}"}`;
const impossible = 'karpenter_scheduler_unschedulable_pods_count{controller="provisioner"}';
const pending = 'kube_pod_status_unschedulable{namespace="shop", pod="worker-1"}';
const launch = (error: string): string =>
  `karpenter_cloudprovider_errors_total{controller="nodeclaim.lifecycle", method="Create", error="${error}"}`;
const ofPool = 'nodepool="provisioned", resource_type="cpu"';

export const karpenter: AlertCases = {
  "node-provisioning": {
    fires: [
      { series: { [synced("a")]: "1x4 0x30", [synced("b")]: "0x40" }, at: "25m" },
      { series: { [synced("a")]: "1x4 stale" }, at: "25m" },
    ],
    // one of two leads
    silent: { series: { [synced("a")]: "1x40", [synced("b")]: "0x40" }, at: "25m" },
  },
  "node-provisioning-impossible": {
    fires: { series: { [impossible]: "0x4 2x30", [pending]: "0x4 1x30" }, at: "25m" },
    // the pods are gone, and it has not looked since
    silent: { series: { [impossible]: "0x4 2x30", [pending]: "0x4 1x5 stale" }, at: "25m" },
  },
  "node-provisioning-refused": {
    fires: {
      series: { [launch("NodeClassNotReadyError")]: "1x4 2x4 3x50" },
      at: "30m",
      labels: { error: "NodeClassNotReadyError" },
    },
    silent: { series: { [launch("InsufficientCapacityError")]: "0+1x60" }, at: "30m" },
  },
  "node-provisioning-limit": {
    fires: {
      series: {
        [`karpenter_nodepools_usage{${ofPool}}`]: "10x4 92x30",
        [`karpenter_nodepools_limit{${ofPool}}`]: "100x40",
      },
      at: "25m",
      labels: { nodepool: "provisioned", resource_type: "cpu" },
    },
    silent: {
      series: {
        [`karpenter_nodepools_usage{${ofPool}}`]: "10x4 90x30",
        [`karpenter_nodepools_limit{${ofPool}}`]: "100x40",
      },
      at: "25m",
    },
  },
};

const none = (node: string): string => `awscni_no_available_ip_addresses{instance="${node}:61678"}`;
const calls = (what: "req" | "error"): string => `awscni_ec2api_${what}_count{fn="AssignPrivateIpAddresses"}`;

export const vpcCni: AlertCases = {
  "node-addresses": {
    fires: { series: { [none("10.0.0.1")]: "0x40", [none("10.0.0.2")]: "0x4 1+1x30" }, at: "25m" },
    // until the node has a further block of addresses
    silent: { series: { [none("10.0.0.1")]: "0x4 3x40" }, at: "18m" },
  },
  "node-network-calls": {
    fires: {
      series: { [calls("req")]: "0+10x80", [calls("error")]: "0+3x80" },
      at: "50m",
      labels: { fn: "AssignPrivateIpAddresses" },
    },
    silent: [
      { series: { [calls("req")]: "0+10x80", [calls("error")]: "0+1x80" }, at: "50m" },
      // nothing is asked for
      { series: { [calls("req")]: "9x80", [calls("error")]: "9x80" }, at: "50m" },
    ],
  },
};
