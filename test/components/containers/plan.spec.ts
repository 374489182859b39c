import assert from "node:assert/strict";
import {
  imageOf,
  planContainers,
  plainVariables,
  routed,
  writableOf,
} from "../../../components/containers/plan";
import { latencyLimit } from "../../../components/containers/containerPlatform";
import type { WorkloadSpec } from "../../../components/workload/spec";

const spec: WorkloadSpec = {
  image: { repository: "acme/one", tag: "1.0.0" },
  port: 8080,
  replicas: { min: 2, max: 4 },
  resources: { cpu: "250m", memory: "256Mi" },
};

describe("planning services without a cluster", () => {
  it("puts those that are called before those that call, whatever their order in the blueprint", () => {
    const plans = planContainers(
      {
        front: { ...spec, calls: ["middle"] },
        middle: { ...spec, calls: ["back"] },
        back: spec,
      },
      "example.com",
    );
    assert.deepEqual(
      plans.map(({ service }) => service),
      ["back", "middle", "front"],
    );
    assert.deepEqual(plans[0]?.peers.callers, ["middle"]);
  });

  it("refuses services that call each other in a circle, naming it", () => {
    assert.throws(
      () => planContainers({ a: { ...spec, calls: ["b"] }, b: { ...spec, calls: ["a"] } }, "example.com"),
      /a\.calls: expected no circle, as callees start first, got a > b > a/,
    );
  });

  it("tries the longest path first, and leaves out who has no route", () => {
    const plans = planContainers(
      {
        site: { ...spec, route: { path: "/" } },
        api: { ...spec, route: { path: "/api" } },
        deep: { ...spec, route: { path: "/api/deep" } },
        hidden: spec,
      },
      "example.com",
    );
    assert.deepEqual(
      routed(plans).map(({ service, host }) => [service, host]),
      [
        ["deep", "example.com"],
        ["api", "example.com"],
        ["site", "example.com"],
      ],
    );
  });

  it("names an image by its registry, tag and digest", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    assert.equal(imageOf("ghcr.io/acme", { repository: "one", tag: "1" }), "ghcr.io/acme/one:1");
    assert.equal(imageOf("r", { repository: "one", tag: "1", digest }), `r/one:1@${digest}`);
  });

  it("lets every service write to /tmp, in the size that it says", () => {
    assert.deepEqual(writableOf({}), [{ path: "/tmp", sizeMiB: 256 }]);
    const own = [{ path: "/tmp", sizeMiB: 64 }];
    assert.deepEqual(writableOf({ writablePaths: own }), own);
  });

  it("has what a service sets win over what it is told, and that over its runtime's", () => {
    const [plan] = planContainers(
      { one: { ...spec, runtime: "node", env: { PORT: "1", NODE_ENV: "test" } } },
      "example.com",
    );
    assert.ok(plan !== undefined);
    const variables = plainVariables(plan, { PORT: "8080", A_URL: "http://a" });
    assert.equal(variables["PORT"], "1");
    assert.equal(variables["NODE_ENV"], "test");
    assert.equal(variables["A_URL"], "http://a");
  });

  it("alarms at a second, or at what was promised of a service that takes longer", () => {
    assert.equal(latencyLimit({}), 1000);
    assert.equal(latencyLimit({ slos: { latencyMilliseconds: 500 } }), 1000);
    assert.equal(latencyLimit({ slos: { latencyMilliseconds: 10_000 } }), 10_000);
  });
});
