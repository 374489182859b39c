import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import { TriggerAuthentication } from "@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication";
import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { prometheusTrigger, type Trigger } from "../../../components/scaling/backlog";
import { ScaledWorkload } from "../../../components/scaling/scaledWorkload";
import { planWorkload } from "../../../components/workload/plan";
import { autoscalerSpec } from "../../../components/workload/scaling";
import type { WorkloadSpec } from "../../../components/workload/spec";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const spec: WorkloadSpec = {
  image: { repository: "worker", tag: "1.0.0" },
  replicas: { min: 3, max: 40 },
  cpuTargetPercent: 60,
  memoryTargetPercent: 80,
  scaleDownAfterSeconds: 600,
  resources: { cpu: "500m", memory: "512Mi" },
  probes: { liveness: { path: "/livez", port: 8081 }, readiness: { path: "/readyz", port: 8081 } },
  scaling: { queueDepth: { queue: "jobs", messages: 5 } },
};

const broker: Trigger = {
  type: "kafka",
  metadata: { bootstrapServers: "broker:9098" },
  podIdentity: "aws",
  destinations: [{ cidrs: ["10.0.3.0/24"], ports: [9098] }],
};
const asked = prometheusTrigger({
  serverAddress: "http://prometheus:9090",
  query: "sum(jobs)",
  threshold: 5,
});

const made = async (triggers: Readonly<Record<string, Trigger>>): Promise<readonly PlanResource[]> => {
  const plan = planWorkload("worker", spec);
  const { resources } = await run(() => {
    const keda = new pulumi.ComponentResource("groundwork:test:Keda", "keda");
    const pods = new pulumi.ComponentResource("groundwork:test:Pods", "pods");
    return new ScaledWorkload("shop-scaling-worker", { plan, keda, pods, namespace: "shop", triggers });
  });
  return resources;
};

const scaledObjectType = "kubernetes:keda.sh/v1alpha1:ScaledObject";
const authenticationType = "kubernetes:keda.sh/v1alpha1:TriggerAuthentication";

interface Spec {
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly fallback: object;
  readonly advanced: {
    readonly horizontalPodAutoscalerConfig: { readonly name: string; readonly behavior: object };
  };
  readonly triggers: readonly Readonly<Record<string, unknown>>[];
}
const specOf = (resources: readonly PlanResource[]): Spec =>
  find(resources, scaledObjectType).inputs["spec"] as unknown as Spec;

describe("ScaledWorkload", () => {
  it("is what KEDA's schema asks for", async () => {
    const resources = await made({ log: broker, asked });
    const { inputs } = find(resources, scaledObjectType);
    // the models' schema has no behavior of a fallback yet (KEDA 2.17), and takes it all the same
    new ScaledObject(inputs as unknown as ConstructorParameters<typeof ScaledObject>[0]).validate();
    for (const { inputs: own } of findAll(resources, authenticationType)) {
      new TriggerAuthentication(
        own as unknown as ConstructorParameters<typeof TriggerAuthentication>[0],
      ).validate();
    }
  });

  it("is scaled by CPU and memory as without KEDA, and by each trigger besides", async () => {
    const { minReplicaCount, maxReplicaCount, triggers } = specOf(await made({ log: broker, asked }));
    assert.deepEqual([minReplicaCount, maxReplicaCount], [3, 40]);
    assert.deepEqual(triggers, [
      { type: "cpu", metricType: "Utilization", metadata: { value: "60" } },
      { type: "memory", metricType: "Utilization", metadata: { value: "80" } },
      {
        type: "kafka",
        name: "log",
        metricType: "AverageValue",
        metadata: { bootstrapServers: "broker:9098" },
        authenticationRef: { name: "worker-aws" },
      },
      {
        type: "prometheus",
        name: "asked",
        metricType: "AverageValue",
        metadata: {
          serverAddress: "http://prometheus:9090",
          query: "sum(jobs)",
          threshold: "5",
          ignoreNullValues: "false",
        },
      },
    ]);
  });

  it("grows and shrinks as any other workload, by the autoscaler that stood for it before", async () => {
    const resources = await made({ asked });
    const { name, behavior } = specOf(resources).advanced.horizontalPodAutoscalerConfig;
    assert.equal(name, "worker");
    assert.deepEqual(behavior, autoscalerSpec(planWorkload("worker", spec)).behavior);
    const { annotations } = find(resources, scaledObjectType).inputs["metadata"] as { annotations: object };
    assert.deepEqual(annotations, { "scaledobject.keda.sh/transfer-hpa-ownership": "true" });
  });

  it("keeps the pods that it has while nothing can be counted, and never fewer than its least", async () => {
    assert.deepEqual(specOf(await made({ asked })).fallback, {
      failureThreshold: 3,
      replicas: 3,
      behavior: "currentReplicasIfHigher",
    });
  });

  it("signs in by KEDA's own identity, which the trigger names and the object waits for", async () => {
    const resources = await made({ log: broker, other: { ...broker, destinations: [] } });
    const authentication = find(resources, authenticationType);
    assert.deepEqual(authentication.inputs["spec"], { podIdentity: { provider: "aws" } });
    const object = find(resources, scaledObjectType);
    assert.ok(waitsFor(resources, object, (urn) => urn === authentication.urn));
    assert.deepEqual(findAll(await made({ asked }), authenticationType), []);
  });

  it("lets KEDA's operator out to where it counts, and nowhere else", async () => {
    const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    const { inputs } = find(await made({ log: broker, asked }), policyType);
    assert.deepEqual(inputs["metadata"], { name: "counts-for-worker", namespace: "keda" });
    assert.deepEqual(inputs["spec"], {
      podSelector: { matchLabels: { app: "keda-operator" } },
      policyTypes: ["Egress"],
      ingress: [],
      egress: [{ to: [{ ipBlock: { cidr: "10.0.3.0/24" } }], ports: [{ protocol: "TCP", port: 9098 }] }],
    });
    assert.deepEqual(findAll(await made({ asked }), policyType), []);
  });
});

describe("what a workload is scaled by", () => {
  const refused: readonly (readonly [WorkloadSpec, RegExp])[] = [
    [
      { ...spec, replicas: 3 },
      /^RangeError: worker\.replicas: expected min and max, as it is scaled, got 3$/,
    ],
    [
      { ...spec, scaling: {} },
      /^RangeError: worker\.scaling: expected kafkaLag, queueDepth, requestsPerSecond or prometheus/,
    ],
    [
      { ...spec, scaling: { kafkaLag: { topic: "orders", messages: 0 } } },
      /^RangeError: worker\.scaling\.kafkaLag\.messages: expected a whole number of 1 or more, got 0$/,
    ],
    [
      { ...spec, scaling: { queueDepth: { queue: "jobs", messages: 1.5 } } },
      /^RangeError: worker\.scaling\.queueDepth\.messages: expected a whole number of 1 or more, got 1\.5$/,
    ],
    [
      { ...spec, scaling: { prometheus: { query: "sum(jobs)", threshold: 0 } } },
      /^RangeError: worker\.scaling\.prometheus\.threshold: expected a number above 0, got 0$/,
    ],
  ];
  for (const [wrong, message] of refused) {
    it(`is refused as ${JSON.stringify(wrong.scaling)} of ${JSON.stringify(wrong.replicas)}`, () => {
      assert.throws(
        () => planWorkload("worker", wrong),
        (error) => message.test(String(error)),
      );
    });
  }
});
