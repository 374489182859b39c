import assert from "node:assert/strict";
import { planOf } from "./support/plans";

describe("the pool of the tools for which no request waits", () => {
  for (const [blueprint, pool] of [
    ["suuupra", "application"],
    ["gainsly", "system"],
  ] as const) {
    it(`is ${pool} in ${blueprint}, for Argo CD and Trivy`, async () => {
      const resources = await planOf("prod", "cloud=aws", `blueprint=${blueprint}`);
      for (const chart of ["argo-cd", "trivy-operator"]) {
        const releases = resources.filter(
          ({ type, inputs }) => type === "kubernetes:helm.sh/v3:Release" && inputs["name"] === chart,
        );
        assert.equal(releases.length, 1, chart);
        const values = JSON.stringify(releases[0]?.inputs["values"]);
        const pools = [...values.matchAll(/"groundwork\.dev\/pool":"([a-z]+)"/g)].map(([, name]) => name);
        assert.deepEqual([...new Set(pools)], [pool], chart);
      }
    });
  }
});
