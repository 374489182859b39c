import assert from "node:assert/strict";
import type { PlanResource } from "../preview/plan";
import { findAll } from "./support/run";
import { planOf } from "./support/plans";
import { unfounded } from "./support/standing";

const release = "kubernetes:helm.sh/v3:Release";

/** Neither logs nor traces in Elasticsearch. */
const quiet = `platform=${JSON.stringify({
  elasticStack: { enabled: false },
  jaeger: { enabled: false },
  openTelemetry: { enabled: false },
})}`;

/** Who asks for the kinds, by how many operators that makes. */
const askers = {
  logs: { blueprint: "explico", set: [], operators: 1 },
  search: { blueprint: "suuupra", set: [quiet], operators: 1 },
  "logs and search": { blueprint: "suuupra", set: [], operators: 2 },
} as const;
type Askers = keyof typeof askers;
const allAskers = Object.keys(askers) as readonly Askers[];

const planFor = async (asker: Askers): Promise<readonly PlanResource[]> => {
  const { blueprint, set } = askers[asker];
  return await planOf("prod", "cloud=aws", `blueprint=${blueprint}`, ...set);
};

const charts = (resources: readonly PlanResource[], chart: string): readonly PlanResource[] =>
  findAll(resources, release).filter(({ inputs }) => inputs["name"] === chart);

/** All that stands for the kinds: their release, their namespace and what closes that. */
const kindsOf = (resources: readonly PlanResource[]): readonly PlanResource[] =>
  resources.filter(({ name }) => /-prod-elastic-kinds(-|$)/.test(name));

/** The same as what Pulumi goes by, for a stack of any system. */
const identityOf = ({ urn, inputs }: PlanResource): unknown => ({
  urn: urn.replace(/::[^:]+-prod-/, "::system-prod-"),
  inputs,
});

describe("the kinds of Elastic's operator", () => {
  for (const asker of allAskers) {
    it(`stand once in a cluster with ${asker}, before its operators and their objects`, async () => {
      const resources = await planFor(asker);
      assert.equal(charts(resources, "eck-operator-crds").length, 1);
      const found = charts(resources, "eck-operator");
      assert.equal(found.length, askers[asker].operators);
      for (const { inputs } of found) {
        assert.equal((inputs["values"] as { readonly installCRDs?: unknown }).installCRDs, false);
      }
      assert.deepEqual(unfounded(resources), []);
    });
  }

  for (const [from, to] of allAskers.flatMap((one) => allAskers.map((other) => [one, other] as const))) {
    if (from === to) continue;
    it(`are the same, object by object, when a stack with ${from} becomes one with ${to}`, async () => {
      const [before, after] = [await planFor(from), await planFor(to)].map((resources) =>
        kindsOf(resources).map(identityOf),
      );
      assert.ok((before?.length ?? 0) >= 5);
      assert.deepEqual(after, before);
    });
  }

  it("are taken over from the operator's release that once brought them, and by no other chart", async () => {
    const resources = await planFor("logs and search");
    const taking = findAll(resources, release).filter(({ inputs }) => inputs["takeOwnership"] === true);
    assert.deepEqual(
      taking.map(({ inputs }) => inputs["name"]),
      ["eck-operator-crds"],
    );
  });

  it("are in no cluster that asks for neither", async () => {
    const resources = await planOf("prod", "cloud=aws", "blueprint=explico", quiet);
    assert.deepEqual([...kindsOf(resources), ...charts(resources, "eck-operator-crds")], []);
  });
});
