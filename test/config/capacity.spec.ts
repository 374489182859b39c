import * as assert from "node:assert/strict";
import { join } from "node:path";
import { blueprints } from "../../blueprints/catalogue";
import type { Cloud } from "../../components/cloud";
import type { NodePoolArgs } from "../../components/cluster/nodePools";
import { type CapacityArgs, planCapacity } from "../../components/capacity/plan";
import type { WorkloadSpec } from "../../components/workload/spec";
import { checkCapacity } from "../../config/capacityChecks";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

const root = join(__dirname, "../..");

const labels = { "groundwork.dev/pool": "application" };

const pool: NodePoolArgs = {
  machine: { vcpus: 4, memoryGiB: 16 },
  minNodes: 3,
  initialNodes: 3,
  maxNodes: 9,
  labels,
};

const service = {
  image: { repository: "shop/api", tag: "1.0.0" },
  port: 8080,
  replicas: { min: 3, max: 30 },
  resources: { cpu: "500m", memory: "512Mi" },
  nodeSelector: labels,
} satisfies WorkloadSpec;

/** A system of one service, with room for it and for what every system stands on. */
function system(cloud: Cloud, changes: Partial<CapacityArgs> = {}): CapacityArgs {
  return {
    cloud,
    zones: 3,
    namespace: "shop",
    services: { api: service },
    platform: {},
    monitoring: {
      prometheusReplicas: 2,
      alertmanagerReplicas: 3,
      retentionDays: 15,
      diskGiB: 80,
      memoryGiB: 2,
    },
    highlyAvailable: true,
    nodePools: {
      system: { ...pool, labels: { "groundwork.dev/pool": "system" } },
      application: pool,
    },
    stores: {},
    logRetentionDays: 90,
    ...changes,
  };
}

function problems(args: CapacityArgs): readonly string[] {
  return checkCapacity(planCapacity(args)).map(
    ({ key, expected, got }) => `${key}: expected ${expected}, got ${got ?? ""}`,
  );
}

/** The one problem. */
function problem(args: CapacityArgs): string {
  const [first = "", ...more] = problems(args);
  assert.deepEqual(more, []);
  return first;
}

function withPool(changes: Partial<NodePoolArgs>): Pick<CapacityArgs, "nodePools"> {
  const { nodePools } = system("aws");
  return { nodePools: { ...nodePools, application: { ...pool, ...changes } } };
}

describe("the check of capacity", () => {
  for (const cloud of ["aws", "gcp"] as const) {
    it(`finds nothing wrong with a system that fits on ${cloud}`, () => {
      assert.deepEqual(problems(system(cloud)), []);
    });

    it(`refuses too few nodes for ten times the load on ${cloud}, with how many would do and the figures`, () => {
      const said = problem(system(cloud, withPool({ maxNodes: 3 })));
      assert.match(
        said,
        /^cluster\.nodePools\.application\.maxNodes: expected \d+ nodes or more: at ten times/,
      );
      assert.match(said, /its pods ask for 1\d,\d{3}m, [\d,]+ MiB, 3\d pods/);
      assert.match(said, /and \d+ of shop\/api find no room, got 3 nodes$/);
    });

    it(`says as many nodes as really do on ${cloud}`, () => {
      const said = problem(system(cloud, withPool({ maxNodes: 3 })));
      const needed = Number(/expected (\d+) nodes/.exec(said)?.[1]);
      assert.deepEqual(problems(system(cloud, withPool({ maxNodes: needed }))), []);
      assert.notDeepEqual(problems(system(cloud, withPool({ maxNodes: needed - 1 }))), []);
    });

    it(`refuses a pod that is larger than a node on ${cloud}, and names both`, () => {
      const resources = { cpu: "500m", memory: "15Gi" };
      const said = problem(system(cloud, { services: { api: { ...service, resources } } }));
      assert.match(
        said,
        /^cluster\.nodePools\.application\.machine: expected a node with room for shop\/api, /,
      );
      assert.match(said, /which asks for 500m, 15,360 MiB, 1 pod/);
      assert.match(said, /got 4 vCPUs and 16 GiB, of which 3,\d{3}m, 1\d,\d{3} MiB, \d+ pods are left$/);
    });

    it(`refuses more pods than nodes may have on ${cloud}, though they ask for little`, () => {
      const resources = { cpu: "1m", memory: "8Mi" };
      const api = { ...service, resources, replicas: 400 };
      const said = problem(system(cloud, { services: { api }, ...withPool({ maxNodes: 3 }) }));
      assert.match(said, /^cluster\.nodePools\.application\.maxNodes: expected [5-6] nodes or more/);
      assert.match(said, /4\d\d pods, a node has .* (9|10)\d pods beside what runs on each/);
    });

    it(`refuses fewer GPUs than pods want on ${cloud}`, () => {
      const inference = { "groundwork.dev/pool": "inference" };
      const gpuPool: NodePoolArgs = {
        ...pool,
        machine: { vcpus: 4, memoryGiB: 16, gpu: { type: "l4", count: 1 } },
        minNodes: 0,
        initialNodes: 0,
        maxNodes: 3,
        labels: inference,
      };
      const model = { ...service, gpus: 1, nodeSelector: inference, replicas: 5 };
      const { nodePools } = system(cloud);
      const args = { services: { model }, nodePools: { ...nodePools, inference: gpuPool } };
      const said = problem(system(cloud, args));
      // five at rest, and one zone less on EKS takes two of them
      const needed = { aws: 8, gcp: 5 }[cloud];
      assert.match(
        said,
        new RegExp(`inference\\.maxNodes: expected ${needed} nodes or more: at its lowest counts`),
      );
      assert.match(said, /5 GPUs, a node has .* 1 GPU beside what runs on each, and 2 of shop\/model/);
    });

    it(`refuses limits of nodes made to measure that are too low on ${cloud}`, () => {
      const { image, port, replicas, resources } = service;
      const api = { image, port, replicas, resources, provisionedNodes: true };
      const nodeProvisioning = { cpuLimit: 8, memoryGiBLimit: 64 };
      const said = problem(system(cloud, { services: { api }, nodeProvisioning }));
      assert.match(
        said,
        /^cluster\.nodeProvisioning: expected cpuLimit \d+ and memoryGiBLimit \d+ or more: at its lowest/,
      );
    });
  }

  it("refuses a pool that has room with all zones and not with one less, where each zone has nodes of its own", () => {
    const api = { ...service, replicas: 36 };
    const args = { services: { api }, ...withPool({ maxNodes: 8 }) };
    const said = problem(system("aws", args));
    assert.match(said, /at its lowest counts with a zone lost its pods ask for/);
    assert.match(said, /got 8 nodes, 5 in the other zones$/);
    // GKE's nodes may all stand in the other zones
    assert.deepEqual(problems(system("gcp", args)), []);
    // nobody promises it of a system without more than one of each
    assert.deepEqual(problems(system("aws", { ...args, highlyAvailable: false })), []);
  });

  it("refuses a pod that no machine of one pod is large enough for", () => {
    const services = { api: { ...service, nodeSelector: {}, resources: { cpu: "17", memory: "32Gi" } } };
    const serverless = { services, podRuntime: "serverless", nodePools: {} } as const;
    assert.match(
      problem(system("aws", serverless)),
      /^services\.api\.resources: expected no more than the cloud's largest/,
    );
    assert.deepEqual(problems(system("gcp", serverless)), []);
  });

  for (const cloud of ["aws", "gcp"] as const) {
    it(`refuses a service that is kept to labels which no pool on ${cloud} has, and names both`, () => {
      const api = { ...service, nodeSelector: { "groundwork.dev/pool": "batch" } };
      assert.equal(
        problem(system(cloud, { services: { api } })),
        "services.api: expected a pool without taints with the labels groundwork.dev/pool=batch " +
          "for the pods of shop/api, got the pools system, application",
      );
    });

    it(`refuses a service that asks for more GPUs than a node of any pool on ${cloud} has`, () => {
      const api = { ...service, gpus: 2 };
      assert.match(
        problem(system(cloud, { services: { api } })),
        /^services\.api: expected a pool .* with 2 GPUs or more a node for the pods of shop\/api, /,
      );
    });

    it(`refuses pods for nodes made to measure where ${cloud} makes none`, () => {
      const { image, port, replicas, resources } = service;
      const api = { image, port, replicas, resources, provisionedNodes: true };
      assert.match(
        problem(system(cloud, { services: { api } })),
        /^services\.api: expected nodes made to measure \(cluster\.nodeProvisioning\) for the pods of shop\/api/,
      );
    });

    it(`warns on ${cloud} of what it would refuse where the stack asks for that, and still tells the figures`, () => {
      const small = { initialNodes: 17, maxNodes: 17 };
      const file = withSetting("prod", "cluster.nodePools.application", small);
      const values = { ...file, blueprint: "seo-platform", cloud };
      const { capacity, capacityWarnings } = configOf({ ...values, capacity: "warn" });
      assert.deepEqual(
        capacityWarnings,
        problemsOf(values).map((line) => `groundwork:${line}`),
      );
      const waits = capacity?.cases.some(
        ({ mustFit, pools }) => mustFit && pools.some(({ waiting }) => Object.keys(waiting).length > 0),
      );
      assert.equal(waits, true);
    });
  }

  it("refuses a stack file by its key, before anything is made", () => {
    const values = withSetting("prod", "cluster.nodePools.application", { initialNodes: 17, maxNodes: 17 });
    assert.match(
      problemsOf({ ...values, blueprint: "seo-platform", cloud: "aws" }).join("\n"),
      /^cluster\.nodePools\.application\.maxNodes: expected \d+ nodes or more: at ten times the load .* got 17 nodes$/,
    );
  });

  it("is asked only where nothing else is wrong, which says more", () => {
    const values = withSetting("prod", "cluster.nodePools.application", { initialNodes: 17, maxNodes: 17 });
    const found = problemsOf({ ...values, blueprint: "seo-platform", cloud: "aws", domain: "nothing" });
    assert.equal(found.filter((line) => line.includes("maxNodes")).length, 0);
    assert.equal(found.length, 1);
  });

  it("has none where there are no nodes", () => {
    const values = { ...stackValues("prod"), blueprint: "explico", cloud: "aws", orchestrator: "containers" };
    assert.equal(configOf(values).capacity, undefined);
  });

  it("tells the figures of a stack that fits", () => {
    const { capacity } = configOf({ ...stackValues("prod"), blueprint: "suuupra", cloud: "aws" });
    assert.ok(capacity !== undefined);
    assert.deepEqual(
      capacity.cases.map(({ load, zoneLost, mustFit }) => [load, zoneLost, mustFit]),
      [
        ["normal", false, true],
        ["normal", true, true],
        ["tenfold", false, true],
        ["tenfold", true, false],
        ["most", false, true],
        ["most", true, false],
      ],
    );
    assert.deepEqual(
      capacity.pools.map(({ pool: name, maxNodes }) => [name, maxNodes]),
      [
        ["system", 10],
        ["application", 100],
      ],
    );
    assert.deepEqual(capacity.capped.slice(0, 1), [{ service: "identity", min: 3, max: 20 }]);
  });

  for (const cloud of ["aws", "gcp"] as const) {
    for (const blueprint of Object.keys(blueprints)) {
      it(`finds room for the platform's pods of ${blueprint} on ${cloud} at ten times the load with a zone lost`, () => {
        const { capacity } = configOf({ ...stackValues("prod"), blueprint, cloud });
        const waiting = capacity?.cases.flatMap(({ pools }) =>
          pools.filter(({ pool: name }) => name === "system").flatMap((each) => Object.keys(each.waiting)),
        );
        assert.deepEqual(waiting, []);
      });
    }
  }
});

describe("a stack that asks to be warned of pods without room", () => {
  for (const cloud of ["aws", "gcp"] as const) {
    it(`is previewed on ${cloud}, and says what waits as a warning`, async () => {
      const cluster = JSON.stringify({
        version: "1.35",
        nodePools: { application: { initialNodes: 17, maxNodes: 17 } },
      });
      const set = [`cloud=${cloud}`, "blueprint=seo-platform", "capacity=warn", `cluster=${cluster}`];
      const { warnings, resources } = await runStack(readStack({ root, stack: "prod", set }), {
        root,
        outputs: "known",
        echo: false,
      });
      const said = warnings.filter((text) => text.includes("find no room"));
      assert.equal(said.length, 1);
      assert.match(said.join(), /^groundwork:cluster\.nodePools\.application\.maxNodes: expected \d+ nodes/);
      assert.ok(resources.length > 100);
    });
  }
});
