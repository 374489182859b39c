import assert from "node:assert/strict";
import type { Cloud } from "../components/cloud";
import { find } from "./support/run";
import { planOf } from "./support/plans";
import { containerDefaultsOf, web } from "./scorecard/containers";

interface Preferred {
  readonly preference: { readonly matchExpressions: readonly object[] };
}
interface Pod {
  readonly affinity?: {
    readonly nodeAffinity: { readonly preferredDuringSchedulingIgnoredDuringExecution: readonly Preferred[] };
  };
  readonly tolerations?: readonly { readonly key: string }[];
}

/** What a service's pods wish of nodes, and which taints they tolerate. */
async function wishOf(blueprint: string, cloud: Cloud, service: string, ...set: string[]) {
  const resources = await planOf("prod", `blueprint=${blueprint}`, `cloud=${cloud}`, ...set);
  const name = `${blueprint}-prod-system-${service}`;
  const { spec } = find(resources, "kubernetes:apps/v1:Deployment", name).inputs as unknown as {
    readonly spec: { readonly template: { readonly spec: Pod } };
  };
  const { affinity, tolerations = [] } = spec.template.spec;
  const preferred = affinity?.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    wishes: preferred.flatMap(({ preference }) => preference.matchExpressions),
    tolerated: tolerations.map(({ key }) => key),
  };
}

const asks = (service: string): string => `services.${service}.spot=true`;
const label = (key: string, value = "spot") => [{ key, operator: "In", values: [value] }];

describe("a service that looks for spot", () => {
  it("has it of Karpenter's nodes on AWS, and tolerates them", async () => {
    assert.deepEqual(await wishOf("gainsly", "aws", "backend"), {
      wishes: label("karpenter.sh/capacity-type"),
      tolerated: ["groundwork.dev/provisioned"],
    });
  });

  it("has it of the compute class' nodes on GCP, and tolerates them", async () => {
    assert.deepEqual(await wishOf("gainsly", "gcp", "backend"), {
      wishes: label("cloud.google.com/gke-spot", "true"),
      tolerated: ["cloud.google.com/gke-spot"],
    });
  });

  for (const cloud of ["aws", "gcp"] as const) {
    it(`has it of pools by the one label that they have on both clouds: ${cloud}`, async () => {
      assert.deepEqual(await wishOf("seo-platform", cloud, "crawler-workers", asks("crawler-workers")), {
        wishes: label("groundwork.dev/capacity"),
        tolerated: [],
      });
    });
  }

  it("has nodes on spot made by Autopilot, which taints them", async () => {
    assert.deepEqual(await wishOf("publishing", "gcp", "publisher", asks("publisher")), {
      wishes: label("cloud.google.com/gke-spot", "true"),
      tolerated: ["cloud.google.com/gke-spot"],
    });
  });

  it("runs on Fargate as it is, which has none on EKS, and tolerates nothing", async () => {
    const { tolerated } = await wishOf("publishing", "aws", "publisher", asks("publisher"));
    assert.deepEqual(tolerated, []);
  });

  for (const [what, replicas, onSpot, expected] of [
    ["on Fargate", 3, [], [{ capacityProvider: "FARGATE", weight: 1 }]],
    ["on Fargate Spot", 1, ["web"], [{ capacityProvider: "FARGATE_SPOT", weight: 1 }]],
    [
      "on Fargate Spot but for one task of several",
      { min: 2, max: 9 },
      ["web"],
      [
        { capacityProvider: "FARGATE", base: 1, weight: 0 },
        { capacityProvider: "FARGATE_SPOT", weight: 1 },
      ],
    ],
  ] as const) {
    it(`is ${what} by ECS`, async () => {
      const system = { name: "main", services: { web: { ...web, replicas } } };
      const resources = await containerDefaultsOf("aws", { system, onSpot });
      const { inputs } = find(resources, "aws:ecs/service:Service", "main-system-web");
      assert.deepEqual(inputs["capacityProviderStrategies"], expected);
    });
  }

  for (const [spot, capacity] of [
    ["true", "SPOT"],
    ["false", "ON_DEMAND"],
  ] as const) {
    it(`has machines with GPUs of ${capacity} by ECS where it says ${spot}`, async () => {
      for (const stack of ["prod", "dev"]) {
        const settings = ["cloud=aws", "blueprint=explico", "orchestrator=containers"];
        const resources = await planOf(stack, ...settings, `services.ai-inference.spot=${spot}`);
        const { inputs } = find(
          resources,
          "aws:ecs/capacityProvider:CapacityProvider",
          `explico-${stack}-system-gpus`,
        );
        assert.match(JSON.stringify(inputs), new RegExp(`"capacityOptionType":"${capacity}"`));
      }
    });
  }
});
