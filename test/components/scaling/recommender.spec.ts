import assert from "node:assert/strict";
import { Recommender } from "../../../components/scaling/recommender";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const made = async (highlyAvailable = true): Promise<readonly PlanResource[]> => {
  const { resources } = await run(
    () =>
      new Recommender("shop-vpa", {
        highlyAvailable,
        nodeSelector: { pool: "system" },
        watchedNamespace: "shop",
      }),
  );
  return resources;
};

interface Values {
  readonly admissionController: object;
  readonly updater: object;
  readonly podSecurityContext: { readonly runAsNonRoot: boolean };
  readonly containerSecurityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly recommender: {
    readonly replicas: number;
    readonly extraArgs: readonly string[];
    readonly podDisruptionBudget: object;
    readonly nodeSelector: object;
    readonly affinity: {
      readonly podAntiAffinity: {
        readonly preferredDuringSchedulingIgnoredDuringExecution: readonly {
          readonly podAffinityTerm: {
            readonly topologyKey: string;
            readonly labelSelector: { readonly matchLabels: object };
          };
        }[];
      };
    };
  };
}

const release = (resources: readonly PlanResource[]): PlanResource =>
  find(resources, "kubernetes:helm.sh/v3:Release", "shop-vpa");
const values = (resources: readonly PlanResource[]): Values =>
  release(resources).inputs["values"] as unknown as Values;

describe("Recommender", () => {
  it("has no part that makes, changes or evicts pods", async () => {
    const { admissionController, updater } = values(await made());
    assert.deepEqual([admissionController, updater], [{ enabled: false }, { enabled: false }]);
  });

  it("looks at the pods of the namespace that it is given, and of no other", async () => {
    const { extraArgs } = values(await made()).recommender;
    assert.ok(extraArgs.includes("--vpa-object-namespace=shop"), extraArgs.join(" "));
  });

  for (const [highlyAvailable, replicas] of [
    [true, 2],
    [false, 1],
  ] as const) {
    it(`is ${String(replicas)} of it, of which one leads`, async () => {
      const { recommender } = values(await made(highlyAvailable));
      assert.equal(recommender.replicas, replicas);
      assert.deepEqual(recommender.podDisruptionBudget, { enabled: highlyAvailable, minAvailable: 1 });
    });
  }

  it("stands on the platform's nodes, in different zones where it can", async () => {
    const resources = await made();
    const { nodeSelector, affinity } = values(resources).recommender;
    assert.deepEqual(nodeSelector, { pool: "system" });
    const terms = affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    assert.deepEqual(
      terms.map(({ podAffinityTerm }) => podAffinityTerm.topologyKey),
      ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
    );
    // and means its own pods by it, as its policy does
    const { spec } = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "shop-vpa-recommender")
      .inputs as unknown as { spec: { podSelector: { matchLabels: object } } };
    for (const { podAffinityTerm } of terms) {
      assert.deepEqual(podAffinityTerm.labelSelector.matchLabels, spec.podSelector.matchLabels);
    }
  });

  it("hears Prometheus and speaks to the API server, and to nobody else", async () => {
    const resources = await made();
    const { spec } = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "shop-vpa-recommender")
      .inputs as unknown as {
      spec: Record<"ingress" | "egress", { from?: unknown[]; ports: { port: number }[] }[]>;
    };
    assert.deepEqual(
      spec.ingress.map(({ from, ports }) => [from?.length, ...ports.map(({ port }) => port)]),
      [[1, 8942]],
    );
    assert.deepEqual(
      spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
      [443],
    );
  });

  it("is scraped and watched once it is there", async () => {
    const resources = await made();
    const { urn } = release(resources);
    const { spec } = find(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs as unknown as {
      spec: { podMetricsEndpoints: { port: string }[] };
    };
    assert.deepEqual(
      spec.podMetricsEndpoints.map(({ port }) => port),
      ["prometheus"],
    );
    for (const type of ["PodMonitor", "PrometheusRule"]) {
      const [watch] = findAll(resources, `kubernetes:monitoring.coreos.com/v1:${type}`);
      assert.ok(waitsFor(resources, watch ?? assert.fail(type), (other) => other === urn));
    }
  });
});
