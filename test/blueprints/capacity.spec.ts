import * as assert from "node:assert/strict";
import type { Blueprint } from "../../blueprints/blueprint";
import { blueprints } from "../../blueprints/catalogue";
import { presetNames, presets, replicaBounds, sizeFor } from "../../blueprints/presets";
import { seoPlatform } from "../../blueprints/seoPlatform";
import { suuupra } from "../../blueprints/suuupra";
import type { NodePoolArgs } from "../../components/cluster/nodePools";
import { elasticLoadOf } from "../../elastic";
import { planNodes } from "../../components/logging/elasticSizes";
import { kibanaQuota } from "../../components/logging/kibana";
import { logstashQuota } from "../../components/logging/logstash";
import { sidecarResources } from "../../components/mesh/values";
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

/** What stands in the application pool beside the services: what keeps logs, each pod of it. */
function besideServices(
  blueprint: Blueprint,
  logRetentionDays: number,
  of: "cpu" | "memory",
): readonly number[] {
  const load = elasticLoadOf({ blueprint, logRetentionDays });
  if (load === undefined) return [];
  const nodes = planNodes(load).flatMap(({ count, resources: { cpu, memory } }) =>
    Array.from({ length: count }, () =>
      of === "cpu" ? millicores(cpu, "cpu") : bytes(memory, "memory") / 2 ** 20,
    ),
  );
  if (load.logs === undefined) return nodes;
  const { highlyAvailable } = load;
  // their quotas have room for a part more of them, which is on its way out when it is asked for
  const rest = [kibanaQuota(highlyAvailable), logstashQuota(highlyAvailable)].map(({ requests }) =>
    of === "cpu" ? millicores(requests.cpu, "cpu") : bytes(requests.memory, "memory") / 2 ** 20,
  );
  return [...nodes, ...rest.flatMap((sum) => [sum / 4, sum / 4, sum / 4, sum / 4])];
}

/** What the services ask for of the pools, or of the nodes made to measure, with their sidecars where they have some. */
function demandOf(
  blueprint: Blueprint,
  count: "min" | "max",
  of: "cpu" | "memory",
  provisioned = false,
): Demand {
  const services = Object.entries(blueprint.services).filter(
    ([, { provisionedNodes = false, gpus }]) => provisionedNodes === provisioned && gpus === undefined,
  );
  const requests = services.map(([service, spec]) => {
    const { istio } = blueprint.platform;
    const inPod = [
      planWorkload(service, spec).resources.requests,
      ...(istio === undefined || istio.mode === "ambient" ? [] : [sidecarResources.requests]),
    ];
    const each = inPod.reduce(
      (sum, { cpu, memory }) =>
        sum + (of === "cpu" ? millicores(cpu, service) : bytes(memory, service) / 2 ** 20),
      0,
    );
    return { each, all: each * replicaBounds(spec)[count] };
  });
  return {
    total: requests.reduce((sum, { all }) => sum + all, 0),
    largest: Math.max(...requests.map(({ each }) => each)),
  };
}

function application({ nodePools }: Blueprint): NodePoolArgs {
  const pool = nodePools["application"];
  assert.ok(pool);
  return pool;
}

const room = {
  cpu: allocatableMillicores - daemonSets.millicores,
  memory: allocatableMiB - daemonSets.MiB,
};

const onNodes = Object.values(blueprints).filter(({ podRuntime = "nodes" }) => podRuntime === "nodes");
const serverless = Object.values(blueprints).filter(({ podRuntime }) => podRuntime === "serverless");

for (const blueprint of onNodes) {
  describe(`Capacity of ${blueprint.name}`, () => {
    it("has an application pool of the size that the arithmetic is about", () => {
      const { vcpus, memoryGiB } = application(blueprint).machine;
      assert.deepEqual({ vcpus, memoryGiB }, { vcpus: 4, memoryGiB: 16 });
    });

    for (const preset of presetNames) {
      const sized = sizeFor(blueprint, presets.aws[preset]);

      it(`runs all its pods at their highest counts in ${preset}, in whatever order they come`, () => {
        const { maxNodes } = application(sized);
        for (const of of ["cpu", "memory"] as const) {
          const { total, largest } = demandOf(sized, "max", of);
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

    for (const preset of presetNames) {
      it(`has room for what keeps its logs beside them, each pod on one node, in ${preset}`, () => {
        const { logRetentionDays } = presets.aws[preset];
        const sized = sizeFor(blueprint, presets.aws[preset]);
        const { maxNodes } = application(sized);
        for (const of of ["cpu", "memory"] as const) {
          const beside = besideServices(sized, logRetentionDays, of);
          const { total, largest } = demandOf(sized, "max", of);
          const most = Math.max(largest, ...beside);
          const sum = beside.reduce((all, each) => all + each, total);
          assert.ok(most <= room[of], `${of}: ${most} of ${room[of]} of a node`);
          assert.ok(sum <= maxNodes * room[of], `${of}: ${sum} of ${maxNodes * room[of]} of all nodes`);
        }
      });
    }

    for (const [preset, { nodeProvisioning, ...sized }] of presetNames.map(
      (name) => [name, sizeFor(blueprint, presets.aws[name])] as const,
    )) {
      if (nodeProvisioning === undefined) continue;

      it(`has room in its limits for the nodes made to measure, at their highest counts in ${preset}`, () => {
        // on the smallest nodes, and a quarter more while pods are replaced
        const nodes = (of: "cpu" | "memory"): number => {
          const { total, largest } = demandOf(sized, "max", of, true);
          assert.ok(total > 0);
          return Math.ceil((1.25 * total) / (room[of] - largest));
        };
        const most = Math.max(nodes("cpu"), nodes("memory"), 3);
        assert.ok(4 * most <= nodeProvisioning.cpuLimit, `${4 * most} of ${nodeProvisioning.cpuLimit} vCPUs`);
        assert.ok(
          16 * most <= nodeProvisioning.memoryGiBLimit,
          `${16 * most} of ${nodeProvisioning.memoryGiBLimit} GiB`,
        );
      });
    }

    it("keeps its services to the application pool, and the platform's own pods have the other", () => {
      const labels = application(blueprint).labels;
      assert.ok(Object.keys(labels ?? {}).length > 0);
      assert.notDeepEqual(labels, blueprint.nodePools["system"]?.labels);
      for (const { nodeSelector, provisionedNodes, gpus } of Object.values(blueprint.services)) {
        if (gpus === undefined)
          assert.deepEqual(nodeSelector, provisionedNodes === true ? undefined : labels);
      }
    });

    for (const [service, { gpus }] of Object.entries(blueprint.services)) {
      if (gpus === undefined) continue;
      for (const preset of presetNames) {
        it(`has GPUs and room for ${service} in ${preset}, at its highest count and while its pods are replaced`, () => {
          const { nodePools, services } = sizeFor(blueprint, presets.aws[preset]);
          const spec = services[service];
          assert.ok(spec !== undefined);
          const pools = Object.values(nodePools).filter(({ machine }) => machine.gpu !== undefined);
          assert.equal(pools.length, 1);
          for (const { machine, maxNodes, labels } of pools) {
            assert.deepEqual(spec.nodeSelector, labels);
            // the arithmetic of the nodes' CPU and memory is of this size
            assert.deepEqual([machine.vcpus, machine.memoryGiB, machine.gpu?.count], [4, 16, gpus]);
            assert.ok(Math.ceil(1.25 * replicaBounds(spec).max) <= maxNodes, `${maxNodes} nodes`);
          }
          const { cpu, memory } = planWorkload(service, spec).resources.requests;
          assert.ok(millicores(cpu, service) <= room.cpu && bytes(memory, service) / 2 ** 20 <= room.memory);
        });
      }
    }
  });
}

/**
 * What Fargate gives a pod: vCPUs, and for each the memory, GiB, that it may have with them
 * (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
 */
const fargateSizes: readonly (readonly [vcpus: number, memoryGiB: readonly number[]])[] = [
  [0.25, [0.5, 1, 2]],
  [0.5, [1, 2, 3, 4]],
  [1, [2, 3, 4, 5, 6, 7, 8]],
  [2, wholesFrom(4, 16, 1)],
  [4, wholesFrom(8, 30, 1)],
  [8, wholesFrom(16, 60, 4)],
  [16, wholesFrom(32, 120, 8)],
];

/** What Fargate takes of a pod's memory for what Kubernetes itself runs beside it, MiB; it is added to what is asked for. */
const fargateOverheadMiB = 256;

/** Memory for each CPU that Autopilot's general-purpose nodes take, GiB; it raises what is below and adds CPU for more. */
const autopilotGiBPerCpu = { least: 1, most: 6.5 };

function wholesFrom(least: number, most: number, step: number): readonly number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);
}

for (const blueprint of serverless) {
  describe(`Capacity of ${blueprint.name}`, () => {
    const resources = Object.entries(blueprint.services).map(([service, spec]) => {
      const plan = planWorkload(service, spec).resources;
      return {
        service,
        plan,
        vcpus: millicores(plan.requests.cpu, service) / 1000,
        MiB: bytes(plan.requests.memory, service) / 2 ** 20,
      };
    });

    it("has no pools, and no service that asks for one", () => {
      assert.deepEqual(blueprint.nodePools, {});
      for (const { nodeSelector } of Object.values(blueprint.services)) assert.equal(nodeSelector, undefined);
    });

    it("asks for exactly what Fargate has, so that nothing is rounded up and paid for", () => {
      for (const { service, vcpus, MiB } of resources) {
        const memory = fargateSizes.find(([size]) => size === vcpus)?.[1] ?? [];
        assert.ok(
          memory.includes((MiB + fargateOverheadMiB) / 1024),
          `${service}: ${vcpus} vCPUs, ${MiB} MiB`,
        );
      }
    });

    it("may use what it asks for and no more, as Fargate gives no more", () => {
      for (const { service, plan } of resources) assert.deepEqual(plan.limits, plan.requests, service);
    });

    it("is within what Autopilot takes as it is", () => {
      for (const { service, vcpus, MiB } of resources) {
        const perCpu = MiB / 1024 / vcpus;
        const { least, most } = autopilotGiBPerCpu;
        assert.ok(perCpu >= least && perCpu <= most, `${service}: ${perCpu} GiB a CPU`);
      }
    });

    it("writes to no more disk than a container has on Autopilot that asks for none, 1 GiB", () => {
      for (const [service, { writablePaths = [] }] of Object.entries(blueprint.services)) {
        const tmpMiB = 256;
        const asked = writablePaths.reduce((sum, { sizeMiB }) => sum + sizeMiB, tmpMiB);
        assert.ok(asked < 1024, `${service}: ${asked} MiB`);
      }
    });

    it("has no work so unimportant that no machine is started for it", () => {
      for (const [service, { priority }] of Object.entries(blueprint.services)) {
        assert.notEqual(priority, "batch", service);
      }
    });
  });
}

describe("Capacity of seo-platform, as the system asks", () => {
  it("starts with twenty nodes and grows to fifty, all of the t3.xlarge class", () => {
    const sum = (count: "minNodes" | "initialNodes" | "maxNodes") =>
      Object.values(seoPlatform.nodePools).reduce((total, pool) => total + pool[count], 0);
    assert.deepEqual([sum("minNodes"), sum("initialNodes"), sum("maxNodes")], [20, 20, 50]);
    for (const { machine } of Object.values(seoPlatform.nodePools)) {
      assert.deepEqual(machine, { vcpus: 4, memoryGiB: 16, burstable: true });
    }
  });

  it("asks for a fifth or so of its smallest pool at its lowest counts", () => {
    const { total } = demandOf(seoPlatform, "min", "cpu");
    const part = total / (application(seoPlatform).minNodes * room.cpu);
    assert.ok(part > 0.18 && part < 0.25, `${part}`);
  });
});

describe("Capacity of suuupra, as the system asks", () => {
  it("has node groups of 3/6/10 and 10/20/100", () => {
    const bounds = Object.entries(suuupra.nodePools).map(([pool, { minNodes, initialNodes, maxNodes }]) => [
      pool,
      minNodes,
      initialNodes,
      maxNodes,
    ]);
    assert.deepEqual(bounds, [
      ["system", 3, 6, 10],
      ["application", 10, 20, 100],
    ]);
  });

  it("asks for no more than 100 CPU and 200 GiB, which is what a namespace of it may", () => {
    assert.ok(demandOf(suuupra, "max", "cpu").total <= 100_000);
    assert.ok(demandOf(suuupra, "max", "memory").total <= 200 * 1024);
  });
});
