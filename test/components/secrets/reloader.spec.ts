import assert from "node:assert/strict";
import { Reloader } from "../../../components/secrets/reloader";
import { find, findAll, run } from "../../support/run";

const make = (highlyAvailable: boolean, rollsRollouts = false) =>
  run(
    () =>
      new Reloader("shop-reloader", {
        highlyAvailable,
        nodeSelector: { pool: "system" },
        watchedNamespaces: ["shop"],
        rollsRollouts,
      }),
  );
const values = async (highlyAvailable: boolean, rollsRollouts = false) => {
  const { resources } = await make(highlyAvailable, rollsRollouts);
  const { inputs } = find(resources, "kubernetes:helm.sh/v3:Release", "shop-reloader");
  return (inputs["values"] as { reloader: Record<string, unknown> & { deployment: object } }).reloader;
};

describe("Reloader", () => {
  it("may read the Secrets of the namespaces that it is given and of no other", async () => {
    const { watchGlobally, namespaces } = await values(true);
    assert.deepEqual([watchGlobally, namespaces], [false, ["shop"]]);
  });

  for (const [highlyAvailable, replicas, budget] of [
    [true, 2, { enabled: true, maxUnavailable: 1 }],
    [false, 1, { enabled: false }],
  ] as const) {
    it(`is ${String(replicas)} of it, of which one leads`, async () => {
      const { enableHA, deployment, podDisruptionBudget } = await values(highlyAvailable);
      assert.equal(enableHA, highlyAvailable);
      assert.equal((deployment as { replicas: number }).replicas, replicas);
      assert.deepEqual(podDisruptionBudget, budget);
    });
  }

  for (const rollsRollouts of [true, false]) {
    it(`${rollsRollouts ? "rolls" : "knows nothing of"} what Argo Rollouts keeps, where there is ${rollsRollouts ? "" : "no "}such`, async () => {
      assert.equal((await values(true, rollsRollouts))["isArgoRollouts"], rollsRollouts);
    });
  }

  it("hears Prometheus and speaks to the API server, and to nobody else", async () => {
    const { resources } = await make(true);
    const policies = findAll(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").map(
      ({ inputs }) => (inputs["metadata"] as { name: string }).name,
    );
    assert.deepEqual(policies.sort(), ["allow-dns", "controller", "default-deny"]);
    const { spec } = find(
      resources,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "shop-reloader-controller",
    ).inputs as { spec: { egress: { ports: { port: number }[] }[]; ingress: { from: unknown[] }[] } };
    assert.deepEqual(
      spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
      [443],
    );
    assert.equal(spec.ingress[0]?.from.length, 1);
  });
});
