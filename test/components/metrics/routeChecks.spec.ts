import assert from "node:assert/strict";
import { planRouteChecks } from "../../../components/metrics/routeChecks";
import type { RouteSpec, WorkloadSpec } from "../../../components/workload/spec";

const service = (route?: RouteSpec): WorkloadSpec => ({
  image: { repository: "shop/web", tag: "1.0.0" },
  port: 8080,
  replicas: 2,
  resources: { cpu: "100m", memory: "128Mi" },
  calls: [],
  ...(route !== undefined && { route }),
});

describe("The checks of public routes", () => {
  it("are of each service with a route, by its host, and of no other", () => {
    const services = {
      web: service({ path: "/" }),
      api: service({ path: "/api" }),
      admin: service({ path: "/", subdomain: "admin" }),
      worker: service(),
    };
    assert.deepEqual(planRouteChecks(services, "shop.example.com"), [
      { url: "https://shop.example.com/", expect: "success" },
      { url: "https://shop.example.com/api", expect: "answer" },
      { url: "https://admin.shop.example.com/", expect: "success" },
    ]);
  });

  it("want what the route says, at the path that it says", () => {
    const services = { api: service({ path: "/api", check: { path: "/api/health", expect: "success" } }) };
    assert.deepEqual(planRouteChecks(services, "shop.example.com"), [
      { url: "https://shop.example.com/api/health", expect: "success" },
    ]);
  });

  it("ask for the same once", () => {
    const services = { web: service({ path: "/" }), next: service({ path: "/" }) };
    assert.equal(planRouteChecks(services, "shop.example.com").length, 1);
  });

  for (const path of ["/health", "/apis", "api/health"]) {
    it(`don't ask for ${path}, which another route serves than /api`, () => {
      assert.throws(
        () => planRouteChecks({ api: service({ path: "/api", check: { path } }) }, "shop.example.com"),
        { name: "RangeError", message: `api.route.check.path: expected a path below /api, got ${path}` },
      );
    });
  }
});
