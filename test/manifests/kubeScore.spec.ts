import assert from "node:assert/strict";
import { withoutRollouts } from "./kubeScore";

const metadata = { name: "web", namespace: "shop" };
const template = { spec: { containers: [] } };
const selector = { matchLabels: { app: "web" } };

describe("what kube-score is shown", () => {
  it("has a Deployment in the place of a Rollout, without its strategy", () => {
    assert.deepEqual(
      withoutRollouts({
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Rollout",
        metadata,
        spec: { replicas: 2, selector, template, strategy: { canary: {} } },
      }),
      { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 2, selector, template } },
    );
  });

  it("has autoscalers of Rollouts name the Deployment", () => {
    const scaler = (apiVersion: string, kind: string) => ({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata,
      spec: { minReplicas: 2, scaleTargetRef: { apiVersion, kind, name: "web" } },
    });
    assert.deepEqual(
      withoutRollouts(scaler("argoproj.io/v1alpha1", "Rollout")),
      scaler("apps/v1", "Deployment"),
    );
  });

  it("has everything else as it is", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: "b" } };
    assert.equal(withoutRollouts(object), object);
  });
});
