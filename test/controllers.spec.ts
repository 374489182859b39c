import assert from "node:assert/strict";
import type { PlanResource } from "../preview/plan";
import { controllers, faultsOf, type Part, pathsOf, without } from "./support/controllers";
import { findAll } from "./support/run";
import { planOf } from "./support/plans";

/** Stacks which have, together, something of every chart. */
const stacks = [
  ["cloud=aws", "blueprint=suuupra"],
  ["cloud=aws", "blueprint=explico", "ingress=ingress", "platform.istio.mode=ambient"],
  ["cloud=aws", "blueprint=gainsly"],
  ["cloud=aws", "blueprint=publishing"],
  ["cloud=gcp", "blueprint=seo-platform"],
  ["cloud=gcp", "blueprint=suuupra", "mongo.hosting=cluster"],
] as const;

/** Charts that are installed; of those from a registry the last part of their address. */
const releases = (resources: readonly PlanResource[]) =>
  findAll(resources, "kubernetes:helm.sh/v3:Release").map(({ inputs }) => {
    const { chart, namespace, values } = inputs as unknown as {
      chart: string;
      namespace: string;
      values: unknown;
    };
    return { chart: chart.split("/").at(-1) ?? "", namespace, values };
  });

function partsOf(chart: string): Readonly<Record<string, Part>> {
  const row = controllers[chart] ?? assert.fail(`nothing is said of ${chart}`);
  return typeof row["because"] === "string" ? {} : (row as Readonly<Record<string, Part>>);
}

interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly policyTypes: readonly string[];
  };
}

/** Whether traffic of a chart's pods is closed, both ways: by its namespace, or in kube-system by a policy of their own. */
function isClosed(resources: readonly PlanResource[], chart: string, namespace: string): boolean {
  return findAll(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy")
    .map(({ inputs }) => inputs as unknown as Policy)
    .filter(({ metadata }) => metadata.namespace === namespace)
    .some(
      ({ spec: { podSelector, policyTypes } }) =>
        policyTypes.length === 2 &&
        (namespace === "kube-system"
          ? (podSelector.matchLabels?.["app.kubernetes.io/name"] ?? "").endsWith(chart)
          : Object.keys(podSelector.matchLabels ?? {}).length === 0),
    );
}

describe("what the platform itself runs", () => {
  const seen = new Map<string, unknown>();
  for (const set of stacks) {
    it(`has two of each part, spread over zones, with a budget, a priority, requests, limits and closed doors in ${set.join(", ")}`, async () => {
      const resources = await planOf("prod", ...set);
      const faults = releases(resources).flatMap(({ chart, namespace, values }) => {
        seen.set(chart, values);
        const parts = Object.entries(partsOf(chart));
        return [
          ...parts.flatMap(([name, part]) =>
            faultsOf(values, part).map((fault) => `${chart}, ${name}: ${fault}`),
          ),
          ...(parts.length > 0 && !isClosed(resources, chart, namespace) ? [`${chart} is open`] : []),
        ];
      });
      assert.deepEqual(faults, []);
    });
  }

  it("is missed where a value is taken away", () => {
    for (const [chart, values] of seen) {
      for (const part of Object.values(partsOf(chart))) {
        for (const { path } of pathsOf(part)) {
          const faults = faultsOf(without(values, path), part);
          assert.ok(
            faults.some((fault) => fault.startsWith(`${path}: expected`)),
            `${chart}: ${path}`,
          );
        }
      }
    }
  });

  it("is all of it in the table, and nothing else", () => {
    assert.deepEqual([...seen.keys()].sort(), Object.keys(controllers).sort());
  });
});
