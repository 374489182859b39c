import { isSet, isTrue, mustBeOn, mustBeOneOf, mustBeSet, mustHold, mustNotBeOn, show } from "../check";
import { always, fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const clusters = ["gcp:container/cluster:Cluster"] as const;
const nodePools = ["gcp:container/nodePool:NodePool"] as const;

export const privateEndpoint = resourceRule({
  id: "gcp-gke-private-endpoint",
  title: "GKE's control plane has no public address in use",
  severity: "high",
  description:
    "An address of the internet in front of the API server is one mistake in a list of networks from being open. The DNS endpoint asks IAM before anything gets there.",
  remedy:
    "Set privateClusterConfig.enablePrivateEndpoint to true, or controlPlaneEndpointsConfig.ipEndpointsConfig.enabled to false.",
  controls: {
    cisGke: ["5.6.4"],
    nsa: ["Control plane hardening"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
    pciDss: ["2.2.7"],
  },
  levels: fromStaging,
  types: clusters,
  check: ({ props }) =>
    props.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled !== false &&
    mustBeOn(props.privateClusterConfig?.enablePrivateEndpoint, "privateClusterConfig.enablePrivateEndpoint"),
});

export const vpcNative = resourceRule({
  id: "gcp-gke-vpc-native",
  title: "GKE pods have addresses of the network",
  severity: "low",
  description:
    "Only pods with alias addresses are seen by flow logs, firewalls and private services as what they are.",
  remedy: 'Set ipAllocationPolicy, and leave networkingMode "VPC_NATIVE".',
  controls: { cisGke: ["5.6.2"], soc2: ["CC6.6"] },
  levels: always,
  types: clusters,
  // an Autopilot cluster always is
  applies: ({ props }) => props.enableAutopilot !== true,
  check: ({ props }) => [
    props.networkingMode === "ROUTES" && 'networkingMode is "ROUTES", expected "VPC_NATIVE"',
    mustBeSet(props, "ipAllocationPolicy"),
  ],
});

export const intranodeVisibility = resourceRule({
  id: "gcp-gke-intranode-visibility",
  title: "GKE shows what pods of one node say to each other",
  severity: "low",
  description: "Left off, flow logs and firewall rules see nothing of what stays on a node.",
  remedy: "Set enableIntranodeVisibility to true.",
  controls: { cisGke: ["5.6.1"], nsa: ["Logging"], soc2: ["CC7.2"] },
  levels: strictInProd,
  types: clusters,
  // on by itself in Autopilot: https://cloud.google.com/kubernetes-engine/docs/how-to/intranode-visibility
  check: ({ props: { enableAutopilot, enableIntranodeVisibility } }) =>
    (enableAutopilot !== true || enableIntranodeVisibility === false) &&
    mustBeOn(enableIntranodeVisibility, "enableIntranodeVisibility"),
});

export const monitoring = resourceRule({
  id: "gcp-gke-monitoring",
  title: "GKE measures itself",
  severity: "medium",
  description: "Without the system's metrics nobody is told that nodes or the control plane are failing.",
  remedy: "List SYSTEM_COMPONENTS in monitoringConfig.enableComponents.",
  controls: { cisGke: ["5.7.1"], nsa: ["Logging"], soc2: ["CC7.2"] },
  levels: fromStaging,
  types: clusters,
  check: ({ props }) => [
    props.monitoringService === "none" && 'monitoringService is "none"',
    // where nothing is said GKE takes the system's by itself
    props.monitoringConfig?.enableComponents !== undefined &&
      mustHold(
        props.monitoringConfig.enableComponents,
        ["SYSTEM_COMPONENTS"],
        "monitoringConfig.enableComponents",
      ),
  ],
});

export const rbacGroups = resourceRule({
  id: "gcp-gke-rbac-groups",
  title: "GKE gives rights to groups",
  severity: "low",
  description: "Rights bound to people one by one are forgotten one by one when they change their team.",
  remedy: 'Set authenticatorGroupsConfig.securityGroup to "gke-security-groups@<domain>".',
  controls: { cisGke: ["5.8.2"], nsa: ["Role-based access control"], soc2: ["CC6.3"] },
  levels: onlyWarns,
  types: clusters,
  check: ({ props }) =>
    mustBeSet(props.authenticatorGroupsConfig, "securityGroup", "authenticatorGroupsConfig.securityGroup"),
});

export const noAlpha = resourceRule({
  id: "gcp-gke-no-alpha",
  title: "GKE runs nothing that is gone in a month",
  severity: "medium",
  description:
    "A cluster with alpha features is deleted after 30 days and has no upgrades; a beta API goes when it likes.",
  remedy: "Leave enableKubernetesAlpha false and enableK8sBetaApis out.",
  controls: { cisGke: ["5.10.2"], soc2: ["CC8.1"] },
  levels: fromStaging,
  settings: {
    betaApis: {
      schema: { type: "array", items: { type: "string" }, description: "Beta APIs that may be on." },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  types: clusters,
  check: ({ props }, { betaApis }) => [
    mustNotBeOn(props.enableKubernetesAlpha, "enableKubernetesAlpha"),
    ...(props.enableK8sBetaApis?.enabledApis ?? [])
      .filter((api) => !betaApis.includes(api))
      .map((api) => `enableK8sBetaApis.enabledApis holds ${api}`),
  ],
});

export const securityPosture = resourceRule({
  id: "gcp-gke-security-posture",
  title: "GKE looks for weak spots in what runs",
  severity: "low",
  description:
    "The dashboard says which workloads break the Pod Security Standards and which bulletins are about the nodes.",
  remedy: 'Set securityPostureConfig.mode to "BASIC" or "ENTERPRISE".',
  controls: { cisGke: ["5.10.4"], nsa: ["Upgrading and application security practices"], soc2: ["CC7.1"] },
  levels: strictInProd,
  types: clusters,
  check: ({ props }) =>
    mustBeOneOf(props.securityPostureConfig?.mode, ["BASIC", "ENTERPRISE"], "securityPostureConfig.mode"),
});

export const noDefaultPool = resourceRule({
  id: "gcp-gke-no-default-pool",
  title: "GKE's node pools are resources of their own",
  severity: "low",
  description:
    "A pool that stands within the cluster can't be changed without it: an edit of its machines makes the cluster anew.",
  remedy: "Set removeDefaultNodePool to true, leave nodePools out and use gcp.container.NodePool.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  types: clusters,
  applies: ({ props }) => props.enableAutopilot !== true,
  check: ({ props }) => [
    mustBeOn(props.removeDefaultNodePool, "removeDefaultNodePool"),
    (props.nodePools ?? []).length > 0 && "nodePools is set",
  ],
});

export const maintenanceWindow = resourceRule({
  id: "gcp-gke-maintenance-window",
  title: "GKE is upgraded when people are there, and says so",
  severity: "low",
  description:
    "An upgrade in the busiest hour is felt, and one that nobody is told of is looked for elsewhere.",
  remedy: "Set maintenancePolicy, and notificationConfig.pubsub.",
  controls: { soc2: ["CC8.1"] },
  levels: onlyWarns,
  types: clusters,
  check: ({ props }) => [
    mustBeSet(props, "maintenancePolicy"),
    !isTrue(props.notificationConfig?.pubsub?.enabled) &&
      `notificationConfig.pubsub.enabled is ${show(props.notificationConfig?.pubsub?.enabled)}, expected true`,
  ],
});

export const nodeImage = resourceRule({
  id: "gcp-gke-cos-image",
  title: "GKE nodes run Container-Optimized OS",
  severity: "low",
  description:
    "Its root is read-only and verified, it holds what a node needs and nothing else, and Google patches it.",
  remedy: 'Set nodeConfig.imageType to "COS_CONTAINERD", or leave it out.',
  controls: { cisGke: ["5.5.1"], soc2: ["CC6.8"] },
  levels: strictInProd,
  types: nodePools,
  check: ({ props: { nodeConfig } }) =>
    isSet(nodeConfig, "imageType") &&
    mustBeOneOf((nodeConfig?.imageType ?? "").toUpperCase(), ["COS_CONTAINERD"], "nodeConfig.imageType"),
});

export const bootDiskKey = resourceRule({
  id: "gcp-gke-boot-disk-cmek",
  title: "Disks of GKE nodes are under our key",
  severity: "medium",
  description: "Disks of nodes hold images, logs, emptyDirs and Secrets of the pods that ran there.",
  remedy: "Set nodeConfig.bootDiskKmsKey to a key of this stack.",
  controls: { cisGke: ["5.9.2"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: inProd,
  types: nodePools,
  check: ({ props: { nodeConfig } }) => mustBeSet(nodeConfig, "bootDiskKmsKey", "nodeConfig.bootDiskKmsKey"),
});

export const sandboxed = resourceRule({
  id: "gcp-gke-sandbox-untrusted",
  title: "Programs that nobody vouches for run in a sandbox",
  severity: "low",
  description: "A fault of the kernel lets a container out; gVisor has a kernel of its own between the two.",
  remedy: 'Set nodeConfig.sandboxConfig.type to "GVISOR" on pools labelled workload=untrusted.',
  controls: { cisGke: ["5.10.3"], nsa: ["Hardening container environments"], soc2: ["CC6.8"] },
  levels: onlyWarns,
  types: nodePools,
  applies: ({ props }) => props.nodeConfig?.labels?.["workload"] === "untrusted",
  check: ({ props: { nodeConfig } }) => {
    const { type, sandboxType } = nodeConfig?.sandboxConfig ?? {};
    return mustBeOneOf(
      (type ?? sandboxType ?? "").toUpperCase(),
      ["GVISOR"],
      "nodeConfig.sandboxConfig.type",
    );
  },
});
