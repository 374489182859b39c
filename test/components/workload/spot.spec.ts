import assert from "node:assert/strict";
import type { types } from "@pulumi/kubernetes";
import type { Placement, SpotNodes } from "../../../components/cluster/nodeProvisioning";
import { planWorkload } from "../../../components/workload/plan";
import { podTemplate } from "../../../components/workload/podTemplate";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { taskJob } from "../../../components/workload/taskTemplate";

type PodSpec = types.input.core.v1.PodSpec;

const spec: WorkloadSpec = {
  image: { repository: "crawler", tag: "1.0.0" },
  port: 3000,
  replicas: { min: 2, max: 20 },
  resources: { cpu: "500m", memory: "512Mi" },
  migration: { command: ["migrate"] },
};
const taint = { key: "spot", operator: "Equal", value: "true", effect: "NoSchedule" } as const;
const made: SpotNodes = { labels: { "cloud/spot": "true" }, tolerations: [taint] };
const own = { key: "provisioned", operator: "Exists", effect: "NoSchedule" } as const;
const provisioned: Placement = {
  nodeSelector: { nodes: "provisioned" },
  tolerations: [own],
  spot: { labels: { "nodes/capacity": "spot" }, tolerations: [] },
};

const facts = { system: "shop", serviceAccount: "crawler", configMap: undefined, authorities: undefined };
const podOf = (
  service: Partial<WorkloadSpec>,
  where: { readonly placement?: Placement; readonly spotNodes?: SpotNodes } = {},
): PodSpec => {
  const { spec: pod } = podTemplate(planWorkload("crawler", { ...spec, ...service }), { ...facts, ...where });
  return pod as PodSpec;
};
const wish = (key: string, operator: "In" | "NotIn", value: string) => ({
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, preference: { matchExpressions: [{ key, operator, values: [value] }] } },
    ],
  },
});

describe("A workload that goes on where its pods are taken away", () => {
  const places = {
    "of a pool": [{}, wish("groundwork.dev/capacity", "In", "spot"), undefined],
    "made to measure": [{ placement: provisioned }, wish("nodes/capacity", "In", "spot"), [own]],
    "that the cloud makes below it": [{ spotNodes: made }, wish("cloud/spot", "In", "true"), [taint]],
    "made to measure, where the cloud makes others": [
      { placement: provisioned, spotNodes: made },
      wish("nodes/capacity", "In", "spot"),
      [own],
    ],
  } as const;
  for (const [where, [place, affinity, tolerations]] of Object.entries(places)) {
    it(`wishes to be on spot nodes before others, ${where}`, () => {
      const pod = podOf({ spot: true }, place);
      assert.deepEqual(pod.affinity, affinity);
      assert.deepEqual(pod.tolerations, tolerations);
    });
  }

  it("says nothing of spot where it does not say so", () => {
    for (const place of [{}, { placement: provisioned }, { spotNodes: made }]) {
      assert.equal(podOf({}, place).affinity, undefined);
    }
    assert.equal(podOf({}, { spotNodes: made }).tolerations, undefined);
  });

  it("stays off with false, as what is critical does, by the label of the nodes that it has", () => {
    for (const service of [{ spot: false }, { priority: "critical" }] as const) {
      assert.deepEqual(podOf(service).affinity, wish("groundwork.dev/capacity", "NotIn", "spot"));
      const placed = podOf(service, { placement: provisioned });
      assert.deepEqual(placed.affinity, wish("nodes/capacity", "NotIn", "spot"));
    }
  });

  it("keeps its spread over zones and nodes", () => {
    const { topologySpreadConstraints } = podOf({ spot: true });
    assert.deepEqual(topologySpreadConstraints, podOf({}).topologySpreadConstraints);
  });

  it("has its tasks begin nowhere from where they are taken away sooner", () => {
    const plan = planWorkload("crawler", { ...spec, spot: true });
    const { migration } = plan.tasks;
    assert.ok(migration !== undefined);
    const { template } = taskJob(plan, migration, { ...facts, spotNodes: made }) as {
      readonly template: { readonly spec: PodSpec };
    };
    assert.equal(template.spec.affinity, undefined);
    assert.equal(template.spec.tolerations, undefined);
  });

  const refused = {
    "crawler.spot: expected no true, as it is critical and stays off spot nodes, got true": {
      priority: "critical",
    },
    "crawler.gracePeriodSeconds: expected 120 at most, as a pod on spot has no longer to end, got 121": {
      gracePeriodSeconds: 121,
    },
  } as const;
  for (const [message, service] of Object.entries(refused)) {
    it(`is refused: ${message}`, () => {
      assert.throws(() => podOf({ spot: true, ...service }), { name: "RangeError", message });
      podOf(service);
    });
  }

  it("may take as long to end as EC2 says ahead", () => {
    assert.equal(podOf({ spot: true, gracePeriodSeconds: 120 }).terminationGracePeriodSeconds, 120);
  });
});
