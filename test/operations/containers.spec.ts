import assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { ofDeployment, worstOf } from "../../operations/health/check";
import { healthOf } from "../../operations/health/healthCommand";
import { rolloutsOf } from "../../operations/health/rollouts";
import { routesOf } from "../../operations/health/routes";
import { imagesOf, migratedServices } from "../../operations/images/imagesOf";
import type { PlanResource } from "../../preview/plan";
import { planOf } from "../support/plans";
import { fakeRun } from "./support";

describe("operations of a stack without a cluster", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}`, () => {
      let plan: readonly PlanResource[];
      before(async () => {
        // of GCP's regions some have GPUs for Cloud Run
        const place = cloud === "gcp" ? ["gcp.region=us-central1", "gcp.zones=[a, b, c]"] : [];
        const set = [`cloud=${cloud}`, "blueprint=explico", "orchestrator=containers", ...place];
        plan = await planOf("prod", ...set);
      });

      it("know each service's image, which a deployment records and a rollback takes back", () => {
        const images = imagesOf(plan);
        assert.deepEqual(
          Object.entries(images)
            .map(([service, { name, version }]) => `${service} ${name.split("/").at(-1)} ${version}`)
            .sort(),
          ["ai-inference ai-inference 1.0.0", "backend backend 1.0.0", "frontend frontend 1.0.0"],
        );
      });

      it("know whose migration a rollback has to leave out", () => {
        assert.deepEqual(migratedServices(plan), ["backend"]);
      });

      it("look at its public routes, as the cloud's own checks do, and wait for no Rollout", () => {
        assert.deepEqual(routesOf(plan), [
          { url: "https://seo.example.com/", expect: "success" },
          { url: "https://seo.example.com/api/healthz", expect: "success" },
        ]);
        assert.deepEqual(rolloutsOf(plan), []);
      });

      for (const [status, worst] of [
        [200, "ok"],
        [503, "bad"],
      ] as const) {
        it(`say that a deployment is ${worst} where its routes answer ${status}`, async () => {
          const { run } = fakeRun(() => "");
          const checks = await healthOf(
            { resources: plan, region: "us-east1" },
            {
              run,
              env: {},
              ask: () => Promise.resolve({ status, text: "" }),
              certificateOf: () =>
                Promise.resolve({ validTo: new Date("2027-11-21T12:00:00Z"), trusted: true }),
              now: () => new Date("2026-11-21T12:00:00Z"),
            },
          );
          const routes = ofDeployment(checks, []).filter(({ kind }) => kind === "route");
          assert.equal(routes.length, 2);
          assert.equal(worstOf(routes), worst);
        });
      }
    });
  }
});
