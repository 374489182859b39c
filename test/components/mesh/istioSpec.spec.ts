import assert from "node:assert/strict";
import { planMesh } from "../../../components/mesh/istioSpec";

describe("the plan of a mesh", () => {
  it("has a sidecar in each pod where nothing is said, and no host registered", () => {
    assert.deepEqual(planMesh({}), { mode: "sidecar", egressHosts: undefined });
  });

  it("has each host once", () => {
    const { egressHosts } = planMesh({ egressHosts: ["b.example.com", "a.example.com", "b.example.com"] });
    assert.deepEqual(egressHosts, ["a.example.com", "b.example.com"]);
  });

  for (const host of [
    "https://api.example.com",
    "*.example.com",
    "10.0.0.1",
    "localhost",
    "API.example.com",
  ]) {
    it(`refuses ${host} as a host`, () => {
      assert.throws(
        () => planMesh({ egressHosts: [host] }),
        new RangeError(`istio.egressHosts: expected DNS names such as api.example.com, got "${host}"`),
      );
    });
  }

  it("refuses hosts of an ambient mesh, which has no way out to hold anybody to", () => {
    assert.throws(
      () => planMesh({ mode: "ambient", egressHosts: ["api.example.com"] }),
      /^RangeError: istio\.egressHosts: expected none where istio\.mode is "ambient"/,
    );
  });
});
