import assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { configOf, problemsOf, stackValues } from "./stackFiles";

interface Asked {
  readonly cloud: string;
  readonly blueprint: string;
  readonly service: string;
  readonly requestsPerSecond: number;
  readonly more?: Record<string, string>;
}

const values = ({ cloud, blueprint, service, requestsPerSecond, more }: Asked) => ({
  ...stackValues("prod"),
  cloud,
  blueprint,
  services: JSON.stringify({ [service]: { scaling: { requestsPerSecond } } }),
  ...more,
});

describe("what a stack says of the requests that a service is scaled on", () => {
  for (const cloud of clouds) {
    const explico = { cloud, blueprint: "explico", service: "backend", requestsPerSecond: 40 };
    const seo = { cloud, blueprint: "seo-platform", service: "backend-api", requestsPerSecond: 40 };

    it(`takes the place of what the blueprint says, or is added to it, on ${cloud}`, () => {
      const own = configOf(values(explico)).blueprint.services;
      assert.deepEqual(own["backend"]?.scaling, { requestsPerSecond: 40 });
      assert.deepEqual(own["backend"].replicas, { min: 3, max: 30 });
      assert.equal(own["frontend"]?.scaling, undefined);
      const theirs = configOf(values(seo)).blueprint.services;
      assert.deepEqual(theirs["backend-api"]?.scaling, { requestsPerSecond: 40 });
      assert.deepEqual(theirs["crawler-workers"]?.scaling, {
        kafkaLag: { topic: "crawl-requests", messages: 1000 },
      });
    });

    it(`leaves what else the service is scaled by, on ${cloud}`, () => {
      const services = JSON.stringify({ "crawler-workers": { scaling: {} } });
      const { blueprint } = configOf({ ...values(seo), services });
      assert.deepEqual(blueprint.services["crawler-workers"]?.scaling, {
        kafkaLag: { topic: "crawl-requests", messages: 1000 },
      });
    });

    it(`is refused of a worker, which serves none, on ${cloud}`, () => {
      assert.deepEqual(problemsOf(values({ ...seo, service: "crawler-workers" })), [
        "services.crawler-workers.scaling.requestsPerSecond: expected no key, as the service serves no requests, got 40",
      ]);
    });

    it(`is refused where KEDA is left out, on ${cloud}`, () => {
      const more = { platform: JSON.stringify({ keda: { enabled: false } }) };
      assert.deepEqual(problemsOf(values({ ...explico, more })), [
        "platform.keda.enabled: expected true, as it scales backend, got false",
      ]);
    });

    it(`is refused without a cluster, where there is no KEDA, on ${cloud}`, () => {
      const problems = problemsOf(values({ ...explico, more: { orchestrator: "containers" } }));
      assert.deepEqual(
        problems.filter((problem) => problem.startsWith("orchestrator:")),
        [
          'orchestrator: expected "kubernetes" where services.backend.scaling is as it is, as KEDA scales by what waits and by requests, got "containers"',
        ],
      );
    });

    it(`is a whole number of 1 or more, on ${cloud}`, () => {
      for (const requestsPerSecond of [0, 2.5]) {
        assert.deepEqual(problemsOf(values({ ...explico, requestsPerSecond })), [
          `services.backend.scaling.requestsPerSecond: expected a whole number from 1 to 100000, got ${requestsPerSecond}`,
        ]);
      }
    });
  }
});
