import * as assert from "node:assert/strict";
import type { Blueprint } from "../../blueprints/blueprint";
import { blueprints } from "../../blueprints/catalogue";
import { type PresetName, presetNames, presets, replicaBounds, sizeFor } from "../../blueprints/presets";
import { seoPlatform } from "../../blueprints/seoPlatform";
import { suuupra } from "../../blueprints/suuupra";
import { askOf, type Wanted } from "../../components/capacity/fit";
import { type CapacityPlan, planCapacity } from "../../components/capacity/plan";
import type { Room } from "../../components/capacity/pods";
import { mustFit, refusals } from "../../components/capacity/refusals";
import { fargateOverheadMiB } from "../../components/capacity/aws";
import { serverlessSize } from "../../components/capacity/serverless";
import { servicePods } from "../../components/capacity/services";
import { type Cloud, clouds } from "../../components/cloud";
import type { NodePoolArgs } from "../../components/cluster/nodePools";
import { planWorkload } from "../../components/workload/plan";
import type { StackFile } from "../../config/schema";
import { storesOf } from "../../config/stores";

/** A blueprint in the size of a preset on a cloud, and how full its nodes are. */
function planned(
  blueprint: Blueprint,
  cloud: Cloud,
  preset: PresetName,
): { readonly sized: Blueprint; readonly plan: CapacityPlan } {
  const { zones, logRetentionDays, ...rest } = presets[cloud][preset];
  const sized = sizeFor(blueprint, { zones, logRetentionDays, ...rest });
  const file = { blueprint: blueprint.name } as StackFile;
  const stores = storesOf(sized.stores, file, { zones, logRetentionDays, ...rest });
  return { sized, plan: planCapacity({ ...sized, cloud, zones, logRetentionDays, stores }) };
}

/** What the services of a pool ask for at that count, with their sidecars. */
function servicesOf(plan: CapacityPlan, pool: string, count: "min" | "max"): Wanted[] {
  return (plan.pools.find(({ name }) => name === pool)?.groups ?? [])
    .filter(({ service }) => service !== undefined)
    .map((group) => ({ group, count: group[count] }));
}

function roomOf(plan: CapacityPlan, pool: string): Room {
  const found = plan.pools.find(({ name }) => name === pool);
  assert.ok(found);
  return found.room;
}

function application({ nodePools }: Blueprint): NodePoolArgs {
  const pool = nodePools["application"];
  assert.ok(pool);
  return pool;
}

const onNodes = Object.values(blueprints).filter(({ podRuntime = "nodes" }) => podRuntime === "nodes");
const serverless = Object.values(blueprints).filter(({ podRuntime }) => podRuntime === "serverless");

for (const blueprint of onNodes) {
  describe(`Capacity of ${blueprint.name}`, () => {
    for (const cloud of clouds) {
      for (const preset of presetNames) {
        it(`has room for all that it has to have room for in ${preset} on ${cloud}`, () => {
          const { plan } = planned(blueprint, cloud, preset);
          const short = plan.cases
            .filter((each) => mustFit(plan, each))
            .flatMap(({ load, zoneLost, fits }) =>
              fits.flatMap(({ waiting }) =>
                waiting.map(({ group, count }) => `${load} ${String(zoneLost)}: ${count} of ${group.name}`),
              ),
            );
          assert.deepEqual(short, []);
          assert.deepEqual(refusals(plan), []);
        });

        it(`runs its services at their highest counts, in whatever order they come, in ${preset} on ${cloud}`, () => {
          const { sized, plan } = planned(blueprint, cloud, preset);
          const { maxNodes } = application(sized);
          const wanted = servicesOf(plan, "application", "max");
          const room = roomOf(plan, "application");
          for (const of of ["cpu", "memoryMiB"] as const) {
            const largest = Math.max(...wanted.map(({ group }) => group.each[of]));
            // a pod waits only where each node has less left than it asks for: then more than this is taken
            const takenWhenOneWaits = maxNodes * (room[of] - largest);
            assert.ok(
              askOf(wanted)[of] - largest <= takenWhenOneWaits,
              `${of}: ${askOf(wanted)[of]}, and one of ${largest} may wait when ${takenWhenOneWaits} are taken`,
            );
          }
        });

        it(`has room in the limits of nodes made to measure, while pods are replaced, in ${preset} on ${cloud}`, () => {
          const { sized, plan } = planned(blueprint, cloud, preset);
          if (sized.nodeProvisioning === undefined) return;
          const { cpuLimit, memoryGiBLimit } = sized.nodeProvisioning;
          const wanted = servicesOf(plan, "provisioned", "max");
          assert.ok(wanted.length > 0);
          const room = roomOf(plan, "provisioned");
          const most = (of: "cpu" | "memoryMiB") =>
            Math.ceil(
              (1.25 * askOf(wanted)[of]) /
                (room[of] - Math.max(...wanted.map(({ group }) => group.each[of]))),
            );
          const nodes = Math.max(most("cpu"), most("memoryMiB"), 3);
          assert.ok(4 * nodes <= cpuLimit, `${4 * nodes} of ${cpuLimit} vCPUs`);
          assert.ok(16 * nodes <= memoryGiBLimit, `${16 * nodes} of ${memoryGiBLimit} GiB`);
        });
      }
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
            assert.equal(machine.gpu?.count, gpus);
            assert.ok(Math.ceil(1.25 * replicaBounds(spec).max) <= maxNodes, `${maxNodes} nodes`);
          }
        });
      }
    }
  });
}

for (const blueprint of serverless) {
  describe(`Capacity of ${blueprint.name}`, () => {
    const pods = servicePods(blueprint);

    it("has no pools, and no service that asks for one", () => {
      assert.deepEqual(blueprint.nodePools, {});
      for (const { nodeSelector } of Object.values(blueprint.services)) assert.equal(nodeSelector, undefined);
    });

    it("asks for exactly what Fargate has, so that nothing is rounded up and paid for", () => {
      for (const { name, each } of pods) {
        const size = serverlessSize("aws", each);
        assert.deepEqual(
          size,
          { vcpus: each.cpu / 1000, memoryGiB: (each.memoryMiB + fargateOverheadMiB) / 1024 },
          name,
        );
      }
    });

    it("may use what it asks for and no more, as Fargate gives no more", () => {
      for (const [service, spec] of Object.entries(blueprint.services)) {
        const { limits, requests } = planWorkload(service, spec).resources;
        assert.deepEqual(limits, requests, service);
      }
    });

    it("is within what Autopilot takes as it is", () => {
      for (const { name, each } of pods) {
        const size = { vcpus: each.cpu / 1000, memoryGiB: each.memoryMiB / 1024 };
        assert.deepEqual(serverlessSize("gcp", each), size, name);
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
    const { plan } = planned(seoPlatform, "aws", "ha");
    const { cpu } = askOf(servicesOf(plan, "application", "min"));
    const part = cpu / (application(seoPlatform).minNodes * roomOf(plan, "application").cpu);
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
    const { cpu, memoryMiB } = askOf(servicesOf(planned(suuupra, "aws", "ha").plan, "application", "max"));
    assert.ok(cpu <= 100_000);
    assert.ok(memoryMiB <= 200 * 1024);
  });
});
