import assert from "node:assert/strict";
import type { PlanResource } from "../../preview/plan";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { standings, unfounded } from "./standing";
import { planOf } from "./plans";

const root = `${__dirname}/../..`;

/** Stacks which have, together, something of every row. */
const stacks = [
  ["prod", "cloud=aws", "blueprint=suuupra"],
  ["prod", "cloud=gcp", "blueprint=suuupra"],
  ["dev", "cloud=aws", "blueprint=suuupra", "ingress=ingress"],
  ["prod", "cloud=aws", "blueprint=gainsly"],
  ["prod", "cloud=aws", "blueprint=seo-platform"],
  ["prod", "cloud=aws", "blueprint=publishing"],
] as const;

/** The plan in which one resource waits for nothing. */
const withoutEdges = (all: readonly PlanResource[], urn: string): PlanResource[] =>
  all.map((resource) => (resource.urn === urn ? { ...resource, dependencies: [] } : resource));

describe("what must stand before a resource", () => {
  const seen = new Set<string>();
  for (const [stack, ...set] of stacks) {
    it(`is missed in ${stack} of ${set.join(" and ")} as soon as one edge to it is gone`, async () => {
      const resources = await planOf(stack, ...set);
      assert.deepEqual(unfounded(resources), []);
      for (const { what, applies, given } of standings) {
        const found = resources.find(applies);
        if (found === undefined || (given !== undefined && resources.some(given))) continue;
        seen.add(what);
        const report = unfounded(withoutEdges(resources, found.urn)).join("\n");
        assert.match(report, new RegExp(`^${found.name}: does not wait for what its ${what} need$`, "m"));
      }
    });
  }

  it("is nobody known for a kind that the table does not have", async () => {
    const settings = readStack({ root, stack: "dev", set: ["cloud=aws"] });
    const { resources } = await runStack(settings, { root, outputs: "known", echo: false });
    const [first] = resources.filter(({ type }) => type.startsWith("kubernetes:cert-manager.io/"));
    assert.ok(first !== undefined);
    const stranger = { ...first, type: "kubernetes:example.com/v1:Stranger", name: "stranger" };
    assert.deepEqual(unfounded([...resources, stranger]), [
      "stranger: nobody is said to install kubernetes:example.com/v1:Stranger",
    ]);
  });

  it("was tried for every row but those that the cluster has by itself", () => {
    const byCluster = ["kinds of cloud.google.com", "kinds of vpcresources.k8s.aws"];
    assert.deepEqual(
      standings.map(({ what }) => what).filter((what) => !seen.has(what) && !byCluster.includes(what)),
      [],
    );
  });
});
