import assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { configOf, problemsOf, stackValues } from "./stackFiles";

interface Asked {
  readonly cloud: string;
  readonly blueprint?: string;
  readonly stack?: "prod" | "dev";
  readonly service: string;
  readonly change: object;
}

const values = ({ cloud, blueprint = "seo-platform", stack = "prod", service, change }: Asked) => ({
  ...stackValues(stack),
  cloud,
  blueprint,
  services: JSON.stringify({ [service]: change }),
});

describe("what a stack says of a service's spot capacity", () => {
  for (const cloud of clouds) {
    it(`takes the place of what the blueprint says on ${cloud}`, () => {
      for (const spot of [true, false]) {
        const { services } = configOf(
          values({ cloud, service: "crawler-workers", change: { spot } }),
        ).blueprint;
        assert.equal(services["crawler-workers"]?.spot, spot);
        assert.equal(services["renderer"]?.spot, undefined);
      }
      const gainsly = { cloud, blueprint: "gainsly", service: "backend" };
      assert.equal(configOf(values({ ...gainsly, change: {} })).blueprint.services["backend"]?.spot, true);
      const without = configOf(values({ ...gainsly, change: { spot: false } })).blueprint;
      assert.equal(without.services["backend"]?.spot, false);
    });

    it(`is refused of what is critical on ${cloud}`, () => {
      assert.deepEqual(problemsOf(values({ cloud, service: "frontend", change: { spot: true } })), [
        "services.frontend.spot: expected no true, as it is critical and stays off spot nodes, got true",
      ]);
    });

    it(`is refused of what takes longer to end than it is given on ${cloud}`, () => {
      const asked = { cloud, blueprint: "publishing", service: "media-worker", change: { spot: true } };
      assert.deepEqual(problemsOf(values(asked)), [
        "services.media-worker.gracePeriodSeconds: expected 120 at most, as a pod on spot has no longer to end, got 300",
      ]);
    });

    it(`is refused of a single pod, but in the smallest preset, on ${cloud}`, () => {
      const asked = { cloud, service: "crawler-workers", change: { spot: true, minReplicas: 1 } };
      assert.deepEqual(problemsOf(values(asked)), [
        "services.crawler-workers.minReplicas: expected 2 or more, as one that is taken away with its spot node is all that there is, got 1",
      ]);
      assert.deepEqual(problemsOf(values({ ...asked, stack: "dev" })), []);
    });
  }
});
