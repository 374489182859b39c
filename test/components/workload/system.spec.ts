import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { System, type SystemArgs } from "../../../components/workload/system";
import type { PlanResource } from "../../../preview/plan";
import { find, run } from "../../support/run";

const api: WorkloadSpec = {
  image: { repository: "api", tag: "1.2.3" },
  port: 3000,
  replicas: { min: 3, max: 12 },
  resources: { cpu: "500m", memory: "512Mi" },
};

async function system(
  service: WorkloadSpec,
  placement: Pick<SystemArgs, "provisionedNodes"> = {},
): Promise<readonly PlanResource[]> {
  const made = await run(
    () =>
      new System(
        "shop",
        {
          blueprint: { name: "shop", namespace: "shop", services: { api: service } },
          imageRegistry: "ghcr.io/acme",
          domain: "shop.example.com",
          stores: {},
          identify: () => {
            throw new Error("no service uses a store");
          },
          ready: [],
          identityEndpoints: [],
          ...placement,
        },
        { providers: [new k8s.Provider("main", { kubeconfig: "{}" })] },
      ),
  );
  return made.resources;
}

const provisionedNodes = {
  nodeSelector: { "karpenter.sh/nodepool": "provisioned" },
  tolerations: [{ key: "groundwork.dev/provisioned", operator: "Exists", effect: "NoSchedule" }],
} as const;

describe("System", () => {
  it("places a service on nodes made to measure only when it asks for them", async () => {
    for (const asks of [true, false]) {
      const resources = await system({ ...api, provisionedNodes: asks }, { provisionedNodes });
      const deployment = JSON.stringify(find(resources, "kubernetes:apps/v1:Deployment").inputs);
      assert.equal(deployment.includes('"nodeSelector":{"karpenter.sh/nodepool":"provisioned"}'), asks);
      assert.equal(deployment.includes('"key":"groundwork.dev/provisioned"'), asks);
    }
  });

  it("refuses a service that asks for nodes made to measure where the cluster makes none", async () => {
    await assert.rejects(
      system({ ...api, provisionedNodes: true }),
      /^RangeError: api\.provisionedNodes: expected a cluster that makes nodes to measure, got none$/,
    );
  });
});
