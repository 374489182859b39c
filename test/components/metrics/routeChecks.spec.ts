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
      { service: "web", host: "shop.example.com", path: "/", expect: "success" },
      { service: "api", host: "shop.example.com", path: "/api", expect: "answer" },
      { service: "admin", host: "admin.shop.example.com", path: "/", expect: "success" },
    ]);
  });

  it("want what the route says, at the path that it says", () => {
    const services = { api: service({ path: "/api", check: { path: "/api/health", expect: "success" } }) };
    assert.deepEqual(planRouteChecks(services, "shop.example.com"), [
      { service: "api", host: "shop.example.com", path: "/api/health", expect: "success" },
    ]);
  });

  it("ask for the same once", () => {
    const services = { web: service({ path: "/" }), next: service({ path: "/" }) };
    assert.equal(planRouteChecks(services, "shop.example.com").length, 1);
  });
});
