import assert from "node:assert/strict";
import type { NodePoolArgs } from "../../../components/cluster/nodePools";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { clusterArgs, networkArgs, onGcp, textOf } from "./stack";

const pool: NodePoolArgs = {
  machine: { vcpus: 4, memoryGiB: 16, burstable: true },
  minNodes: 17,
  initialNodes: 17,
  maxNodes: 44,
};

async function makePools(
  nodePools: Readonly<Record<string, NodePoolArgs>>,
): Promise<readonly PlanResource[]> {
  const { resources } = await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    return cloud.cluster("main", { ...clusterArgs, network, nodePools }, {});
  });
  return resources;
}

async function makePool(args: Partial<NodePoolArgs> = {}): Promise<PlanResource> {
  const resources = await makePools({ application: { ...pool, ...args } });
  return find(resources, "gcp:container/nodePool:NodePool", "main-application");
}

const hardenedNode = {
  bootDisk: { diskType: "pd-balanced", sizeGb: 100 },
  gcfsConfig: { enabled: true },
  gvnic: { enabled: true },
  imageType: "COS_CONTAINERD",
  kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
  metadata: { "disable-legacy-endpoints": "true" },
  oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
  serviceAccount: "main-nodes@example-prod.iam.gserviceaccount.com",
  shieldedInstanceConfig: { enableIntegrityMonitoring: true, enableSecureBoot: true },
  workloadMetadataConfig: { mode: "GKE_METADATA" },
};

describe("node pools of GCP", () => {
  it("harden their nodes, the removed first pool's too", async () => {
    const resources = await makePools({ application: pool });
    for (const [type, name, machineType] of [
      ["gcp:container/nodePool:NodePool", "main-application", "e2-standard-4"],
      ["gcp:container/cluster:Cluster", "main", "e2-standard-2"],
    ] as const) {
      const { bootDiskKmsKey, ...node } = find(resources, type, name).inputs["nodeConfig"] as Record<
        string,
        unknown
      >;
      assert.match(textOf(bootDiskKmsKey), /\/cryptoKeys\/main-disks-/);
      assert.deepEqual(node, { ...hardenedNode, machineType, spot: false, labels: {}, taints: [] });
    }
  });

  it("spread over all zones, scale, repair and upgrade by themselves", async () => {
    const { nodeConfig, cluster, name, ...inputs } = (await makePool()).inputs;
    assert.ok(nodeConfig !== undefined && cluster !== undefined);
    assert.match(textOf(name), /^application-[0-9a-f]{7}$/);
    assert.deepEqual(inputs, {
      nodeLocations: ["us-east1-b", "us-east1-c", "us-east1-d"],
      initialNodeCount: 6,
      autoscaling: { totalMinNodeCount: 17, totalMaxNodeCount: 44, locationPolicy: "BALANCED" },
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 2, maxUnavailable: 0 },
      nodeDrainConfigs: [{ respectPdbDuringNodePoolDeletion: true }],
      networkConfig: { enablePrivateNodes: true },
    });
  });

  it("come to a new version by a second set of nodes where they are told to, and keep their name", async () => {
    const surge = await makePool({ upgradeStrategy: "surge" });
    const blueGreen = await makePool({ upgradeStrategy: "blueGreen" });
    assert.deepEqual(surge.inputs["upgradeSettings"], { strategy: "SURGE", maxSurge: 2, maxUnavailable: 0 });
    assert.deepEqual(blueGreen.inputs["upgradeSettings"], {
      strategy: "BLUE_GREEN",
      blueGreenSettings: {
        standardRolloutPolicy: { batchNodeCount: 1, batchSoakDuration: "0s" },
        nodePoolSoakDuration: "3600s",
      },
    });
    assert.equal(blueGreen.inputs["name"], surge.inputs["name"]);
  });

  it("leave the count to the autoscaler after the start", async () => {
    assert.deepEqual((await makePool()).ignoreChanges, ["initialNodeCount"]);
  });

  it("start with no more nodes than they may have", async () => {
    const { inputs } = await makePool({ minNodes: 1, initialNodes: 2, maxNodes: 2 });
    assert.equal(inputs["initialNodeCount"], 0);
  });

  it("take spot capacity wherever it is, with labels and taints", async () => {
    const { inputs } = await makePool({
      spot: true,
      diskGiB: 50,
      labels: { "groundwork.dev/pool": "application" },
      taints: [
        { key: "spot", value: "true", effect: "NoSchedule" },
        { key: "spot", value: "soon", effect: "PreferNoSchedule" },
        { key: "spot", value: "gone", effect: "NoExecute" },
      ],
    });
    const { bootDisk, labels, spot, taints } = inputs["nodeConfig"] as Record<string, unknown>;
    assert.deepEqual(inputs["autoscaling"], {
      totalMinNodeCount: 17,
      totalMaxNodeCount: 44,
      locationPolicy: "ANY",
    });
    assert.equal(spot, true);
    assert.deepEqual(bootDisk, { diskType: "pd-balanced", sizeGb: 50 });
    assert.deepEqual(labels, { "groundwork.dev/pool": "application", "groundwork.dev/capacity": "spot" });
    assert.deepEqual(taints, [
      { key: "spot", value: "true", effect: "NO_SCHEDULE" },
      { key: "spot", value: "soon", effect: "PREFER_NO_SCHEDULE" },
      { key: "spot", value: "gone", effect: "NO_EXECUTE" },
    ]);
  });

  for (const [type, machineType, accelerator] of [
    ["t4", "custom-4-16384", "nvidia-tesla-t4"],
    ["l4", "g2-standard-4", "nvidia-l4"],
  ] as const) {
    it(`have a GPU ${type} with GKE's own driver, hardened like the others, tainted, and started from none`, async () => {
      const { inputs } = await makePool({
        machine: { vcpus: 4, memoryGiB: 16, gpu: { type, count: 1 } },
        minNodes: 0,
        initialNodes: 0,
        maxNodes: 4,
      });
      const { bootDiskKmsKey, ...node } = inputs["nodeConfig"] as Record<string, unknown>;
      assert.match(textOf(bootDiskKmsKey), /\/cryptoKeys\/main-disks-/);
      assert.deepEqual(node, {
        ...hardenedNode,
        bootDisk: { diskType: "pd-balanced", sizeGb: 200 },
        machineType,
        guestAccelerators: [
          { type: accelerator, count: 1, gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" } },
        ],
        spot: false,
        labels: {},
        taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }],
      });
      assert.equal(inputs["initialNodeCount"], 0);
      assert.deepEqual(inputs["autoscaling"], {
        totalMinNodeCount: 0,
        totalMaxNodeCount: 4,
        locationPolicy: "BALANCED",
      });
      // with none more and none less a pool could never be upgraded
      assert.deepEqual(inputs["upgradeSettings"], { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 });
    });
  }

  it("get another name as spot nodes, which replace the pool as another machine or disk does", async () => {
    const named = async (args: Partial<NodePoolArgs>) => textOf((await makePool(args)).inputs["name"]);
    const names = [
      await named({}),
      await named({ spot: true }),
      await named({ diskGiB: 50 }),
      await named({ machine: { vcpus: 8, memoryGiB: 32 } }),
    ];
    assert.equal(new Set(names).size, names.length, names.join(", "));
    assert.equal(await named({ maxNodes: 45 }), names[0]);
  });

  it("get another name with other GPUs", async () => {
    const withGpus = (count: 1 | 4) =>
      makePool({ machine: { vcpus: 16, memoryGiB: 64, gpu: { type: "t4", count } } });
    const [one, four] = [await withGpus(1), await withGpus(4)];
    assert.notEqual(one.inputs["name"], four.inputs["name"]);
    assert.match(JSON.stringify(four.inputs["nodeConfig"]), /"count":4,/);
  });

  it("refuse a GPU that no machine has beside so many vCPUs, and spot for the platform's own pods", async () => {
    const machine = { vcpus: 16, memoryGiB: 64, gpu: { type: "l4", count: 2 } } as const;
    await assert.rejects(makePool({ machine }), /application\.machine\.gpu\.count: expected 1 of l4/);
    await assert.rejects(
      makePools({ system: { ...pool, spot: true } }),
      /nodePools\.system\.spot: expected false/,
    );
  });

  it("get another name with other machines, so that the new pool stands before the old one goes", async () => {
    const before = await makePool();
    const after = await makePool({ machine: { vcpus: 8, memoryGiB: 32 } });
    const scaled = await makePool({ maxNodes: 50 });
    assert.notEqual(after.inputs["name"], before.inputs["name"]);
    assert.equal(scaled.inputs["name"], before.inputs["name"]);
    assert.equal(after.urn, before.urn);
    assert.notEqual(after.deleteBeforeReplace, true);
  });

  it("keep their names within GKE's 40 characters", async () => {
    const resources = await makePools({ ["a-pool-with-a-name-of-fifty-characters-and-one-more"]: pool });
    const [only] = findAll(resources, "gcp:container/nodePool:NodePool");
    assert.ok(textOf(only?.inputs["name"]).length <= 40);
  });

  it("refuse counts out of order", async () => {
    await assert.rejects(
      makePool({ minNodes: 5, initialNodes: 4 }),
      /nodePools\.application: expected minNodes <= initialNodes <= maxNodes, got 5, 4, 44/,
    );
  });
});
