import assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { configOf, problemsOf, stackValues } from "./stackFiles";

interface Asked {
  readonly cloud: string;
  readonly blueprint?: string;
  readonly service?: string;
  readonly route: object;
  readonly more?: Record<string, string>;
}

const values = ({ cloud, blueprint = "gainsly", service = "api-gateway", route, more }: Asked) => ({
  ...stackValues("prod"),
  cloud,
  blueprint,
  services: JSON.stringify({ [service]: { route } }),
  ...more,
});

describe("what a stack says of a service's route", () => {
  for (const cloud of clouds) {
    it(`takes the place of what the blueprint says, and leaves the rest: ${cloud}`, () => {
      const route = { timeoutSeconds: 45, retries: 2 };
      const { blueprint } = configOf(values({ cloud, route, more: { ingress: "ingress" } }));
      assert.deepEqual(blueprint.services["api-gateway"]?.route, {
        path: "/api",
        check: { path: "/api/healthz", expect: "success" },
        ...route,
      });
      assert.deepEqual(blueprint.services["frontend"]?.route, { path: "/" });
    });

    it(`has retries refused by the Gateway, which has no setting for them: ${cloud}`, () => {
      const route = { retries: 2 };
      assert.deepEqual(problemsOf(values({ cloud, route, more: { ingress: "gateway" } })), [
        "services.api-gateway.route.retries: expected none, as NGINX Gateway Fabric has no setting for it and no mesh hands requests on, got 2",
      ]);
    });

    it(`has retries of a mesh, whatever the way in: ${cloud}`, () => {
      for (const ingress of ["gateway", "ingress"]) {
        const asked = { cloud, blueprint: "explico", service: "backend", route: { retries: 2 } };
        assert.deepEqual(problemsOf(values({ ...asked, more: { ingress } })), []);
      }
    });

    it(`may be as long as the edge waits on ${cloud}, and longer without one`, () => {
      const asked = { cloud, route: { timeoutSeconds: 61 } };
      const behind = problemsOf(values(asked));
      assert.deepEqual(
        behind,
        cloud === "aws"
          ? [
              "services.api-gateway.route.timeoutSeconds: expected at most the 60 that the edge waits for a part of an answer, got 61",
            ]
          : [],
      );
      assert.deepEqual(problemsOf(values({ cloud, route: { timeoutSeconds: 60 } })), []);
      const edge = JSON.stringify({ enabled: false });
      assert.deepEqual(problemsOf(values({ ...asked, more: { edge } })), []);
    });

    it(`is refused of a service that nobody reaches from the internet: ${cloud}`, () => {
      const asked = { cloud, blueprint: "explico", service: "ai-inference", route: { timeoutSeconds: 9 } };
      assert.match(
        problemsOf(values(asked)).join("\n"),
        /^services\.ai-inference\.route: expected no key, as the service has no route, got /,
      );
    });
  }

  for (const [what, route, key] of [
    ["no time at all", { timeoutSeconds: 0 }, "timeoutSeconds"],
    ["more time than the load balancer gives", { timeoutSeconds: 301 }, "timeoutSeconds"],
    ["more retries than do good", { retries: 4 }, "retries"],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(values({ cloud: "aws", route }));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.ok(problems[0]?.startsWith(`services.api-gateway.route.${key}: `), problems[0]);
    });
  }
});
