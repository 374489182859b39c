import type * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NodePoolArgs } from "../../components/cluster/nodePools";
import {
  type Capacity,
  checkNodeProvisioning,
  consolidationDelayMinutes,
  leastProvisionedVcpus,
  type NodeProvisioning,
  type Placement,
  provisionedDiskGiB,
  provisionedPool,
  type SpotNodes,
  usesSpot,
} from "../../components/cluster/nodeProvisioning";
import type { NodeArgs } from "./nodePools";
import { UnsupportedOnCloudError } from "../unsupported";

/** Machine series in the order in which they are tried: those of the pools first; all take a `pd-balanced` boot disk. */
const machineFamilies = ["n2d", "n2", "e2"] as const;

/**
 * Nodes on spot as GKE labels all of them, and taints those that it makes by itself
 * (cloud.google.com/kubernetes-engine/docs/how-to/autopilot-spot-pods).
 */
export const gkeSpot: SpotNodes = {
  labels: { "cloud.google.com/gke-spot": "true" },
  tolerations: [{ key: "cloud.google.com/gke-spot", operator: "Equal", value: "true", effect: "NoSchedule" }],
};

/** Whether each of the machine series is tried as spot, as on-demand, or as both, in this order. */
const offers: Readonly<Record<Capacity, readonly { readonly spot: boolean }[]>> = {
  onDemand: [{ spot: false }],
  spot: [{ spot: true }],
  mixed: [{ spot: true }, { spot: false }],
};

/** Arguments of {@link autoProvisioning}. */
export interface AutoProvisioningArgs {
  readonly provisioning: NodeProvisioning;
  readonly nodePools: Readonly<Record<string, NodePoolArgs>>;
  readonly node: NodeArgs;
  /** Zones in full. */
  readonly zones: readonly string[];
}

/**
 * Node auto-provisioning: how many machines the cluster may have, and what each is that GKE makes a pool of by itself.
 *
 * A ComputeClass could have its pools without it, but only here is there a limit, and secure boot, which a class cannot say
 * before GKE 1.36.3. The limit counts every node of the cluster, not those of such pools alone, so the pools' own at their
 * largest are added: none is kept from growing by the other.
 *
 * A pod that asks for no kind of node and fits none of the pools gets one too, on-demand and within the same limit.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-provisioning
 */
export function autoProvisioning({
  provisioning,
  nodePools,
  node,
  zones,
}: AutoProvisioningArgs): gcp.types.input.container.ClusterClusterAutoscaling {
  checkNodeProvisioning(provisioning);
  checkSupport(provisioning);
  const largest = (size: (pool: NodePoolArgs) => number): number =>
    Object.values(nodePools).reduce((sum, pool) => sum + pool.maxNodes * size(pool), 0);
  const vcpus = provisioning.cpuLimit + largest(({ machine }) => machine.vcpus);
  const memoryGiB = provisioning.memoryGiBLimit + largest(({ machine }) => machine.memoryGiB);
  return {
    enabled: true,
    autoProvisioningLocations: [...zones],
    resourceLimits: [
      { resourceType: "cpu", maximum: vcpus },
      { resourceType: "memory", maximum: memoryGiB },
    ],
    autoProvisioningDefaults: {
      serviceAccount: node.serviceAccount,
      // IAM roles alone decide what the account may do; scopes are the older, coarser fence
      oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
      imageType: "COS_CONTAINERD",
      diskType: "pd-balanced",
      diskSize: provisioning.diskGiB ?? provisionedDiskGiB,
      bootDiskKmsKey: node.diskKeyId,
      shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
    },
  };
}

/** Never a silent no-op. */
function checkSupport({ architectures = [], expireAfterDays }: NodeProvisioning): void {
  if (architectures.some((architecture) => architecture !== "amd64")) {
    throw new UnsupportedOnCloudError("nodeProvisioning.architectures");
  }
  if (expireAfterDays !== undefined) {
    throw new UnsupportedOnCloudError("nodeProvisioning.expireAfterDays");
  }
}

/** Arguments of {@link provisionedClass}. */
export interface ProvisionedClassArgs {
  readonly provisioning: NodeProvisioning;
  readonly node: NodeArgs;
}

/** The part of cloud.google.com/v1 ComputeClass' spec that we use. */
interface ComputeClassSpec {
  readonly nodePoolAutoCreation: { readonly enabled: boolean };
  readonly nodePoolConfig: {
    readonly serviceAccount: pulumi.Input<string>;
    readonly imageType: "cos_containerd";
    readonly imageStreaming: { readonly enabled: boolean };
    readonly gvnic: { readonly enabled: boolean };
    readonly ipType: "private";
    readonly autoRepair: boolean;
    readonly autoUpgrade: boolean;
    readonly nodeLabels: Readonly<Record<string, string>>;
  };
  readonly priorities: readonly {
    readonly machineFamily: string;
    readonly minCores: number;
    readonly spot: boolean;
    readonly storage: {
      readonly bootDiskType: "pd-balanced";
      /** GB. */
      readonly bootDiskSize: number;
      readonly bootDiskKMSKey: pulumi.Input<string>;
    };
  }[];
  readonly activeMigration: { readonly optimizeRulePriority: boolean };
  readonly autoscalingPolicy: { readonly consolidationDelayMinutes: number };
  readonly whenUnsatisfiable: "DoNotScaleUp" | "ScaleUpAnyway";
}

/**
 * The class of the nodes made to measure, and what pods say that are to run there. GKE makes a pool of each machine series
 * that it takes, and keeps other pods away by a taint that the class's own tolerate by themselves; spot has one more.
 * https://cloud.google.com/kubernetes-engine/docs/reference/crds/computeclass
 */
export function provisionedClass(
  name: string,
  { provisioning, node }: ProvisionedClassArgs,
  opts: pulumi.CustomResourceOptions,
): { readonly computeClass: k8s.apiextensions.CustomResource; readonly placement: Placement } {
  const computeClass = new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "cloud.google.com/v1",
      kind: "ComputeClass",
      metadata: { name: provisionedPool },
      spec: computeClassSpec(provisioning, node),
    },
    opts,
  );
  return {
    computeClass,
    placement: {
      nodeSelector: { "cloud.google.com/compute-class": provisionedPool },
      tolerations: usesSpot(provisioning) ? gkeSpot.tolerations : [],
      // whoever runs there tolerates it already
      ...(usesSpot(provisioning) && { spot: { ...gkeSpot, tolerations: [] } }),
    },
  };
}

function computeClassSpec(provisioning: NodeProvisioning, node: NodeArgs): ComputeClassSpec {
  const { capacity = "onDemand", diskGiB = provisionedDiskGiB, labels = {} } = provisioning;
  return {
    nodePoolAutoCreation: { enabled: true },
    nodePoolConfig: {
      serviceAccount: node.serviceAccount,
      imageType: "cos_containerd",
      imageStreaming: { enabled: true },
      gvnic: { enabled: true },
      ipType: "private",
      autoRepair: true,
      autoUpgrade: true,
      nodeLabels: { ...labels },
    },
    priorities: offers[capacity].flatMap(({ spot }) =>
      machineFamilies.map((machineFamily) => ({
        machineFamily,
        minCores: leastProvisionedVcpus,
        spot,
        storage: { bootDiskType: "pd-balanced", bootDiskSize: diskGiB, bootDiskKMSKey: node.diskKeyId },
      })),
    ),
    // back to spot as soon as there is some, by and by, as the pods' budgets allow
    activeMigration: { optimizeRulePriority: capacity === "mixed" },
    autoscalingPolicy: { consolidationDelayMinutes },
    // E2 on-demand machines of any kind would be the answer otherwise
    whenUnsatisfiable: "DoNotScaleUp",
  };
}
