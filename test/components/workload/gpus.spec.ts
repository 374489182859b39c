import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import { planQuota, planWorkload } from "../../../components/workload/plan";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { Workload, type WorkloadArgs } from "../../../components/workload/workload";
import { find, run } from "../../support/run";

type PodSpec = types.output.core.v1.PodSpec;

const spec: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/inference", tag: "1.2.3" },
  port: 8000,
  replicas: { min: 1, max: 5 },
  resources: { cpu: "2", memory: "8Gi" },
};

async function podOf(service: Partial<WorkloadSpec>, args: Partial<WorkloadArgs> = {}): Promise<PodSpec> {
  const given = { service: "inference", system: "shop", namespace: "shop", spec: { ...spec, ...service } };
  const { resources } = await run(
    () =>
      new Workload(
        "shop-inference",
        { ...given, ...args },
        { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
      ),
  );
  const deployment = find(resources, "kubernetes:apps/v1:Deployment").inputs["spec"] as unknown;
  return (deployment as { readonly template: { readonly spec: PodSpec } }).template.spec;
}

describe("A workload with GPUs", () => {
  const toleration = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };

  it("asks for them by the limit, and tolerates the nodes that have some", async () => {
    const { containers, tolerations } = await podOf({ gpus: 2 });
    assert.deepEqual(containers[0]?.resources, {
      requests: { cpu: "2", memory: "8Gi" },
      limits: { cpu: "4", memory: "8Gi", "nvidia.com/gpu": "2" },
    });
    assert.deepEqual(tolerations, [toleration]);
  });

  it("is the only one to do so", async () => {
    const { containers, tolerations } = await podOf({});
    assert.deepEqual(containers[0]?.resources.limits, { cpu: "4", memory: "8Gi" });
    assert.equal(tolerations, undefined);
  });

  it("tolerates what its placement says as well", async () => {
    const spot = { key: "spot", operator: "Exists", effect: "NoSchedule" } as const;
    const placement = { nodeSelector: {}, tolerations: [spot] };
    assert.deepEqual((await podOf({ gpus: 1 }, { placement })).tolerations, [spot, toleration]);
  });

  it("has room in the namespace's quota at its most, with a quarter more while it is updated", () => {
    assert.equal(planQuota({ inference: { ...spec, gpus: 2 }, api: spec }).gpus, 2 * 7);
    assert.equal(planQuota({ api: spec }).gpus, 0);
  });

  for (const gpus of [0, 5, 1.5]) {
    it(`refuses ${gpus} of them`, () => {
      assert.throws(
        () => planWorkload("inference", { ...spec, gpus }),
        new RegExp(`^RangeError: inference\\.gpus: expected a whole number from 1 to 4, got ${gpus}$`),
      );
    });
  }

  it("does not run on nodes made to measure, which have none", () => {
    assert.throws(
      () => planWorkload("inference", { ...spec, gpus: 1, provisionedNodes: true }),
      /^RangeError: inference\.gpus: expected none, as it runs on nodes made to measure, got 1$/,
    );
  });
});

describe("A workload and spot nodes, by default", () => {
  it("stays off them where it is critical and others will do", async () => {
    assert.deepEqual((await podOf({ priority: "critical" })).affinity, {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            preference: {
              matchExpressions: [{ key: "groundwork.dev/capacity", operator: "NotIn", values: ["spot"] }],
            },
          },
        ],
      },
    });
  });

  it("takes them like any other where it is not", async () => {
    assert.equal((await podOf({})).affinity, undefined);
    assert.equal((await podOf({ priority: "batch" })).affinity, undefined);
  });
});
