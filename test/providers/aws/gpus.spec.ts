import assert from "node:assert/strict";
import { type GpuType, gpuTypes, type NodePoolArgs } from "../../../components/cluster/nodePools";
import type { PlanResource } from "../../../preview/plan";
import { nodeInstanceTypes } from "../../../providers/aws/machines";
import { find, findAll, run, valueOf } from "../../support/run";
import { makeCluster, pool } from "./stacks";

const families: Readonly<Record<GpuType, string>> = { t4: "g4dn", l4: "g6" };
const labels: Readonly<Record<GpuType, string>> = { t4: "nvidia-tesla-t4", l4: "nvidia-l4" };

const inference = (type: GpuType, count: 1 | 2 | 4 = 1): NodePoolArgs => ({
  machine: { vcpus: 4, memoryGiB: 16, gpu: { type, count } },
  minNodes: 0,
  initialNodes: 0,
  maxNodes: 4,
  labels: { "groundwork.dev/pool": "inference" },
});

async function cluster(nodePools: Readonly<Record<string, NodePoolArgs>>): Promise<readonly PlanResource[]> {
  return (await run(() => makeCluster({ nodePools }))).resources;
}

describe("GPUs on AWS", () => {
  for (const type of gpuTypes) {
    it(`has a pool of ${type} on the image with the driver, tainted, labelled, and started from none`, async () => {
      const resources = await cluster({ system: pool, inference: inference(type) });
      const { inputs } = find(resources, "aws:eks/nodeGroup:NodeGroup", "main-inference-a");
      assert.equal(inputs["amiType"], "AL2023_x86_64_NVIDIA");
      assert.deepEqual(inputs["scalingConfig"], { minSize: 0, desiredSize: 0, maxSize: 2 });
      assert.deepEqual(inputs["taints"], [
        { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" },
      ]);
      assert.deepEqual(inputs["labels"], {
        "groundwork.dev/pool": "inference",
        "k8s.amazonaws.com/accelerator": labels[type],
      });
      const template = find(resources, "aws:ec2/launchTemplate:LaunchTemplate", "main-inference").inputs;
      assert.equal(template["instanceType"], `${families[type]}.xlarge`);
      assert.match(JSON.stringify(template["blockDeviceMappings"]), /"volumeSize":200[,}]/);
    });

    for (const [vcpus, memoryGiB, size] of [
      [4, 16, "xlarge"],
      [8, 32, "2xlarge"],
      [16, 64, "4xlarge"],
    ] as const) {
      it(`gives ${vcpus} vCPUs with ${memoryGiB} GiB and a ${type} as ${families[type]}.${size} and nothing else`, () => {
        const machine = { vcpus, memoryGiB, gpu: { type, count: 1 } } as const;
        assert.deepEqual(nodeInstanceTypes(machine), [`${families[type]}.${size}`]);
      });
    }
  }

  it("refuses several GPUs beside so few vCPUs before it makes anything of the cluster", async () => {
    const made: string[] = [];
    await assert.rejects(
      run(() => {
        const started = makeCluster({ nodePools: { system: pool, inference: inference("t4", 2) } });
        made.push(started.constructor.name);
        return started;
      }),
      /cluster\.nodePools\.machine\.gpu\.count is not supported on aws: .*: got 2 of t4/,
    );
    assert.deepEqual(made, []);
  });

  it("tells Kubernetes of them by a device plugin, on those nodes alone, before any workload runs", async () => {
    const { result, resources } = await run(() =>
      makeCluster({ nodePools: { system: pool, inference: inference("l4") } }),
    );
    const release = find(resources, "kubernetes:helm.sh/v3:Release", "main-gpus");
    assert.equal(release.inputs["chart"], "nvidia-device-plugin");
    assert.equal(release.inputs["namespace"], "kube-system");
    const { affinity, tolerations, securityContext, gfd, nfd } = release.inputs["values"] as Record<
      string,
      unknown
    >;
    assert.deepEqual(affinity, {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "k8s.amazonaws.com/accelerator", operator: "Exists" }] },
          ],
        },
      },
    });
    assert.deepEqual(tolerations, [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    });
    // what finds out a node's features would run privileged
    assert.deepEqual([gfd, nfd], [{ enabled: false }, { enabled: false }]);
    const ready = await Promise.all(result.ready.map(({ urn }) => valueOf(urn)));
    assert.ok(ready.includes(release.urn));
  });

  it("has no device plugin where no pool has GPUs", async () => {
    const charts = findAll(await cluster({ system: pool }), "kubernetes:helm.sh/v3:Release").map(
      ({ inputs }) => inputs["chart"],
    );
    assert.ok(charts.length > 0);
    assert.ok(!charts.includes("nvidia-device-plugin"));
  });

  it("refuses spot nodes for the platform's own pods", async () => {
    await assert.rejects(
      cluster({ system: { ...pool, spot: true } }),
      /nodePools\.system\.spot: expected false/,
    );
  });
});
