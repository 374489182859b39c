import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { ScaledWorkload } from "../../../components/scaling/scaledWorkload";
import { adviseSizes } from "../../../components/scaling/sizeAdvice";
import { planWorkload } from "../../../components/workload/plan";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { findAll, run } from "../../support/run";

const spec: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/till", tag: "1.2.3" },
  port: 3000,
  replicas: { min: 3, max: 12 },
  resources: { cpu: "500m", memory: "512Mi" },
};
const kept = [
  ["rolling", { apiVersion: "apps/v1", kind: "Deployment", name: "till" }],
  ["canary", { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "till" }],
  ["blueGreen", { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "till" }],
] as const;

describe("what is scaled and sized", () => {
  for (const [kind, target] of kept) {
    const service: WorkloadSpec = { ...spec, strategy: { kind } };

    it(`is the ${target.kind} of a ${kind} workload, to KEDA`, async () => {
      const { resources } = await run(() => {
        const provider = new k8s.Provider("main", { kubeconfig: "{}" });
        new ScaledWorkload(
          "shop-till",
          {
            plan: planWorkload("till", service),
            keda: provider,
            pods: provider,
            namespace: "shop",
            triggers: {},
          },
          { provider },
        );
      });
      const scaled = findAll(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject");
      assert.deepEqual(
        scaled.map(({ inputs }) => (inputs["spec"] as { scaleTargetRef: object }).scaleTargetRef),
        [target],
      );
    });

    it(`is the ${target.kind} of a ${kind} workload, to who recommends its size`, async () => {
      const { resources } = await run(() => {
        const provider = new k8s.Provider("main", { kubeconfig: "{}" });
        adviseSizes("shop-sizes", { services: { till: service }, namespace: "shop" }, { provider });
      });
      const advised = findAll(resources, "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler");
      assert.deepEqual(
        advised.map(({ inputs }) => (inputs["spec"] as { targetRef: object }).targetRef),
        [target],
      );
    });
  }
});
