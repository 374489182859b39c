import assert from "node:assert/strict";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import type { Cluster } from "../../../components/cluster/cluster";
import type { NodeProvisioning } from "../../../components/cluster/nodeProvisioning";
import type { Json, PlanResource } from "../../../preview/plan";
import { find, findAll, type Ran, valueOf } from "../../support/run";
import { clusterArgs, networkArgs, onGcp } from "./stack";

const limits: NodeProvisioning = { cpuLimit: 200, memoryGiBLimit: 800 };

async function provisioned(
  nodeProvisioning: Partial<NodeProvisioning> = {},
  protect = true,
): Promise<Ran<Cluster>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const args = { ...clusterArgs, network, protect, nodeProvisioning: { ...limits, ...nodeProvisioning } };
    return cloud.cluster("main", args, {});
  });
}

const computeClass = "kubernetes:cloud.google.com/v1:ComputeClass";

function scalingOf(resources: readonly PlanResource[]): Readonly<Record<string, Json>> {
  const scaling = find(resources, "gcp:container/cluster:Cluster", "main").inputs["clusterAutoscaling"];
  return scaling as Readonly<Record<string, Json>>;
}

function classOf(resources: readonly PlanResource[]): Readonly<Record<string, Json>> {
  return find(resources, computeClass, "main-provisioning").inputs["spec"] as Readonly<Record<string, Json>>;
}

/** What a pool's nodes have: the same account and key. */
function nodeOf(resources: readonly PlanResource[]): { readonly account: Json; readonly key: Json } {
  const config = find(resources, "gcp:container/nodePool:NodePool", "main-system").inputs["nodeConfig"];
  const { serviceAccount = null, bootDiskKmsKey = null } = config as Readonly<Record<string, Json>>;
  assert.ok(serviceAccount !== null && bootDiskKmsKey !== null);
  return { account: serviceAccount, key: bootDiskKmsKey };
}

describe("Nodes made to measure on GCP", () => {
  it("makes none of it where a cluster asks for none", async () => {
    const { resources, result } = await onGcp((cloud) => {
      const network = cloud.network("main-network", networkArgs, {});
      return cloud.cluster("main", { ...clusterArgs, network }, {});
    });
    assert.deepEqual(scalingOf(resources), { autoscalingProfile: "OPTIMIZE_UTILIZATION", enabled: false });
    assert.deepEqual(findAll(resources, computeClass), []);
    assert.equal(result.provisionedNodes, undefined);
  });

  it("lets the cluster have so much beside its pools at their largest, on nodes as hardened as theirs", async () => {
    const { resources } = await provisioned({ diskGiB: 50 });
    const { account, key } = nodeOf(resources);
    assert.deepEqual(scalingOf(resources), {
      autoscalingProfile: "OPTIMIZE_UTILIZATION",
      enabled: true,
      autoProvisioningLocations: ["us-east1-b", "us-east1-c", "us-east1-d"],
      // six nodes of 4 vCPUs and 16 GiB, and the limit itself
      resourceLimits: [
        { resourceType: "cpu", maximum: 224 },
        { resourceType: "memory", maximum: 896 },
      ],
      autoProvisioningDefaults: {
        serviceAccount: account,
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        imageType: "COS_CONTAINERD",
        diskType: "pd-balanced",
        diskSize: 50,
        bootDiskKmsKey: key,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        management: { autoRepair: true, autoUpgrade: true },
        upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      },
    });
  });

  it("gives the class private nodes of our account, image and key, and starts no others in their place", async () => {
    const { resources } = await provisioned({ labels: { team: "web" } });
    const { account, key } = nodeOf(resources);
    const storage = { bootDiskType: "pd-balanced", bootDiskSize: 100, bootDiskKMSKey: key };
    assert.deepEqual(classOf(resources), {
      nodePoolAutoCreation: { enabled: true },
      nodePoolConfig: {
        serviceAccount: account,
        imageType: "cos_containerd",
        imageStreaming: { enabled: true },
        gvnic: { enabled: true },
        ipType: "private",
        autoRepair: true,
        autoUpgrade: true,
        nodeLabels: { team: "web" },
      },
      priorities: [
        { machineFamily: "n2d", minCores: 4, spot: false, storage },
        { machineFamily: "n2", minCores: 4, spot: false, storage },
        { machineFamily: "e2", minCores: 4, spot: false, storage },
      ],
      activeMigration: { optimizeRulePriority: false },
      autoscalingPolicy: { consolidationDelayMinutes: 5 },
      whenUnsatisfiable: "DoNotScaleUp",
    });
  });

  for (const [capacity, spots, back] of [
    ["onDemand", [false, false, false], false],
    ["spot", [true, true, true], false],
    ["mixed", [true, true, true, false, false, false], true],
  ] as const) {
    it(`takes ${capacity} capacity in the order spot=${spots.join()}`, async () => {
      const { resources, result } = await provisioned({ capacity });
      const { priorities, activeMigration } = classOf(resources);
      assert.deepEqual(
        (priorities as readonly { readonly spot: boolean }[]).map(({ spot }) => spot),
        spots,
      );
      assert.deepEqual(activeMigration, { optimizeRulePriority: back });
      const spotTaint = {
        key: "cloud.google.com/gke-spot",
        operator: "Equal",
        value: "true",
        effect: "NoSchedule",
      };
      assert.deepEqual(result.provisionedNodes, {
        nodeSelector: { "cloud.google.com/compute-class": "provisioned" },
        tolerations: capacity === "onDemand" ? [] : [spotTaint],
        ...(capacity !== "onDemand" && {
          spot: { labels: { "cloud.google.com/gke-spot": "true" }, tolerations: [] },
        }),
      });
    });
  }

  it("lets pods wait for the class, which no protected stack takes away with its nodes", async () => {
    for (const protect of [true, false]) {
      const { resources, result } = await provisioned({}, protect);
      const urns = await Promise.all(result.ready.map(({ urn }) => valueOf(urn)));
      assert.ok(urns.some((urn) => urn.endsWith(`${computeClass}::main-provisioning`)));
      const made = find(resources, computeClass);
      assert.equal(made.protect, protect);
      assert.deepEqual(made.inputs["metadata"], { name: "provisioned" });
      assert.match(made.provider ?? "none", /pulumi:providers:kubernetes::main::/);
    }
  });

  for (const [option, given] of [
    ["nodeProvisioning.architectures", { architectures: ["amd64", "arm64"] }],
    ["nodeProvisioning.expireAfterDays", { expireAfterDays: 30 }],
  ] as const) {
    it(`refuses ${option} that GKE does not know, by name`, async () => {
      await assert.rejects(
        provisioned(given),
        (error) =>
          error instanceof UnsupportedOnCloudError && error.option === option && error.cloud === "gcp",
      );
    });
  }

  it("takes the one architecture that it has", async () => {
    const { resources } = await provisioned({ architectures: ["amd64"] });
    assert.equal(findAll(resources, computeClass).length, 1);
  });
});
