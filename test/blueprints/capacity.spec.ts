import * as assert from "node:assert/strict";
import { replicaBounds, sizeFor } from "../../blueprints/presets";
import { seoPlatform } from "../../blueprints/seoPlatform";
import { environments } from "../../components/cloud";
import type { NodePoolArgs } from "../../components/cluster/nodePools";
import { planWorkload } from "../../components/workload/plan";
import { bytes, millicores } from "../../components/workload/quantity";

/**
 * CPU of a node that pods may ask for, millicores: both clouds keep 6 % of the first core, 1 % of the second and 0.5 % of
 * the third and fourth from them, 80m of four: 3,920m (awslabs/amazon-eks-ami, nodeadm, kubelet's reserved CPU;
 * https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes).
 */
const allocatableMillicores = 3_920;

/**
 * Memory of a node that pods may ask for, MiB, on the cloud that keeps more of it. GKE keeps 25 % of the first 4 GiB, 20 %
 * of the next 4, 10 % of the next 8, and 100 MiB before it evicts: 13,621 of 16,384. EKS keeps 255 + 11 a pod (110 of
 * them) + 100, 1,565.
 */
const allocatableMiB = 16_384 - (1_024 + 819.2 + 819.2) - 100;

/**
 * What the pods of DaemonSets ask for on each node, on the cloud where they ask for more. EKS: aws-node and its policy
 * agent 50m, kube-proxy 100m, EBS CSI 30m, node monitoring 10m. GKE: Fluent Bit 105m, metadata server 100m, masquerading
 * 10m (a node's list in cryptnono/cryptnono#34), and for Dataplane V2, metrics agent, disks and DNS about as much again.
 * With the node exporter's 50m, rounded up to what leaves room for a release that asks for more.
 */
const daemonSets = { millicores: 500, MiB: 1_024 };

/** Pods of kube-system that follow no pool, such as kube-dns (270m for each 16 nodes) and konnectivity's agents. */
const elsewhereMillicores = 3_000;

interface Demand {
  readonly total: number;
  readonly largest: number;
}

function demandOf(blueprint: typeof seoPlatform, count: "min" | "max", of: "cpu" | "memory"): Demand {
  const requests = Object.entries(blueprint.services).map(([service, spec]) => {
    const asked = planWorkload(service, spec).resources.requests;
    const each = of === "cpu" ? millicores(asked.cpu, service) : bytes(asked.memory, service) / 2 ** 20;
    return { each, all: each * replicaBounds(spec)[count] };
  });
  return {
    total: requests.reduce((sum, { all }) => sum + all, 0),
    largest: Math.max(...requests.map(({ each }) => each)),
  };
}

function application({ nodePools }: typeof seoPlatform): NodePoolArgs {
  const pool = nodePools["application"];
  assert.ok(pool);
  return pool;
}

const room = {
  cpu: allocatableMillicores - daemonSets.millicores,
  memory: allocatableMiB - daemonSets.MiB,
};

describe("Capacity of seo-platform", () => {
  it("stands on nodes of the size that the arithmetic is about", () => {
    for (const { machine } of Object.values(seoPlatform.nodePools)) {
      assert.deepEqual(machine, { vcpus: 4, memoryGiB: 16, burstable: true });
    }
  });

  it("starts with twenty nodes and grows to fifty", () => {
    const sum = (count: "minNodes" | "initialNodes" | "maxNodes") =>
      Object.values(seoPlatform.nodePools).reduce((total, pool) => total + pool[count], 0);
    assert.deepEqual([sum("minNodes"), sum("initialNodes"), sum("maxNodes")], [20, 20, 50]);
  });

  for (const environment of environments) {
    const blueprint = sizeFor(seoPlatform, environment);

    it(`runs all its pods at their highest counts in ${environment}, in whatever order they come`, () => {
      const { maxNodes } = application(blueprint);
      for (const of of ["cpu", "memory"] as const) {
        const { total, largest } = demandOf(blueprint, "max", of);
        // a pod waits only where each node has less left than it asks for: then more than this is taken
        const takenWhenOneWaits = maxNodes * (room[of] - largest);
        const elsewhere = of === "cpu" ? Math.ceil((elsewhereMillicores * maxNodes) / 44) : 0;
        assert.ok(
          total - largest + elsewhere <= takenWhenOneWaits,
          `${of}: ${total} asked for, and one of ${largest} may wait when ${takenWhenOneWaits} are taken`,
        );
      }
    });
  }

  it("asks for a fifth or so of its smallest pool at its lowest counts", () => {
    const { total } = demandOf(seoPlatform, "min", "cpu");
    const part = total / (application(seoPlatform).minNodes * room.cpu);
    assert.ok(part > 0.18 && part < 0.25, `${part}`);
  });

  it("keeps its services to the application pool, and the platform's own pods have the other", () => {
    const labels = application(seoPlatform).labels;
    assert.ok(Object.keys(labels ?? {}).length > 0);
    assert.notDeepEqual(labels, seoPlatform.nodePools["system"]?.labels);
    for (const { nodeSelector } of Object.values(seoPlatform.services))
      assert.deepEqual(nodeSelector, labels);
  });
});
