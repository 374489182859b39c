import type * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "../../components/cluster/cluster";
import { type ExclusionScope, upgradeWindow } from "../../components/cluster/maintenance";
import type { GcpNetwork } from "./network";
import { nodeConfig, type NodeArgs } from "./nodePools";
import { autoProvisioning } from "./nodeProvisioning";

const daySeconds = 86_400;

/** Least time between two upgrades of the control plane, days. GKE takes at most 90. */
const upgradeIntervalDays = { minor: 90, patch: 7 } as const;

/** What a control plane is made from, whoever sizes the nodes. */
export interface AnyControlPlaneArgs extends Pick<ClusterArgs, "version" | "maintenanceExclusions"> {
  readonly network: GcpNetwork;
  readonly region: string;
  readonly projectId: string;
  readonly apiAccessCidrs: readonly string[];
  readonly protect: boolean;
  readonly binaryAuthorization: boolean;
  /** Whether the agent of Backup for GKE runs in it. */
  readonly backup: boolean;
  /** Group that holds those whom Kubernetes knows as groups. */
  readonly securityGroup?: string;
  readonly secretsKeyId: pulumi.Input<string>;
  readonly node: NodeArgs;
  readonly upgradesTopicId: pulumi.Input<string>;
}

/** Arguments of {@link controlPlane}. */
export interface ControlPlaneArgs
  extends AnyControlPlaneArgs, Pick<ClusterArgs, "nodePools" | "nodeProvisioning"> {}

/**
 * Every setting of the control plane. It follows Google's golden path for GKE
 * (github.com/google/skills, gke-golden-path) but for:
 *
 * - Autopilot: Standard, whose node pools are what a stack sizes. `enableAutopilot` is not set at all: with `false`
 *   Standard clusters fail (pulumi-gcp#2881).
 * - Metrics of pods, volumes, kubelet and workloads, and managed Prometheus: kube-prometheus-stack has the same, and
 *   both would be paid for. Metrics of the control plane are on, since it can't scrape those.
 * - CSI drivers of Filestore, Cloud Storage FUSE and Parallelstore, and the stateful HA operator: a privileged pod a
 *   node each, used by nothing here.
 * - A standing exclusion of minor upgrades: nodes would stay a minor behind after the stack's version is raised. Instead,
 *   minor upgrades are 90 days apart and come in the maintenance window.
 * - Vulnerability scanning by the security posture dashboard: Google shut it down; Artifact Registry scans images.
 */
export function controlPlane(args: ControlPlaneArgs): gcp.container.ClusterArgs {
  return {
    ...placing(args),
    ...firstNodePool(args),
    ...dataPlane(),
    ...access(args),
    ...security(args),
    ...upgrades(args),
    ...observability({ managedPrometheus: { enabled: false } }),
    ...scaling(args),
    addonsConfig: {
      // the Gateway API's controller is part of it
      httpLoadBalancing: { disabled: false },
      horizontalPodAutoscaling: { disabled: false },
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      dnsCacheConfig: { enabled: true },
      gkeBackupAgentConfig: { enabled: args.backup },
    },
  };
}

/** GKE makes no cluster without a pool; this one is removed before the cluster counts as made. */
function firstNodePool({ node }: ControlPlaneArgs): gcp.container.ClusterArgs {
  const pool = {
    machine: { vcpus: 2, memoryGiB: 8, burstable: true },
    minNodes: 1,
    initialNodes: 1,
    maxNodes: 1,
  } as const;
  return {
    initialNodeCount: 1,
    removeDefaultNodePool: true,
    nodeConfig: nodeConfig(node, pool),
    nodePoolDefaults: {
      nodeConfigDefaults: { gcfsConfig: { enabled: true }, insecureKubeletReadonlyPortEnabled: "FALSE" },
    },
    nodePoolAutoConfig: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
  };
}

/** Where the cluster stands. None of it can be changed once it does. */
export function placing({ network, region, protect }: AnyControlPlaneArgs): gcp.container.ClusterArgs {
  return {
    location: region,
    nodeLocations: [...network.zones],
    deletionProtection: protect,
    network: network.networkId,
    subnetwork: network.nodeSubnetId,
    networkingMode: "VPC_NATIVE",
    ipAllocationPolicy: {
      clusterSecondaryRangeName: network.rangeNames.pods,
      servicesSecondaryRangeName: network.rangeNames.services,
      stackType: "IPV4",
    },
    enableL4IlbSubsetting: true,
    gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
  };
}

/** What Autopilot has without being told. */
function dataPlane(): gcp.container.ClusterArgs {
  return {
    datapathProvider: "ADVANCED_DATAPATH",
    enableIntranodeVisibility: true,
    dnsConfig: {
      clusterDns: "CLOUD_DNS",
      clusterDnsScope: "CLUSTER_SCOPE",
      clusterDnsDomain: "cluster.local",
    },
    // a Service with an address of its choice would draw others' traffic to itself (CVE-2020-8554)
    serviceExternalIpsConfig: { enabled: false },
    enableShieldedNodes: true,
  };
}

/**
 * The control plane is reached by its DNS name, through Google's front end, which asks IAM before the cluster sees a
 * packet. Its addresses are off unless the stack names who may use them.
 */
export function access({ apiAccessCidrs, securityGroup }: AnyControlPlaneArgs): gcp.container.ClusterArgs {
  const byAddress = apiAccessCidrs.length > 0;
  return {
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: !byAddress },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: {
        allowExternalTraffic: true,
        enableK8sTokensViaDns: false,
        enableK8sCertsViaDns: false,
      },
      ipEndpointsConfig: { enabled: byAddress },
    },
    // an empty one beside addresses that are off may turn them on (terraform-google-kubernetes-engine#2216)
    ...(byAddress && {
      masterAuthorizedNetworksConfig: {
        cidrBlocks: apiAccessCidrs.map((cidrBlock) => ({ cidrBlock })),
        gcpPublicCidrsAccessEnabled: false,
        privateEndpointEnforcementEnabled: true,
      },
    }),
    ...(securityGroup !== undefined && { authenticatorGroupsConfig: { securityGroup } }),
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    anonymousAuthenticationConfig: { mode: "LIMITED" },
    rbacBindingConfig: {
      enableInsecureBindingSystemAuthenticated: false,
      enableInsecureBindingSystemUnauthenticated: false,
    },
    enableLegacyAbac: false,
  };
}

/** What pods and images are, and what encrypts the Secrets. */
export function security(args: AnyControlPlaneArgs): gcp.container.ClusterArgs {
  const { projectId, secretsKeyId, binaryAuthorization } = args;
  return {
    workloadIdentityConfig: { workloadPool: `${projectId}.svc.id.goog` },
    databaseEncryption: { state: "ENCRYPTED", keyName: secretsKeyId },
    binaryAuthorization: {
      evaluationMode: binaryAuthorization ? "PROJECT_SINGLETON_POLICY_ENFORCE" : "DISABLED",
    },
    secretManagerConfig: { enabled: true, rotationConfig: { enabled: true, rotationInterval: "120s" } },
    securityPostureConfig: { mode: "BASIC" },
  };
}

/** The stack's version is the least; patches and, in time, minors come by themselves, at night and not before a weekend. */
export function upgrades({
  version,
  upgradesTopicId,
  maintenanceExclusions = [],
}: AnyControlPlaneArgs): gcp.container.ClusterArgs {
  const { days, startHourUtc, hours } = upgradeWindow;
  return {
    releaseChannel: { channel: "REGULAR" },
    minMasterVersion: version,
    maintenancePolicy: {
      recurringMaintenanceWindow: {
        windowStartTime: { hours: startHourUtc, minutes: 0, seconds: 0 },
        windowDuration: `${hours}h`,
        recurrence: `FREQ=WEEKLY;BYDAY=${days.join(",")}`,
      },
      ...(maintenanceExclusions.length > 0 && {
        maintenanceExclusions: maintenanceExclusions.map(({ name, start, end, scope }) => ({
          exclusionName: name,
          startTime: start,
          endTime: end,
          exclusionOptions: { scope: scopes[scope] },
        })),
      }),
      disruptionBudget: {
        minorVersionDisruptionInterval: `${upgradeIntervalDays.minor * daySeconds}s`,
        patchVersionDisruptionInterval: `${upgradeIntervalDays.patch * daySeconds}s`,
      },
    },
    notificationConfig: { pubsub: { enabled: true, topic: upgradesTopicId } },
  };
}

const scopes: Readonly<Record<ExclusionScope, string>> = {
  noUpgrades: "NO_UPGRADES",
  noMinorUpgrades: "NO_MINOR_UPGRADES",
  noMinorOrNodeUpgrades: "NO_MINOR_OR_NODE_UPGRADES",
};

/** What the cluster says of itself, and what else of its metrics. */
export function observability(
  more: gcp.types.input.container.ClusterMonitoringConfig = {},
): gcp.container.ClusterArgs {
  const managed = ["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"];
  return {
    loggingConfig: { enableComponents: [...managed, "WORKLOADS"] },
    monitoringConfig: {
      enableComponents: managed,
      advancedDatapathObservabilityConfig: { enableMetrics: true, enableRelay: false },
      ...more,
    },
    costManagementConfig: { enabled: true },
  };
}

function scaling({
  network,
  node,
  nodePools,
  nodeProvisioning,
}: ControlPlaneArgs): gcp.container.ClusterArgs {
  return {
    clusterAutoscaling: {
      autoscalingProfile: "OPTIMIZE_UTILIZATION",
      // no node pools of GKE's own making unless the stack says how many nodes there are at most
      ...(nodeProvisioning === undefined
        ? { enabled: false }
        : autoProvisioning({ provisioning: nodeProvisioning, nodePools, node, zones: network.zones })),
    },
    ...podScaling(),
  };
}

/** How pods are counted and sized. */
export function podScaling(): gcp.container.ClusterArgs {
  return {
    verticalPodAutoscaling: { enabled: true },
    podAutoscaling: { hpaProfile: "PERFORMANCE" },
  };
}
